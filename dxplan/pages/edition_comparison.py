"""Two editions side by side, arranged for one page: counts, and the lines that were asked for."""

from dataclasses import dataclass
from urllib.parse import urlencode

from kpis.comparison import compare_kpis
from plans.comparison import Succession, compare_policies, counts
from plans.models import Plan
from plans.period import show_period


@dataclass(frozen=True)
class Choice:
    """Which lines to show: those of one kind (None: all), and whether unchanged ones too."""

    kind: Succession | None
    hides_unchanged: bool

    def takes(self, row) -> bool:
        is_wanted = self.kind is None or self.kind in row.kinds
        return is_wanted and not (self.hides_unchanged and row.is_unchanged)

    @property
    def is_narrow(self) -> bool:
        return self.kind is not None or self.hides_unchanged


@dataclass(frozen=True)
class Count:
    """How many rows are of a kind, and the query that shows them."""

    label: str
    number: int
    query: str


@dataclass(frozen=True)
class Side:
    """A policy or KPI as one edition prints it, with a remark on what it is."""

    label: str
    remark: str


@dataclass(frozen=True)
class Line:
    """One line of the page; `after` is None where nothing carries on what stood before.

    `depth` counts from 1 in the hierarchy; KPIs stand at 0.
    """

    kinds: tuple[Succession, ...]
    before: tuple[Side, ...]
    after: Side | None
    changes: tuple[str, ...]
    depth: int

    @property
    def is_continued(self) -> bool:
        return Succession.CONTINUED in self.kinds


@dataclass(frozen=True)
class Part:
    """Policies or KPIs: how many stood on both sides, the counts, the lines to show."""

    anchor: str
    name: str
    before: int
    after: int
    counts: tuple[Count, ...]
    lines: tuple[Line, ...]
    ended: tuple[Line, ...]

    @property
    def caption(self) -> str:
        everything = self.after + next(
            count.number for count in self.counts if count.label == Succession.ENDED.label
        )
        return f"{len(self.lines) + len(self.ended)}件を表示（全{everything}件）"

    @property
    def nothing(self) -> str:
        """Why there are no lines."""
        is_empty = not self.before and not self.after
        return "どちらの計画にもありません。" if is_empty else "条件に合うものはありません。"


@dataclass(frozen=True)
class EditionComparison:
    earlier_period: str
    later_period: str
    parts: tuple[Part, ...]
    kinds: tuple[tuple[Succession, bool], ...]


def plan_before(plan, access) -> Plan | None:
    """The plan that this one follows, if this person may see it. One query at most."""
    return Plan.objects.visible_to(access).filter(pk=plan.predecessor_id).first()


def read_choice(query) -> Choice:
    kind = query.get("kind", "")
    is_known = kind in Succession.values()
    return Choice(Succession(kind) if is_known else None, query.get("changed") == "1")


def compare_editions(earlier, later, choice) -> EditionComparison:
    """Six queries, however many policies and KPIs."""
    policies = compare_policies(earlier, later)
    kpis = compare_kpis(earlier, later, policies)
    return EditionComparison(
        earlier_period=show_period(earlier.first_fiscal_year, earlier.last_fiscal_year),
        later_period=show_period(later.first_fiscal_year, later.last_fiscal_year),
        parts=(
            _part("policies", "方針・取組・施策", policies.rows, choice, _policy_line),
            _part("kpis", "成果指標", kpis, choice, _kpi_line),
        ),
        kinds=tuple((kind, kind == choice.kind) for kind in Succession),
    )


def _part(anchor, name, rows, choice, line) -> Part:
    shown = [row for row in rows if choice.takes(row)]
    return Part(
        anchor=anchor,
        name=name,
        before=len({item.id for row in rows for item in row.earlier}),
        after=sum(row.later is not None for row in rows),
        counts=_counts(rows),
        lines=tuple(line(row) for row in shown if row.later),
        ended=tuple(line(row) for row in shown if not row.later),
    )


def _counts(rows):
    found = counts(rows)
    continued, *others = (
        Count(kind.label, number, urlencode({"kind": kind.value})) for kind, number in found.items()
    )
    changed = continued.number - sum(row.is_unchanged for row in rows)
    return (continued, Count("うち変更あり", changed, f"{continued.query}&changed=1"), *others)


def _policy_line(row) -> Line:
    def side(node):
        return Side(node.label, node.level_name)

    return _line(row, side, depth=(row.later or row.earlier[0]).depth)


def _kpi_line(row) -> Line:
    def side(kpi):
        return Side(kpi.label, f"目標: {kpi.final_target_text or 'なし'}")

    return _line(row, side, depth=0)


def _line(row, side, depth) -> Line:
    return Line(
        kinds=row.kinds,
        before=tuple(side(item) for item in row.earlier),
        after=side(row.later) if row.later else None,
        changes=tuple(difference.text for difference in row.differences),
        depth=depth,
    )
