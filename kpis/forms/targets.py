"""Forms with a cell for the target of every fiscal year: the first targets, and a revision."""

from dataclasses import dataclass

from django import forms
from django.utils import timezone

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.form_fields import DayField, LongTextField, NameField
from kpis.forms.fields import AskingForm, FieldCheck, TakenField
from kpis.measurement import Milestone, RevisionCategory, TargetKind
from kpis.rows import Scale
from kpis.taken_at import taken_text
from kpis.target_changes import NEVER_THERE, Decision, StandingTarget, Targets, changed_targets
from kpis.target_reading import TAKEN_AWAY, cell_text, kind_of_targets, meaning_of, read_target
from kpis.target_rows import target_text
from plans.editing import is_reason
from plans.reasoned import ReasonedForm

EXAMPLES = {
    TargetKind.NUMBER: "数値で入力します。例: 45、45{loose}、45{strict}",
    TargetKind.RANGE: "下限と上限を入力します。例: 40〜60",
    TargetKind.MILESTONE: "どの段階に到達するかを選びます。",
    TargetKind.TEXT: "言葉で入力します。例: 方針が職員に浸透している",
}
NO_REASON = "見直しの理由を入力してください。空白や記号だけでは理由になりません。"
FUTURE = "決定日が今日より後の日付です。"
TOO_EARLY = "適用する年度（{year}）より前の年度の目標は変えられません。"
TAKE_AWAY_HINT = "目標をなくす年度には「なし」と入力します。空欄の年度は、いまの目標のままです。"
TAKE_AWAY_CHOICE = "目標なしにする"
TAKE_AWAY_CHOICE_HINT = f"目標をなくす年度では「{TAKE_AWAY_CHOICE}」を選びます。"


@dataclass(frozen=True)
class TargetLine:
    """One fiscal year on the page: what stands, and the fields to change it (None: closed)."""

    fiscal_year: FiscalYear
    standing: str
    taken: str
    cell: FieldCheck | None = None
    taken_cell: FieldCheck | None = None
    is_closed: bool = False


class TargetCells(AskingForm):
    """One cell per fiscal year; those that are `closed` only show what stands."""

    has_taken = False
    may_take_away = False
    left_blank = "空欄で保存すると、この年度の目標（{standing}）はなくなります。"

    def __init__(self, *args, kpi, scale: Scale, standing: Targets, closed, **kwargs):
        super().__init__(*args, **kwargs)
        self.scale, self.standing, self.closed = scale, standing, closed
        self.all_years = range(kpi.first_fiscal_year, kpi.last_fiscal_year + 1)
        for year in self.years:
            self._add_cells(FiscalYear(year), standing.get(year))
        self.order_fields([*self.live, *self.fields])
        self.describe_by_checks()

    @property
    def kind(self) -> TargetKind:
        """The kind of target that the KPI usually has."""
        return kind_of_targets(self.scale.measurement_type, self.scale.direction)

    @property
    def years(self):
        """The fiscal years whose targets can be changed."""
        return [year for year in self.all_years if year not in self.closed]

    @property
    def live(self):
        kinds = ("target", "taken") if self.has_taken else ("target",)
        return self._cell_names(*kinds)

    def _cell_names(self, *kinds):
        return [f"{kind}_{year}" for year in self.years for kind in kinds]

    def _add_cells(self, year, standing):
        label = f"{year.era_label}の目標"
        initial = cell_text(standing.value, self.scale) if standing else ""
        self.fields[f"target_{year}"] = _cell(
            self.scale, label, initial, may_take_away=self.may_take_away
        )
        if self.has_taken:
            self.fields[f"taken_{year}"] = TakenField(
                label=f"{label}の時点",
                required=False,
                initial=standing.taken if standing else None,
            )

    def clean(self):
        super().clean()
        self.values = {}
        for year in self.years:
            self._read(year, f"target_{year}")

    def _read(self, year, name):
        if name not in self.cleaned_data:
            return
        standing, typed = self.standing.get(year), self.cleaned_data[name]
        if standing and typed == cell_text(standing.value, self.scale):
            self.values[year] = standing.value  # a cell left as it was, whatever it cannot show
            return
        reading = read_target(typed, self.scale)
        if reading.error:
            self.add_error(name, reading.error)
            return
        if reading.target == TAKEN_AWAY and not self.may_take_away:
            self.add_error(name, NEVER_THERE)
            return
        self.values[year] = reading.target
        self.ask(name, reading.question)
        self._note(year, name, reading.target)

    def _note(self, year, name, target):
        """Keeps how a target was read; what it means for a blank cell to be saved."""
        if target is None:
            standing = self.scale_text(self.standing.get(year))
            self.readings[name] = self.left_blank.format(standing=standing) if standing else ""
        elif target.kind not in (TargetKind.MILESTONE, TargetKind.TEXT):
            self.note_reading(name, meaning_of(target, self.scale))

    @property
    def lines(self):
        return [self._line(FiscalYear(year)) for year in self.all_years]

    def _line(self, year):
        standing, is_closed = self.standing.get(year), year in self.closed
        shown = self.scale_text(standing)
        taken = taken_text(*standing.taken) if standing else ""
        if is_closed:
            return TargetLine(year, shown, taken, is_closed=True)
        return TargetLine(
            fiscal_year=year,
            standing=shown,
            taken=taken,
            cell=self.check_of(f"target_{year}"),
            taken_cell=self.check_of(f"taken_{year}") if self.has_taken else None,
        )

    def scale_text(self, standing):
        if standing is None:
            return ""
        return target_text(standing.value, standing.value.kind, self.scale)

    @property
    def example(self):
        direction = self.scale.direction
        text = EXAMPLES[self.kind].format(
            loose=direction.comparator(), strict=direction.comparator(is_strict=True)
        )
        if not self.scale.reference_name:
            return text
        return f"{text}、{self.scale.reference_name}{direction.comparator()}"

    @property
    def echoes(self):
        """「入力 → 読み取り」 of the cells that were not typed as they are shown from now on."""
        typed = {year: self.cleaned_data[f"target_{year}"] for year in self.years}
        return [
            f"{FiscalYear(year).era_label}: {self.readings[f'target_{year}']}"
            for year, value in self.values.items()
            if value and typed[year] != cell_text(value, self.scale)
        ]


