"""The lines of a KPI table beside what the plan holds: new, standing already, or wanting.

What a line says is checked by the very forms in which a KPI is typed by hand.
"""

from dataclasses import dataclass
from functools import cached_property

from dxplan.lib.fiscal_years import FiscalYear
from kpis.definitions import Definition
from kpis.figures import show_figure
from kpis.forms.definitions import MOST_DECIMALS, KpiForm
from kpis.forms.tables import COMPLETE, LEAVE, LineForm, StandingLineForm
from kpis.forms.targets import FirstTargetsForm
from kpis.import_lines import Finding
from kpis.measurement import RateFormula
from kpis.models import Kpi
from kpis.table_proposals import Proposal
from kpis.table_records import Record
from kpis.table_words import Meaning
from kpis.target_changes import StandingTarget
from kpis.target_reading import meaning_of

LABELS = {"name": "指標名", "baseline_value": "基準値", "taken": "基準値の時点"}
NOT_CHOSEN = {
    "policy": "「どの施策の指標か」で、この分類の施策を選んでください。",
    "measurement_type": "測定の種類を選んでください。",
    "direction": "目指す方向を選んでください。",
}
NO_NAME = "指標名がありません。"
TWICE = "表の中で、同じ施策に同じ指標名が2回あります。"
ADDED_MEANWHILE = "この指標は登録済みです。どうするかを選んでください。"
ONLY_REVISED = "実施中の計画の指標で、目標が登録済みのため、表からは加えられません。"
NOT_MEASURED = "この指標の測定する期間の外です。"
YEAR_CLOSED = "締めた年度の目標は登録できません。"
FROM_WORDING = "数値目標の文と達成時期"
NOT_ASKED = "測り方を選ぶと、目標を読み取ります。"


@dataclass(frozen=True)
class CellLine:
    """One cell on the page: 「入力 → 読み取り」, or why it cannot be taken and an example."""

    label: str
    typed: str
    read: str = ""
    taken: str = ""
    error: str = ""
    hint: str = ""
    proposed_by: str = ""


@dataclass(frozen=True)
class Asked:
    """A question about a cell; `typed` is what a yes confirms."""

    name: str
    label: str
    text: str
    typed: str
    is_confirmed: bool


@dataclass(frozen=True)
class Proposed:
    """A field of the line's own form with what stands there by proposal."""

    field: object
    proposal: Proposal

    @property
    def is_proposal(self) -> bool:
        """Whether what stands there is still what was proposed, not what the table says."""
        has_why = bool(self.proposal.value and self.proposal.why)
        return has_why and self.field.value() == self.proposal.value

    @property
    def hint(self) -> str:
        """Why nothing was proposed, while nothing was chosen."""
        return "" if self.proposal.value or self.field.value() else self.proposal.why


