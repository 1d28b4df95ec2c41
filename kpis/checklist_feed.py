"""Figures that checklists lend to KPIs: done of the applicable items, or of what was counted."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse

from kpis.cells import Cells, part_text
from kpis.measurement import ChecklistMeasure, ValueState
from kpis.rows import KpiProgress
from kpis.yearly_values import share_of
from plans.checklists import plan_checklists


@dataclass(frozen=True)
class ChecklistFeed:
    """Numerator and denominator of a year, with a word on the items that have no say in it.

    `share_text` is the share as the KPI shows it.
    """

    numerator: int
    denominator: int
    share_text: str
    left_out: str
    url: str

    @property
    def text(self) -> str:
        """「33 / 48 = 68.8%（未登録の3項目を除く）」"""
        return f"{self.numerator:,} / {self.denominator:,} = {self.share_text}{self.left_out}"

    @property
    def numerator_cell(self) -> str:
        return part_text(Decimal(self.numerator))

    @property
    def denominator_cell(self) -> str:
        return part_text(Decimal(self.denominator))

    def into(self, cells: Cells) -> Cells:
        """The cells of a row when a person takes the list's figures over: nothing but a share."""
        return replace(
            cells,
            value="",
            numerator=self.numerator_cell,
            denominator=self.denominator_cell,
            state=cells.state if cells.takes_value else ValueState.FINAL.value,
        )


def checklist_feeds(plan, rows: list[KpiProgress], fiscal_year: int) -> dict[int, ChecklistFeed]:
    """KPI id to what its checklist gives for a year. Two queries; none without such KPIs."""
    fed = [row for row in rows if row.checklist_id]
    lists = {shown.checklist.pk: shown for shown in plan_checklists(plan)} if fed else {}
    feeds = {row.id: _feed(row, lists[row.checklist_id], fiscal_year) for row in fed}
    return {kpi_id: feed for kpi_id, feed in feeds.items() if feed and feed.denominator}


def _feed(row, shown, fiscal_year) -> ChecklistFeed | None:
    """The list's own sums of the year, as its page shows them; None where it has none."""
    step = next((step for step in shown.steps if step.fiscal_year == fiscal_year), None)
    url = reverse("checklist_detail", args=[shown.checklist.plan_id, shown.checklist.pk])
    url = f"{url}?fiscal_year={fiscal_year}"
    if step and row.checklist_measure == ChecklistMeasure.ITEMS:
        tally = step.tally
        left_out = _left_out("未登録の", tally.unregistered)
        return _of(row.scale, tally.done, tally.applicable, left_out, url)
    if step and step.counts:
        left_out = _left_out("件数のない", step.counts.unknown)
        return _of(row.scale, step.counts.done, step.counts.total, left_out, url)
    return None


def _of(scale, numerator, denominator, left_out, url) -> ChecklistFeed:
    share = share_of(Decimal(numerator), Decimal(denominator))
    return ChecklistFeed(numerator, denominator, scale.show(share.value), left_out, url)


def _left_out(what, count) -> str:
    return f"（{what}{count}項目を除く）" if count else ""
