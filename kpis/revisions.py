"""All changes of a plan's targets, and the targets as they stood on a day."""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from dxplan.lib.fiscal_years import FiscalYear, fiscal_years
from kpis.models import Kpi, Target, TargetRevision
from kpis.result_rows import scale_of
from kpis.target_rows import RevisionRow, TargetRow, revision_number, revision_row, target_row
from plans.tree import policy_tree


@dataclass(frozen=True)
class RevisionLine:
    """One revision of one KPI; `changes` are lines such as 「令和8年度: 30 件 → 25 件」."""

    id: int
    kpi_label: str
    kpi_url: str
    place: int
    revision: RevisionRow
    changes: tuple[str, ...]


@dataclass(frozen=True)
class KpiTargets:
    """All targets of one KPI, the first ones and those of every revision."""

    id: int
    label: str
    url: str
    rows: tuple[TargetRow, ...]

    def as_of(self, day: datetime.date) -> dict[int, TargetRow]:
        """Target by fiscal year, as they stood on a day: by what was decided on or before it."""
        known = [row for row in self.rows if row.revision is None or row.revision.decided_on <= day]
        return {row.fiscal_year: row for row in sorted(known, key=revision_number)}


@dataclass(frozen=True)
class PlanTargets:
    """The KPIs of a plan with their targets, in the plan's order, and the revisions of these."""

    kpis: tuple[KpiTargets, ...]
    lines: tuple[RevisionLine, ...]

    @property
    def years(self) -> list[FiscalYear]:
        """From the first year that any target is for to the last."""
        found = [row.fiscal_year for kpi in self.kpis for row in kpi.rows]
        return fiscal_years(min(found), max(found)) if found else []


def plan_targets(plan) -> PlanTargets:
    """All of a plan's targets and revisions. Four queries, however many."""
    order = {node.id: place for place, node in enumerate(policy_tree(plan))}
    kpis = sorted(
        Kpi.objects.filter(plan=plan), key=lambda kpi: (order[kpi.policy_id], kpi.position, kpi.pk)
    )
    targets = {}
    for row in Target.objects.filter(kpi__plan=plan).select_related("revision"):
        targets.setdefault(row.kpi_id, []).append(row)
    rows = {kpi.pk: _kpi_targets(kpi, targets.get(kpi.pk, ())) for kpi in kpis}
    places = {pk: place for place, pk in enumerate(rows)}
    revisions = TargetRevision.objects.filter(kpi__plan=plan)
    lines = [_line(item, rows[item.kpi_id], places[item.kpi_id]) for item in revisions]
    lines.sort(key=lambda line: (line.revision.decided_on, line.id), reverse=True)
    return PlanTargets(tuple(rows.values()), tuple(lines))


def _kpi_targets(kpi, targets):
    scale = scale_of(kpi)
    return KpiTargets(
        id=kpi.pk,
        label=f"{kpi.number} {kpi.name}",
        url=reverse("kpi_detail", args=[kpi.pk]),
        rows=tuple(target_row(row, scale) for row in targets),
    )


def _line(revision, kpi, place):
    own = [row for row in kpi.rows if revision_number(row) == revision.number]
    return RevisionLine(
        id=revision.pk,
        kpi_label=kpi.label,
        kpi_url=kpi.url,
        place=place,
        revision=revision_row(revision),
        changes=tuple(
            f"{FiscalYear(row.fiscal_year).era_label}: {_before(kpi, row)} → {row.text}"
            for row in sorted(own, key=lambda row: row.fiscal_year)
        ),
    )


def _before(kpi, current) -> str:
    """The target that stood before, in words."""
    earlier = [
        row
        for row in kpi.rows
        if row.fiscal_year == current.fiscal_year
        and revision_number(row) < revision_number(current)
    ]
    return max(earlier, key=revision_number).text if earlier else "（なし）"