class FirstTargetsForm(TargetCells, ReasonedForm):
    """A KPI's first targets, with their 時点."""

    has_taken = True

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def clean(self):
        super().clean()
        for year in self.years:
            self.note_value(f"taken_{year}")
            taken = self.cleaned_data.get(f"taken_{year}")
            if year in self.values and self.values[year] is None and taken and any(taken):
                self.add_error(f"taken_{year}", "目標がない年度には、時点を入力できません。")

    @property
    def typed_texts(self):
        """(label, text) of the cells, for a page that can only show them back."""
        fields = [field for field in self.visible_fields() if field.name != "reason"]
        return [(field.label, field.value()) for field in fields if field.value()]

    @property
    def typed(self) -> dict[int, StandingTarget | None]:
        return {
            year: StandingTarget(value, self.cleaned_data[f"taken_{year}"]) if value else None
            for year, value in self.values.items()
        }


class RevisionForm(TargetCells):
    """New targets from a fiscal year on, and who decided them, when, and why.

    A blank cell leaves its year as it is; 「なし」 takes the target away.
    """

    may_take_away = True
    left_blank = "空欄のときは、いまの目標（{standing}）のままです。"

    effective_fiscal_year = forms.TypedChoiceField(
        label="適用する年度",
        coerce=int,
        help_text="この年度の目標から変わります。締めた年度の目標は変わりません。",
        error_messages={
            "invalid_choice": "この年度からは適用できません（締めた年度など）。選び直してください。"
        },
    )
    decided_on = DayField(label="決定日", help_text="例: 令和8年5月20日、R8.5.20")
    decided_by = NameField(label="決定した機関", max_length=100, help_text="例: 推進本部会議")
    category = forms.ChoiceField(
        label="見直しの区分", choices=[("", "選んでください"), *RevisionCategory.choices()]
    )
    reason = LongTextField(
        label="理由",
        help_text="なぜ変えるのか、後から読んで分かるように書きます。",
        error_messages={"required": NO_REASON},
    )
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    DECISION = ("effective_fiscal_year", "decided_on", "decided_by", "category", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["effective_fiscal_year"].choices = [
            (year, FiscalYear(year).era_label) for year in self.years
        ]

    def clean_decided_on(self):
        if self.cleaned_data["decided_on"] > timezone.localdate():
            raise forms.ValidationError(FUTURE)
        return self.cleaned_data["decided_on"]

    def clean_reason(self):
        if not is_reason(self.cleaned_data["reason"]):
            raise forms.ValidationError(NO_REASON)
        return self.cleaned_data["reason"]

    def clean(self):
        super().clean()
        effective = self.cleaned_data.get("effective_fiscal_year")
        for year in changed_targets(self.standing, self.values):
            if effective and year < effective:
                era_label = FiscalYear(effective).era_label
                self.add_error(f"target_{year}", TOO_EARLY.format(year=era_label))

    @property
    def changes_nothing(self) -> bool:
        """Whether every cell could be read and says what stands already."""
        cells = self._cell_names("target")
        is_read = self.is_bound and not any(name in self.errors for name in cells)
        return is_read and not changed_targets(self.standing, self.values)

    def take_over(self, standing, *, number):
        """Lets a second sending revise what stands now; cells left alone follow it."""
        changed = changed_targets(self.standing, self.values)
        self.data = self.data.copy()
        self.data["number"] = number
        for year in self.years:
            if year not in changed:
                value = standing[year].value if year in standing else None
                self.data[f"target_{year}"] = cell_text(value, self.scale)
        self.standing = standing

    @property
    def take_away_hint(self):
        return TAKE_AWAY_CHOICE_HINT if self.kind == TargetKind.MILESTONE else TAKE_AWAY_HINT

    @property
    def decision(self) -> Decision:
        return Decision(**{name: self.cleaned_data[name] for name in self.DECISION})

    @property
    def decision_fields(self):
        return [self[name] for name in self.DECISION]


def _cell(scale, label, initial, *, may_take_away):
    options = {"label": label, "required": False, "initial": initial}
    kind = kind_of_targets(scale.measurement_type, scale.direction)
    if kind == TargetKind.MILESTONE:
        stages = [("", "―"), *((stage.label, stage.label) for stage in Milestone)]
        if may_take_away:
            stages.append((cell_text(TAKEN_AWAY, scale), TAKE_AWAY_CHOICE))
        return forms.CharField(widget=forms.Select(choices=stages), **options)
    if kind == TargetKind.TEXT:
        return NameField(widget=forms.Textarea(attrs={"rows": 2}), **options)
    return forms.CharField(widget=forms.TextInput(attrs={"class": "short"}), **options)
