"""Which results a reader sees: the settled ones, and drafts as far as the matrix allows.

Rows are made within a sight, so that page, chart, workbook and file hide the same.
"""

from dataclasses import dataclass

from dxplan.accounts.permissions import Access, Action, Reach
from kpis.measurement import JudgementLayer
from plans.review import SETTLED


@dataclass(frozen=True)
class Sight:
    """How far one sees what is not approved yet: nowhere, of some departments, everywhere."""

    reach: Reach
    department_ids: frozenset[int] = frozenset()

    def sees_drafts_of(self, department_ids) -> bool:
        """Whether drafts are seen of what these departments are responsible for."""
        if self.reach == Reach.OWN_DEPARTMENTS:
            return not self.department_ids.isdisjoint(department_ids)
        return self.reach > Reach.NONE


SETTLED_ONLY = Sight(Reach.NONE)
EVERYTHING = Sight(Reach.TOWN)


def sight_of(access: Access) -> Sight:
    """What a person sees of results."""
    reach = access.reach(Action.SEE_DRAFTS)
    return Sight(reach, access.department_ids(Action.SEE_DRAFTS))


def settled_only(results, judgements):
    """Results without drafts, and judgements without what departments and office say of drafts.

    What the committee said was said in a meeting, whatever became of the result.
    """
    shown = [row for row in results if row.review_state in SETTLED]
    years = {row.fiscal_year for row in shown}
    return shown, [
        row
        for row in judgements
        if row.layer == JudgementLayer.COMMITTEE or row.fiscal_year in years
    ]
