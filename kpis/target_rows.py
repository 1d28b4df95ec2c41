"""Targets as rows: their versions with the revisions that made them, and which are in force."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.fiscal_years import FiscalYear, show_date
from kpis.measurement import Milestone, RevisionCategory, TargetKind
from kpis.taken_at import TakenTime, taken_at


@dataclass(frozen=True)
class RevisionRow:
    """A revision of a KPI's targets: from which year, decided when, by whom, why."""

    number: int
    effective_fiscal_year: FiscalYear
    decided_on: datetime.date
    decided_text: str
    decided_by: str
    category: str
    reason: str
    recorded_by: str


@dataclass(frozen=True)
class TargetRow:
    """A target of one fiscal year. A strict one (超, 未満) is reached only by what is better.

    `revision` is None for the plan's first targets.
    """

    fiscal_year: int
    kind: TargetKind
    value: Decimal | None
    milestone: Milestone | None
    taken_at: TakenTime
    text: str
    upper_value: Decimal | None = None
    is_strict: bool = False
    revision: RevisionRow | None = None

    @property
    def taken(self) -> str:
        """The 時点 in words, blank where none is given."""
        return self.taken_at.text

    @property
    def takes_away(self) -> bool:
        """Whether this version leaves the year without a target."""
        return self.kind == TargetKind.NONE

    @property
    def version_text(self) -> str:
        """「当初目標」 or 「第1回見直し（令和7年度から適用）」."""
        if self.revision is None:
            return "当初目標"
        since = self.revision.effective_fiscal_year.era_label
        return f"第{self.revision.number}回見直し（{since}から適用）"


def target_row(target, scale) -> TargetRow:
    kind = TargetKind(target.kind)
    milestone = Milestone(target.milestone) if target.milestone else None
    return TargetRow(
        fiscal_year=target.fiscal_year,
        kind=kind,
        value=target.value,
        milestone=milestone,
        taken_at=taken_at(target),
        text=target_text(target, kind, scale),
        upper_value=target.upper_value,
        is_strict=target.is_strict,
        revision=revision_row(target.revision) if target.revision else None,
    )


def target_text(target, kind: TargetKind, scale) -> str:
    """A target in words: 「45 手続」「50 件未満」「40〜60%」「全国平均以上」「完了」."""
    if kind == TargetKind.NUMBER:
        return scale.show_goal(target.value, is_strict=target.is_strict)
    if kind == TargetKind.RANGE:
        return f"{scale.show(target.value)}〜{scale.show(target.upper_value)}"
    if kind == TargetKind.REFERENCE:
        return f"{scale.reference_name}{scale.direction.comparator(is_strict=target.is_strict)}"
    if kind == TargetKind.MILESTONE:
        return Milestone(target.milestone).label if target.milestone else ""
    return kind.label if kind == TargetKind.NONE else target.text


def goal_of(target: TargetRow | None, result) -> Decimal | None:
    """The figure that a result is compared with: the target's own, or the reference series."""
    if target and target.kind == TargetKind.REFERENCE:
        return result.reference
    return target.value if target else None


def revision_row(revision) -> RevisionRow:
    return RevisionRow(
        number=revision.number,
        effective_fiscal_year=FiscalYear(revision.effective_fiscal_year),
        decided_on=revision.decided_on,
        decided_text=show_date(revision.decided_on),
        decided_by=revision.decided_by,
        category=RevisionCategory(revision.category).label,
        reason=revision.reason,
        recorded_by=revision.recorded_by_name,
    )


def versions_in(targets, fiscal_year: int) -> dict[int, TargetRow]:
    """The version by which each year's target was told when `fiscal_year` was judged.

    A revision counts from the year it takes effect in; what it leaves open stays as it was.
    """
    return _latest(
        row
        for row in targets
        if row.revision is None or row.revision.effective_fiscal_year <= fiscal_year
    )


def standing_targets(versions: dict[int, TargetRow]) -> dict[int, TargetRow]:
    """The versions without those that take a target away."""
    return {year: row for year, row in versions.items() if not row.takes_away}


def revised_last(targets) -> dict[int, TargetRow]:
    """Target by its year, by all revisions there are."""
    return standing_targets(_latest(targets))


def _latest(known):
    return {row.fiscal_year: row for row in sorted(known, key=_age)}


def _age(target):
    return target.fiscal_year, revision_number(target)


def revision_number(row: TargetRow) -> int:
    """0 for the plan's first targets."""
    return row.revision.number if row.revision else 0


def earlier_version(targets, current: TargetRow | None) -> TargetRow | None:
    """The target that stood before the one in force was decided; None where it is the first."""
    if current is None or current.revision is None:
        return None
    before = [
        row
        for row in targets
        if row.fiscal_year == current.fiscal_year and _age(row) < _age(current)
    ]
    return max(before, key=_age, default=None)


def revisions_of(targets) -> tuple[RevisionRow, ...]:
    found = {row.revision.number: row.revision for row in targets if row.revision}
    return tuple(found[number] for number in sorted(found))
