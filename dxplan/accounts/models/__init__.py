from dxplan.accounts.models.assignment import DEPARTMENT_ROLES, Assignment, Role
from dxplan.accounts.models.department import Department, DepartmentOn, DepartmentsBehind
from dxplan.accounts.models.login_tally import LoginTally
from dxplan.accounts.models.municipality import Municipality
from dxplan.accounts.models.second_factor import FactorRemoval, TownSecurity
from dxplan.accounts.models.user import PasswordLink, User

__all__ = [
    "DEPARTMENT_ROLES",
    "Assignment",
    "Department",
    "DepartmentOn",
    "DepartmentsBehind",
    "FactorRemoval",
    "LoginTally",
    "Municipality",
    "PasswordLink",
    "Role",
    "TownSecurity",
    "User",
]
