"""The form of a KPI's definition."""

from django import forms
from django.utils.html import format_html

from dxplan.lib.form_fields import FiscalYearField, LongTextField, NameField
from kpis.achievement import plain
from kpis.definitions import COLUMNS, Definition, Offers
from kpis.figures import read_figure, show_figure
from kpis.forms.fields import AskingForm, TakenField
from kpis.measurement import ChecklistMeasure, Direction, MeasurementType, RateFormula
from kpis.taken_at import TakenTime
from plans.reasoned import ReasonedForm

MOST_DECIMALS = 6
MOST_YEARS = 20
NOT_HERE = {"invalid_choice": "選択肢にないものです。選び直してください。"}
PERCENT = ("%", "％")
WITHOUT_FIGURES = (MeasurementType.MILESTONE, MeasurementType.QUALITATIVE)

FORMULAS = {
    RateFormula.TO_TARGET: (
        "実績を目標と比べます（減少を目指す指標では 目標 ÷ 実績）。例: 目標50件に実績40件なら80%"
    ),
    RateFormula.FROM_BASELINE: (
        "基準値から目標までの道のりを、どこまで進んだかで見ます。"
        "例: 基準値20、目標50、実績35なら50%"
    ),
}
DIRECTIONS = {
    Direction.INCREASE: "大きいほどよい指標です。例: オンライン申請の割合",
    Direction.DECREASE: "小さいほどよい指標です。例: 紙の使用枚数",
    Direction.MAINTAIN_AT_LEAST: "いまの水準を下回らないようにします。例: 整備率100%の維持",
    Direction.MAINTAIN_AT_MOST: "いまの水準を上回らないようにします。例: 重大な障害0件の維持",
    Direction.RANGE: "下限と上限の間に収めます。例: 稼働率40〜60%",
}
YEAR_EXAMPLE = "例: 令和8年度、R8、2026"


def explained(enum, explanations):
    """Choices whose labels carry a sentence below."""
    return [
        (
            item.value,
            format_html(
                '<span>{}<span class="table__sub">{}</span></span>', item.label, explanations[item]
            ),
        )
        for item in enum
    ]


