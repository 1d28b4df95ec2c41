"""The preview of a KPI table as its page shows it: 分類 with their policies, lines, counts."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

from dxplan.lib.entry_sheets.findings import Finding, FindingCount
from kpis.forms.kpi_table import PolicyForm, TakeOverForm, widget_with
from kpis.kpi_table.keeping import KeptTable
from kpis.kpi_table.lines import TableLine
from kpis.kpi_table.making import LineMaker
from kpis.kpi_table.plan_side import PlanSide
from kpis.kpi_table.policy_match import PolicyMatch, match_policy
from kpis.kpi_table.records import Records, records_of


@dataclass(frozen=True)
class PolicyGroup:
    """One 分類 of the table, blank where it has none, with the policy its lines go under."""

    word: str
    form: PolicyForm
    match: PolicyMatch
    count: int
    error: str = ""

    @property
    def widget(self):
        return widget_with(self.form["policy"], self.error)

    @property
    def is_proposal(self) -> bool:
        is_kept = self.form.chosen == self.match.policy_id
        return bool(self.match.policy_id) and is_kept and not self.match.is_sure


class TablePage:
    """A kept table beside the plan as it is now; `data` is what the page's form carries."""

    def __init__(self, table: KeptTable, side: PlanSide, data=None, reason: str = ""):
        self.table, self.side, self.data = table, side, data
        plan = side.plan
        first = max([plan.first_fiscal_year, *(year + 1 for year in side.closed)])
        initial = {
            "first_fiscal_year": min(first, plan.last_fiscal_year),
            "last_fiscal_year": plan.last_fiscal_year,
            "reason": reason,
        }
        self.form = TakeOverForm(data, plan=plan, initial=initial)
        self.usual_span = initial["first_fiscal_year"], initial["last_fiscal_year"]

    @cached_property
    def records(self) -> Records:
        plan = self.side.plan
        years = range(plan.first_fiscal_year, plan.last_fiscal_year + 1)
        return records_of(self.table.grid, self.table.layout, years)

    @property
    def mark(self) -> str:
        """Tells whether the answers were given for just this reading of the table."""
        said = repr((self.table.sheet, self.table.layout, self.table.grid))
        return sha256(said.encode("utf-8", "replace")).hexdigest()[:16]

    @cached_property
    def groups(self) -> list[PolicyGroup]:
        counts = Counter(record.policy for record in self.records.found)
        blank = PolicyForm(policies=self.side.offers.policies)
        return [
            self._group(blank, place, word, count)
            for place, (word, count) in enumerate(counts.items())
        ]

    def _group(self, blank, place, word, count):
        match = match_policy(word, self.side.nodes)
        initial = {"policy": match.policy_id or ""}
        form = blank.filled(self.data, prefix=f"g{place}", initial=initial)
        return PolicyGroup(word, form, match, count)

    @property
    def shown_groups(self) -> list[PolicyGroup]:
        """The groups, each with what is wrong about the policy of its lines."""
        said = {line.record.policy: line.errors.get("policy", "") for line in self.errors}
        return [replace(group, error=said.get(group.word, "")) for group in self.groups]

    @property
    def span(self) -> tuple[int, int]:
        if not self.form.is_bound:
            return self.usual_span
        self.form.is_valid()
        typed = [self.form.cleaned_data.get(f"{end}_fiscal_year") for end in ("first", "last")]
        return tuple(year or usual for year, usual in zip(typed, self.usual_span, strict=True))

    @cached_property
    def lines(self) -> list[TableLine]:
        policies = {group.word: group.form.chosen for group in self.groups}
        maker = LineMaker(self.side, self.span, self.data)
        return [maker.line(record, policies[record.policy]) for record in self.records.found]

    @property
    def counts(self) -> list[FindingCount]:
        found = Counter(line.finding for line in self.lines)
        return [FindingCount(finding, found[finding]) for finding in Finding if found[finding]]

    @property
    def taken(self) -> list[TableLine]:
        """The lines that are written when this is confirmed."""
        return [line for line in self.lines if not line.is_left]

    @property
    def errors(self) -> list[TableLine]:
        return [line for line in self.lines if line.errors]

    @property
    def is_wanting(self) -> bool:
        """Whether anything has to be mended, answered or confirmed first."""
        return bool(self.form.errors) or any(line.is_wanting for line in self.taken)

    @property
    def fates(self) -> list[tuple]:
        return [line.fate for line in self.lines]
