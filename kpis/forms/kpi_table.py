"""The forms by which a KPI table comes in: its text or file, its columns, its lines."""

from django import forms

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.form_fields import FiscalYearField, LongTextField, NameField
from dxplan.lib.many_forms import PlainSelect, SharingForm
from dxplan.lib.spreadsheets.limits import MEGABYTE, MOST_BYTES
from kpis.kpi_table.layout import ONCE, TableColumn, TableLayout
from kpis.kpi_table.text import MOST_COLUMNS, MOST_ROWS
from kpis.kpi_table.words import Meaning
from kpis.measurement import Direction, MeasurementType
from plans.reasoned import ReasonedForm

MOST_CHARACTERS = 500_000
TOO_LONG = "{limit:,}字までです（現在{count:,}字）。"
NULL = "目に見えない文字（U+0000）があります。表をコピーし直してください。"
NO_TABLE = "表を貼り付けるか、ファイルを選んでください。"
BOTH = "貼り付けた表とファイルの両方があります。どちらか一方にしてください。"
NO_NAME = "「指標名」の列を1つ選んでください。"
TWICE = "「{what}」の列が2つ以上あります。1つにして、ほかは「使わない」にしてください。"
NO_YEAR = "目標値の列（{place}列目）の年度を選んでください。"
UPSIDE_DOWN = "見出しの行は、最初の行を最後の行以前にしてください。"
TAKE, LEAVE, COMPLETE = "take", "leave", "complete"
YEARS_AROUND = 10


