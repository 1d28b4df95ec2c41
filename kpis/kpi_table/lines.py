"""The lines of a KPI table beside what the plan holds: new, standing already, or wanting.

What a line says is checked by the very forms in which a KPI is typed by hand.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from dxplan.lib.entry_sheets.findings import Finding
from kpis.definitions import Definition
from kpis.forms.definitions import KpiForm
from kpis.forms.kpi_table import LEAVE, LineForm, StandingLineForm, widget_with
from kpis.forms.targets import FirstTargetsForm
from kpis.kpi_table.proposals import Proposal
from kpis.kpi_table.records import Record
from kpis.kpi_table.shown import YEARLY, CellLine, is_used, label_of, shown_cells
from kpis.kpi_table.words import Meaning
from kpis.models import Kpi
from kpis.target_changes import StandingTarget

NOT_CHOSEN = {
    "policy": "「どの施策の指標か」で、この分類の施策を選んでください。",
    "measurement_type": "測定の種類を選んでください。",
    "direction": "目指す方向を選んでください。",
}
NO_NAME = "指標名がありません。"
TWICE = "表の中で、同じ施策に同じ指標名が2回あります。"
ADDED_MEANWHILE = "この指標は登録済みです。どうするかを選んでください。"
ONLY_REVISED = "実施中の計画の指標で、目標が登録済みのため、表からは加えられません。"
NOTHING_MISSING = "加える目標がありません。「登録済みのままにする」を選んでください。"
NOT_MEASURED = "この指標の測定する期間の外です。"
YEAR_CLOSED = "締めた年度の目標は登録できません。"


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
    """A field of the line's own form: what stands there by proposal, what is wrong with it."""

    field: object
    proposal: Proposal
    error: str = ""

    @property
    def widget(self):
        return widget_with(self.field, self.error)

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
    namesake: str = ""
    own_errors: tuple[tuple[str, str], ...] = ()

    @property
    def is_left(self) -> bool:
        return self.form.said("use") == LEAVE

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
                label_of(name),
                question.text,
                question.typed,
                question.is_confirmed,
            )
            for form in forms
            for name in form.questions
            if (question := form.question_of(name)) and is_used(self, name)
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
    def fields(self) -> list[Proposed]:
        """How it is measured, as far as proposals go, with what is wrong."""
        said = self.errors
        return [replace(item, error=said.get(item.field.name, "")) for item in self.proposals]

    @property
    def use_widget(self):
        """The field by which a line is left out, or by which one that is there is completed."""
        error = self.errors.get("name", "") if self.standing else ""
        return widget_with(self.form["use"], error)

    @cached_property
    def cells(self) -> list[CellLine]:
        """Name, baseline and targets as the table says them and as they are read."""
        return shown_cells(self)

    @property
    def all_errors(self) -> list[tuple[str, str]]:
        """(field, what is wrong) for the list above all lines."""
        return [(label_of(name), message) for name, message in self.errors.items()]

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
        shown = {"name", "baseline_value", "baseline_reference", "taken"}
        shown |= {item.field.name for item in self.proposals}
        return [
            f"{label_of(name)}: {message}"
            for name, message in self.errors.items()
            if name not in shown and not YEARLY.fullmatch(name)
        ]