class KpiForm(AskingForm, ReasonedForm):
    """What a KPI says of itself; `offers` are the plan's policies, departments and checklists."""

    policy = forms.TypedChoiceField(
        label="施策",
        coerce=int,
        help_text="この指標で進み具合を測る施策です。",
        error_messages=NOT_HERE,
    )
    number = NameField(
        label="番号", max_length=20, help_text="計画書のとおり。計画の中で重ならない番号です。"
    )
    name = NameField(label="名称", max_length=200)
    definition = LongTextField(
        label="定義",
        required=False,
        help_text="何を、どう数えるか。担当者が替わっても同じ数え方ができるように書きます。",
    )
    target_wording = NameField(
        label="計画書の数値目標",
        max_length=200,
        required=False,
        help_text="計画書に印刷された言葉のまま。例: 申請業務45手続の達成",
    )
    source = NameField(
        label="出典", max_length=200, required=False, help_text="例: 企画課調べ、決算統計"
    )
    departments = forms.TypedMultipleChoiceField(
        label="担当課",
        coerce=int,
        required=False,
        help_text="実績を入力する課です。",
        widget=forms.CheckboxSelectMultiple,
        error_messages=NOT_HERE,
    )
    measurement_type = forms.ChoiceField(
        label="測定の種類",
        choices=explained(MeasurementType, {item: item.explanation for item in MeasurementType}),
        widget=forms.RadioSelect,
        error_messages=NOT_HERE,
    )
    direction = forms.ChoiceField(
        label="目指す方向",
        choices=explained(Direction, DIRECTIONS),
        widget=forms.RadioSelect,
        error_messages=NOT_HERE,
    )
    rate_formula = forms.ChoiceField(
        label="達成率の計算式",
        choices=explained(RateFormula, FORMULAS),
        initial=RateFormula.TO_TARGET.value,
        widget=forms.RadioSelect,
        error_messages=NOT_HERE,
    )
    unit = NameField(label="単位", max_length=20, required=False, help_text="例: 件、手続、%")
    decimals = forms.TypedChoiceField(
        label="小数点以下の桁数",
        coerce=int,
        choices=[(digits, f"{digits}桁" if digits else "なし（整数）") for digits in range(7)],
        initial=0,
        error_messages=NOT_HERE,
    )
    first_fiscal_year = FiscalYearField(label="測定開始年度", help_text=YEAR_EXAMPLE)
    last_fiscal_year = FiscalYearField(label="測定終了年度", help_text=YEAR_EXAMPLE)
    reference_name = NameField(
        label="参照値の名称",
        max_length=50,
        required=False,
        help_text="ほかの値と比べる目標のときだけ。例: 全国平均",
    )
    baseline_fiscal_year = FiscalYearField(label="基準年度", required=False, help_text=YEAR_EXAMPLE)
    baseline_value = NameField(
        label="基準値",
        required=False,
        help_text="例: 27、12.5%",
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    taken = TakenField(label="基準値の時点", required=False, help_text="例: 令和6年度、R7.3末")
    baseline_reference = NameField(
        label="基準時点の参照値",
        required=False,
        help_text="例: 78.2%",
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    checklist = forms.TypedChoiceField(
        label="算出のもとにする現況一覧",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="測定の種類が「率」のときだけ。一覧の件数から率を計算します。",
        error_messages=NOT_HERE,
    )
    checklist_measure = forms.ChoiceField(
        label="一覧からの算出",
        required=False,
        choices=[("", "算出しない"), *ChecklistMeasure.choices()],
        error_messages=NOT_HERE,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    IDENTITY = ("policy", "number", "name", "definition", "target_wording", "source", "departments")
    WAY = ("measurement_type", "direction", "rate_formula")
    SCALE = ("unit", "decimals")
    SPAN = ("first_fiscal_year", "last_fiscal_year")
    BASELINE = ("baseline_fiscal_year", "baseline_value", "taken")
    REFERENCE = ("reference_name", "baseline_reference")
    FEED = ("checklist", "checklist_measure")
    FIGURES = ("baseline_value", "baseline_reference")

    live = (*BASELINE, "baseline_reference")

    def __init__(self, *args, plan, offers: Offers, chosen=frozenset(), **kwargs):
        super().__init__(*args, plan=plan, **kwargs)
        self.fields["policy"].choices = [("", "選んでください"), *offers.policies.items()]
        self.fields["departments"].choices = offers.departments_for(chosen)
        self.fields["checklist"].choices = [("", "使わない"), *offers.checklists.items()]
        if not offers.checklists:
            for name in self.FEED:
                del self.fields[name]
        self.describe_by_checks()

    def clean(self):
        data = self.cleaned_data
        unit, decimals = data.get("unit", ""), data.get("decimals", MOST_DECIMALS)
        for name in self.FIGURES:
            self._read(name, unit, decimals)
        for name in ("baseline_fiscal_year", "taken"):
            self.note_value(name)
        self._check_span(data.get("first_fiscal_year"), data.get("last_fiscal_year"))
        if data.get("measurement_type") and data.get("direction"):
            self._check_type(MeasurementType(data["measurement_type"]), data)
        if data.get("rate_formula") == RateFormula.FROM_BASELINE:
            self._need("baseline_value", "基準値比で計算するには、基準値が必要です。")

    def _read(self, name, unit, decimals):
        if name not in self.cleaned_data:
            return
        figure = read_figure(self.cleaned_data[name], unit=unit, decimals=decimals)
        self.cleaned_data[name] = figure.value
        self.note_reading(name, show_figure(figure.value, unit=unit, decimals=decimals))
        if figure.error:
            self.add_error(name, figure.error)
        self.ask(name, figure.question)

    def _check_span(self, first, last):
        if first and last and last < first:
            self.add_error("last_fiscal_year", "測定終了年度は測定開始年度以後にしてください。")
        elif first and last and last - first >= MOST_YEARS:
            self.add_error("last_fiscal_year", f"測定する期間は{MOST_YEARS}年以内にしてください。")

    def _check_type(self, kind, data):
        label = kind.label
        if kind in WITHOUT_FIGURES:
            if data["direction"] == Direction.RANGE:
                self.add_error("direction", f"測定の種類が「{label}」の指標は範囲にできません。")
            for name in self.FIGURES:
                if data.get(name) is not None:
                    self.add_error(
                        name, f"測定の種類が「{label}」の指標には、数値の基準値がありません。"
                    )
        if kind == MeasurementType.RATIO and "unit" in data and data["unit"] not in PERCENT:
            self.add_error("unit", "測定の種類が「率」の指標の単位は「%」です。")
        if data.get("baseline_reference") is not None:
            self._need("reference_name", "参照値を入力するには、その名称が必要です。")
        self._check_feed(kind, data)

    def _check_feed(self, kind, data):
        checklist, measure = data.get("checklist"), data.get("checklist_measure")
        if (checklist or measure) and kind != MeasurementType.RATIO:
            message = "現況一覧から算出できるのは、測定の種類が「率」の指標です。"
            self.add_error("checklist" if checklist else "checklist_measure", message)
        elif checklist and not measure and "checklist_measure" in data:
            self.add_error("checklist_measure", "一覧からの算出の方法を選んでください。")
        elif measure and not checklist and "checklist" in data:
            self.add_error("checklist", "算出のもとにする現況一覧を選んでください。")

    def _need(self, name, message):
        if name in self.cleaned_data and self.cleaned_data[name] in (None, ""):
            self.add_error(name, message)

    def refuse(self, error):
        """Shows a ValidationError by field where it can be put right."""
        for name, messages in error.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)

    @property
    def typed(self) -> Definition:
        data = self.cleaned_data
        own = {name: data[name] for name in COLUMNS if name in data}
        return Definition(
            **own,
            **data["taken"]._asdict(),
            policy_id=data["policy"],
            checklist_id=data.get("checklist"),
            department_ids=frozenset(data["departments"]),
            **({} if "checklist_measure" in data else {"checklist_measure": ""}),
        )

    def _group(self, names):
        return [self.check_of(name) for name in names if name in self.fields]

    @property
    def groups(self):
        """(heading, fields one below the other, fields in a row) in the order of the page."""
        return [
            ("何を測るか", self._group(self.IDENTITY), ()),
            ("どう測るか", self._group(self.WAY), self._group(self.SCALE)),
            ("いつ測るか", (), self._group(self.SPAN)),
            ("どこから始めたか", (), self._group(self.BASELINE)),
            ("何と比べるか", (), self._group(self.REFERENCE)),
            ("現況一覧から算出する", self._group(self.FEED), ()),
        ]


def initial_of(definition: Definition, version) -> dict:
    """What the form shows of a KPI."""
    own = {name: getattr(definition, name) for name in COLUMNS}
    figures = {name: own[name] for name in ("baseline_value", "baseline_reference")}
    shown = {name: "" if value is None else plain(value) for name, value in figures.items()}
    return own | {
        **shown,
        "policy": definition.policy_id,
        "departments": list(definition.department_ids),
        "checklist": definition.checklist_id or "",
        "taken": TakenTime(definition.taken_fiscal_year, definition.taken_on),
        "version": version,
    }