class TableForm(forms.Form):
    """A table, pasted or as a file."""

    text = LongTextField(
        label="表を貼り付ける",
        required=False,
        help_text=(
            "Excel・Wordの表を、見出しの行から選んでコピーし、ここに貼り付けます。"
            "コンマ区切りの文字も読み取れます。"
        ),
        widget=forms.Textarea(attrs={"rows": 10, "wrap": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="またはファイルを選ぶ",
        required=False,
        help_text=f"Excelのファイル（.xlsx、{MOST_BYTES // MEGABYTE}MBまで）。様式は問いません。",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].validators = [_refuse_too_long, _refuse_null]
        for name in ("text", "file"):
            self.fields[name].need = "※どちらか一方"

    def clean(self):
        text, file = self.cleaned_data.get("text"), self.cleaned_data.get("file")
        if not self.errors and not text and not file:
            self.add_error("text", NO_TABLE)
        if text and file:
            self.add_error("file", BOTH)


def _refuse_too_long(text):
    if len(text) > MOST_CHARACTERS:
        raise forms.ValidationError(TOO_LONG.format(limit=MOST_CHARACTERS, count=len(text)))


def _refuse_null(text):
    if "\0" in text:
        raise forms.ValidationError(NULL)


class HeadingRowsForm(forms.Form):
    """Which rows are the headings; both 0 where there are none."""

    first = forms.IntegerField(label="最初の行", min_value=0, max_value=MOST_ROWS)
    last = forms.IntegerField(label="最後の行", min_value=0, max_value=MOST_ROWS)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for field in self.fields.values():
            field.widget.attrs["class"] = "short"

    def clean(self):
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if None not in (first, last) and (first > last or last > self.rows):
            self.add_error("last", UPSIDE_DOWN)

    @property
    def span(self) -> tuple[int, int]:
        """(first, below) counted from 0."""
        last = self.cleaned_data["last"]
        return max(self.cleaned_data["first"] - 1, 0), last


class ColumnForm(forms.Form):
    """What one column holds, and for which fiscal year."""

    meaning = forms.ChoiceField(label="意味", choices=Meaning.choices())
    fiscal_year = forms.TypedChoiceField(label="年度", coerce=int, empty_value=None, required=False)

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fiscal_year"].choices = [
            ("", "―"), *((year, FiscalYear(year).era_label) for year in years)
        ]  # fmt: skip


class ColumnForms:
    """One form per column, and what must hold of all of them together."""

    def __init__(self, layout: TableLayout, plan, data=None):
        years = _years(plan, layout)
        self.standing = layout.columns
        self.forms = [
            ColumnForm(
                data,
                prefix=f"c{place}",
                years=years,
                initial={"meaning": column.meaning.value, "fiscal_year": column.fiscal_year},
            )
            for place, column in enumerate(layout.columns[:MOST_COLUMNS])
        ]
        self.errors = []

    def is_valid(self) -> bool:
        if not all(form.is_valid() for form in self.forms):
            self.errors = ["選択肢にないものがあります。選び直してください。"]
            return False
        self.errors = list(_errors_of(self.columns))
        return not self.errors

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        return tuple(map(_column, self.forms, self.standing))


def _column(form, standing) -> TableColumn:
    meaning = Meaning(form.cleaned_data["meaning"])
    year = form.cleaned_data["fiscal_year"] if meaning.has_year else None
    return TableColumn(meaning, year, standing.taken if meaning.has_year else "")


def _years(plan, layout):
    guessed = [column.fiscal_year for column in layout.columns if column.fiscal_year]
    usual = range(plan.first_fiscal_year - YEARS_AROUND, plan.last_fiscal_year + YEARS_AROUND + 1)
    return sorted({*usual, *guessed})


def _errors_of(columns):
    if not any(column.meaning == Meaning.NAME for column in columns):
        yield NO_NAME
    meanings = [column.meaning for column in columns]
    for meaning in ONCE:
        if meanings.count(meaning) > 1:
            yield TWICE.format(what=meaning.label)
    years = [column.fiscal_year for column in columns if column.meaning == Meaning.TARGET]
    for year in sorted({year for year in years if year and years.count(year) > 1}):
        yield TWICE.format(what=f"{FiscalYear(year).era_label}の目標値")
    for place, column in enumerate(columns, start=1):
        if column.meaning == Meaning.TARGET and column.fiscal_year is None:
            yield NO_YEAR.format(place=place)


def widget_with(field, error: str):
    """The widget of a field about which something else than its own form found an error."""
    if not error:
        return field.as_widget()
    described = {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    return field.as_widget(attrs=described)


class TakeOverForm(ReasonedForm):
    """What holds for all lines: the years over which new KPIs are measured, and the reason."""

    first_fiscal_year = FiscalYearField(
        label="測定開始年度",
        help_text="目標がこれより前の年度にある指標は、その年度からになります。",
    )
    last_fiscal_year = FiscalYearField(
        label="測定終了年度",
        help_text="目標がこれより後の年度にある指標は、その年度までになります。",
    )


class PolicyForm(SharingForm):
    """Under which policy the lines of one 分類 go."""

    policy = forms.ChoiceField(label="施策", required=False, widget=PlainSelect)

    def __init__(self, *args, policies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["policy"].choices = [("", "選んでください"), *policies.items()]
        self.offered = {str(pk): pk for pk in policies}

    @property
    def chosen(self) -> int | None:
        """The policy's id; None where none was chosen, or one of elsewhere."""
        value = str(self["policy"].value() or "")
        return self.offered.get(value)


class LineForm(SharingForm):
    """How a new KPI is measured: proposals that a person changes or says yes to."""

    use = forms.ChoiceField(
        label="この行",
        choices=[(TAKE, "取り込む"), (LEAVE, "取り込まない")],
        initial=TAKE,
        widget=PlainSelect,
    )
    unit = NameField(label="単位", required=False, widget=forms.TextInput(attrs={"class": "short"}))
    decimals = forms.ChoiceField(
        label="小数点以下の桁数",
        choices=[(str(digits), f"{digits}桁" if digits else "なし（整数）") for digits in range(7)],
        widget=PlainSelect,
    )
    measurement_type = forms.ChoiceField(
        label="測定の種類",
        choices=[("", "選んでください"), *MeasurementType.choices()],
        widget=PlainSelect,
    )
    direction = forms.ChoiceField(
        label="目指す方向",
        choices=[("", "選んでください"), *Direction.choices()],
        widget=PlainSelect,
    )
    reference_name = NameField(
        label="参照値の名称", required=False, widget=forms.TextInput(attrs={"class": "short"})
    )
    is_confirmed = forms.BooleanField(label="測り方と目標の読み取りを確かめました", required=False)

    def said(self, name) -> str:
        """What stands in a field, blank for nothing."""
        return str(self[name].value() or "")

    @property
    def has_confirmed(self) -> bool:
        return self.is_bound and bool(self["is_confirmed"].value())


class StandingLineForm(SharingForm):
    """What to do about a KPI that is there already."""

    use = forms.ChoiceField(
        label="この行",
        choices=[(LEAVE, "登録済みのままにする"), (COMPLETE, "足りない年度の目標だけ加える")],
        initial=LEAVE,
        widget=PlainSelect,
    )

    def said(self, name) -> str:
        return str(self[name].value() or "")
