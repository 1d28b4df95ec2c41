"""The permission matrix: which role may do what, and how far it reaches.

Pages, forms, downloads and menus ask here and nowhere else. The rows are those that today's pages
need; the others come with their pages.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum

from dxplan.accounts.models import Assignment, Role


class Reach(IntEnum):
    """How far a permission reaches; the greatest over one's roles counts."""

    NONE = 0
    OWN_DEPARTMENTS = 1
    TOWN = 2


class Action(Enum):
    """What a person may want to do."""

    SEE_PLANS = "see plans, results, dashboards"
    SEE_DRAFTS = "see drafts"
    EDIT_PLAN = "edit plans, policies, KPI definitions"
    ENTER_RESULTS = "enter results"
    REVISE_TARGETS = "revise targets"
    OVERRIDE = "override a judgement, record the committee's opinion"
    EXPORT = "download workbooks"


NONE, OWN, TOWN = Reach.NONE, Reach.OWN_DEPARTMENTS, Reach.TOWN

# Columns in the order of `Role`: administrator, DX office, staff, head, committee, auditor.
MATRIX = {
    Action.SEE_PLANS: (NONE, TOWN, TOWN, TOWN, TOWN, TOWN),
    Action.SEE_DRAFTS: (NONE, TOWN, OWN, OWN, NONE, TOWN),
    Action.EDIT_PLAN: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.ENTER_RESULTS: (NONE, TOWN, OWN, OWN, NONE, NONE),
    Action.REVISE_TARGETS: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.OVERRIDE: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.EXPORT: (NONE, TOWN, TOWN, TOWN, TOWN, TOWN),
}


def role_reach(role: str, action: Action) -> Reach:
    """What the matrix says for one role."""
    return MATRIX[action][Role.values.index(role)]


@dataclass(frozen=True)
class Access:
    """What one person may do on one day: the town, and (role, department id) pairs in force."""

    municipality_id: int | None
    assignments: tuple[tuple[str, int | None], ...]

    def reach(self, action: Action) -> Reach:
        return max((role_reach(role, action) for role, _ in self.assignments), default=NONE)

    def may(self, action: Action) -> bool:
        """Whether the person may do this anywhere in the own town."""
        return self.reach(action) > NONE

    def department_ids(self, action: Action) -> frozenset[int]:
        """The departments to which a reach of OWN_DEPARTMENTS is bound."""
        return frozenset(
            department_id
            for role, department_id in self.assignments
            if department_id is not None and role_reach(role, action) == OWN
        )

    def may_for(self, action: Action, department_ids) -> bool:
        """Whether the person may do this to something these departments are responsible for."""
        reach = self.reach(action)
        if reach == OWN:
            return not self.department_ids(action).isdisjoint(department_ids)
        return reach == TOWN

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles' Japanese names, each once, in the matrix's order."""
        held = {role for role, _ in self.assignments}
        return tuple(Role(role).label for role in Role.values if role in held)


def access_of(user, on) -> Access:
    """What `user` may do on the day `on`. One query."""
    pairs = Assignment.objects.filter(user=user).in_force(on).values_list("role", "department_id")
    return Access(municipality_id=user.municipality_id, assignments=tuple(pairs))
