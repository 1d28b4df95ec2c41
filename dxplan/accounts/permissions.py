"""The permission matrix: which role may do what, and how far it reaches.

Pages, forms, downloads and menus ask here and nowhere else. The rows are those that today's pages
need; the others come with their pages.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum

from dxplan.accounts.models import Assignment, DepartmentsBehind, Role


class Reach(IntEnum):
    """How far a permission reaches; the greatest over one's roles counts."""

    NONE = 0
    OWN_DEPARTMENTS = 1
    TOWN = 2
    EVERY_TOWN = 3


class Action(Enum):
    """What a person may want to do."""

    SEE_PLANS = "see plans, results, dashboards"
    SEE_DRAFTS = "see drafts"
    EDIT_PLAN = "edit plans, policies, KPI definitions"
    EDIT_SHEETS = "edit action-plan sheets"
    ENTER_RESULTS = "enter results; submit, withdraw"
    APPROVE = "approve what a department submitted; never one's own"
    CHECK = "check what was approved"
    SEND_BACK = "send back with a comment"
    REOPEN_RESULTS = "reopen an approved value"
    IMPORT_RESULTS = "hand in results by workbook"
    IMPORT_PLAN = "take over a whole plan from a workbook"
    REVISE_TARGETS = "revise targets"
    RUN_YEARS = "open, close and reopen fiscal years, remind departments"
    OVERRIDE = "override a judgement, record the committee's opinion"
    RUN_MEETINGS = "record the committee's opinions, freeze papers"
    EXPORT = "download workbooks"
    MANAGE_PEOPLE = "manage people, their roles, departments; never oneself"
    READ_TRAIL = "read who changed what"


NONE, OWN, TOWN, EVERY_TOWN = Reach

# Columns in the order of `Role`: administrator, DX office, staff, head, committee, auditor.
MATRIX = {
    Action.SEE_PLANS: (NONE, TOWN, TOWN, TOWN, TOWN, TOWN),
    Action.SEE_DRAFTS: (NONE, TOWN, OWN, OWN, NONE, TOWN),
    Action.EDIT_PLAN: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.EDIT_SHEETS: (NONE, TOWN, OWN, OWN, NONE, NONE),
    Action.ENTER_RESULTS: (NONE, TOWN, OWN, OWN, NONE, NONE),
    # The DX office approves where the year's opening says so; see plans.review_steps.
    Action.APPROVE: (NONE, TOWN, NONE, OWN, NONE, NONE),
    Action.CHECK: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.SEND_BACK: (NONE, TOWN, NONE, OWN, NONE, NONE),
    Action.REOPEN_RESULTS: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.RUN_YEARS: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.IMPORT_RESULTS: (NONE, TOWN, OWN, OWN, NONE, NONE),
    Action.IMPORT_PLAN: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.REVISE_TARGETS: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.OVERRIDE: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.RUN_MEETINGS: (NONE, TOWN, NONE, NONE, NONE, NONE),
    Action.EXPORT: (NONE, TOWN, TOWN, TOWN, TOWN, TOWN),
    Action.MANAGE_PEOPLE: (EVERY_TOWN, TOWN, NONE, NONE, NONE, NONE),
    Action.READ_TRAIL: (TOWN, TOWN, OWN, OWN, NONE, TOWN),
}

# Which roles a person may give and end, by the reach of MANAGE_PEOPLE: nobody makes oneself or a
# colleague more powerful than one's own town allows.
GIVEN_ROLES = {
    NONE: (),
    OWN: (),
    TOWN: tuple(role for role in Role if role != Role.SYSTEM_ADMINISTRATOR),
    EVERY_TOWN: tuple(Role),
}


def role_reach(role: str, action: Action) -> Reach:
    """What the matrix says for one role."""
    return MATRIX[action][Role.values.index(role)]


@dataclass(frozen=True)
class Access:
    """What one person may do on one day: the town, and (role, department id) pairs in force."""

    municipality_id: int | None
    assignments: tuple[tuple[str, int | None], ...]

    def reach(self, *actions: Action) -> Reach:
        """How far one of the person's roles reaches in all these actions at once."""
        roles = {role for role, _ in self.assignments}
        reaches = (min(role_reach(role, action) for action in actions) for role in roles)
        return max(reaches, default=NONE)

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
        return reach >= TOWN

    def is_of(self, department_ids) -> bool:
        """Whether a role of the person's is for one of these departments."""
        return any(department_id in department_ids for _, department_id in self.assignments)

    @property
    def manages_every_town(self) -> bool:
        """Whether people and departments of other towns are open to this person."""
        return self.reach(Action.MANAGE_PEOPLE) == EVERY_TOWN

    @property
    def given_roles(self) -> tuple[Role, ...]:
        """The roles that this person may give to others and end."""
        return GIVEN_ROLES[self.reach(Action.MANAGE_PEOPLE)]

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles' Japanese names, each once, in the matrix's order."""
        held = {role for role, _ in self.assignments}
        return tuple(Role(role).label for role in Role.values if role in held)


def access_of(user, on) -> Access:
    """What `user` may do on the day `on`. One query.

    A role for a department holds for what its successors on that day are responsible for, and for
    what still stands under the names of those that they took over from.
    """
    held = Assignment.objects.filter(user=user).in_force(on)
    rows = held.values_list("role", DepartmentsBehind("department", on))
    pairs = tuple((role, department) for role, covered in rows for department in covered or [None])
    return Access(municipality_id=user.municipality_id, assignments=pairs)