@dataclass(frozen=True)
class TableLine:
    """One KPI of the table, what a person chose for it, and what its forms say."""

    record: Record
    form: LineForm | StandingLineForm
    policy_id: int | None
    policy_label: str
    standing: Kpi | None = None
    proposals: tuple[Proposed, ...] = ()
    definition: KpiForm | None = None
    targets: FirstTargetsForm | None = None
    missing_years: frozenset[int] = frozenset()
    own_errors: tuple[tuple[str, str], ...] = ()

    @property
    def is_left(self) -> bool:
        return self.form.said("use") == LEAVE

    @property
    def completes(self) -> bool:
        """Whether the KPI is there and only targets are added."""
        return self.standing is not None and self.form.said("use") == COMPLETE

    @cached_property
    def errors(self) -> dict[str, str]:
        """What is wrong, by field; a question that waits is none."""
        found = dict(self.own_errors)
        for form in filter(None, (self.definition, self.targets)):
            for name, messages in form.errors.items():
                if name not in form.questions and name not in self._still_open:
                    found.setdefault(name, self._said_of(name, messages))
        return found if not self.is_left else {}

    @property
    def _still_open(self):
        """What a person has had no occasion to choose yet."""
        return () if self.form.is_bound else NOT_CHOSEN

    def _said_of(self, name, messages):
        is_blank = name in NOT_CHOSEN and not self.definition.data[name]
        return NOT_CHOSEN[name] if is_blank else " ".join(messages)

    @cached_property
    def questions(self) -> list[Asked]:
        if self.is_left:
            return []
        forms = [form for form in (self.definition, self.targets) if form]
        return [
            Asked(
                f"{self.form.prefix}-ask-{name}",
                _label(name),
                question.text,
                question.typed,
                question.is_confirmed,
            )
            for form in forms
            for name in form.questions
            if (question := form.question_of(name)) and _is_used(self, name)
        ]

    @property
    def is_wanting(self) -> bool:
        """Whether something has to be mended, answered or confirmed before it can be taken."""
        is_asked = any(not question.is_confirmed for question in self.questions)
        wants_yes = self.standing is None and not self.is_left and not self.form.has_confirmed
        return bool(self.errors) or is_asked or wants_yes

    @property
    def finding(self) -> Finding:
        if self.is_left:
            return Finding.UNCHANGED
        if self.errors:
            return Finding.ERROR
        if self.is_wanting:
            return Finding.QUESTION
        return Finding.CHANGED if self.standing else Finding.NEW

    @property
    def fate(self) -> tuple:
        """What taking the line over comes to, to tell whether something else happened meanwhile."""
        number = self.typed.number if self.definition and self.definition.is_valid() else ""
        standing = self.standing and (self.standing.pk, self.standing.version)
        return self.record.line, self.is_left, standing, number

    @property
    def typed(self) -> Definition:
        return self.definition.typed

    @cached_property
    def typed_targets(self) -> dict[int, StandingTarget]:
        """The targets to add: of a standing KPI only those of years that have none."""
        if self.targets is None or not self.targets.is_valid():
            return {}
        return {
            year: target
            for year, target in self.targets.typed.items()
            if target and (self.standing is None or year in self.missing_years)
        }

    @cached_property
    def cells(self) -> list[CellLine]:
        """Name, baseline and targets as the table says them and as they are read."""
        return [*self._definition_cells(), *self._target_cells()]

    @property
    def all_errors(self) -> list[tuple[str, str]]:
        """(field, what is wrong) for the list above all lines."""
        return [(_label(name), message) for name, message in self.errors.items()]

    @cached_property
    def sayings(self) -> list[tuple[str, str]]:
        """(label, text) of what else is taken over: definition, source, those in charge."""
        if self.definition is None:
            return []
        data = self.definition.data
        texts = [
            ("番号", data["number"]),
            ("計画書の数値目標", data["target_wording"]),
            ("定義", data["definition"]),
            ("出典", data["source"]),
            ("担当課", self.record.texts.get(Meaning.DEPARTMENT, "")),
        ]
        return [(label, text) for label, text in texts if text]

    @property
    def other_errors(self) -> list[str]:
        """What is wrong beside the cells shown, each with the field's name."""
        shown = {"name", "baseline_value", "baseline_reference", "taken", "policy"}
        return [
            f"{_label(name)}: {message}"
            for name, message in self.errors.items()
            if name not in shown and not name.startswith(("target_", "taken_2", "taken_1"))
        ]

    def _definition_cells(self):
        record, errors = self.record, self.errors
        printed = record.printed.get("name", "")
        changed = record.name if record.name != printed else ""
        yield CellLine("指標名", printed, changed, error=errors.get("name", ""))
        if self.definition is None or not (record.baseline.figure or record.baseline.taken):
            return
        error = " ".join(
            errors[name] for name in ("baseline_value", "baseline_reference", "taken")
            if name in errors
        )  # fmt: skip
        yield CellLine(
            label=_baseline_label(record),
            typed=record.printed.get("baseline_value", ""),
            read=self._baseline_text(),
            taken=self._said("taken"),
            error=error,
        )

    def _baseline_text(self):
        data = self.definition.cleaned_data
        scale = {"unit": data.get("unit", ""), "decimals": data.get("decimals", MOST_DECIMALS)}
        value, reference = (
            show_figure(data.get(name), **scale)
            for name in ("baseline_value", "baseline_reference")
        )
        return f"{value}（{data.get('reference_name', '')} {reference}）" if reference else value

    def _said(self, name):
        value = self.definition.cleaned_data.get(name)
        return value.text if value else ""

    def _target_cells(self):
        for year, cell in sorted(self.record.targets.items()):
            name = f"target_{year}"
            if not _is_used(self, name):
                continue
            value = self.targets.values.get(year) if self._has_read else None
            errors = [self.errors[key] for key in (name, f"taken_{year}") if key in self.errors]
            yield CellLine(
                label=f"{FiscalYear(year).era_label}の目標",
                typed=self.record.printed.get(name, ""),
                read=meaning_of(value, self.targets.scale) if value else "",
                taken=self._target_taken(year),
                error=" ".join(errors),
                hint="" if self._has_read or not cell.figure else NOT_ASKED,
                proposed_by=FROM_WORDING if self.record.is_from_wording else "",
            )

    @property
    def _has_read(self):
        return self.targets is not None and self.targets.is_bound and not self.is_left

    def _target_taken(self, year):
        taken = self.targets.cleaned_data.get(f"taken_{year}") if self._has_read else None
        return taken.text if taken else ""


def _is_used(line, name) -> bool:
    """Whether a cell counts: for a standing KPI only those of years that have no target."""
    is_target = name.startswith("target_")
    return not is_target or line.standing is None or int(name[7:]) in line.missing_years


def _label(name) -> str:
    if name.startswith("target_"):
        return f"{FiscalYear(int(name[7:])).era_label}の目標"
    field = KpiForm.base_fields.get(name)
    return LABELS.get(name) or (str(field.label) if field else "この行")


def _baseline_label(record) -> str:
    year = record.baseline_year
    return f"基準値（{FiscalYear(year).era_label}）" if year else "基準値"


def scale_source(form: KpiForm) -> Kpi | None:
    """A KPI as its form describes it, for the reader of targets; None where it does not yet."""
    form.is_valid()
    data = form.cleaned_data
    names = ("measurement_type", "direction", "unit", "decimals", "reference_name",
             "first_fiscal_year", "last_fiscal_year")  # fmt: skip
    if any(name not in data or data[name] is None for name in names):
        return None
    if data["last_fiscal_year"] < data["first_fiscal_year"]:
        return None
    own = {name: data[name] for name in names}
    return Kpi(rate_formula=RateFormula.TO_TARGET.value, **own)
