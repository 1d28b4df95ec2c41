"""Action plans narrowed to a department and a state, by the address."""

from dataclasses import dataclass

from actionplans.schedule import StageState
from actionplans.sheets import ActionRow

NO_DEPARTMENT = "none"


@dataclass(frozen=True)
class Selection:
    """What of the rows is shown; conditions that no row can meet are not applied."""

    every: list[ActionRow]
    department: str = ""
    state: str = ""

    @property
    def departments(self) -> list[tuple[str, str]]:
        found = {str(row.department_id): row.department_name for row in self.every}
        none = found.pop("None", None)
        named = sorted(found.items(), key=lambda pair: pair[1])
        return named + ([(NO_DEPARTMENT, "未設定")] if none is not None else [])

    @property
    def states(self) -> list[tuple[str, str]]:
        return StageState.choices()

    @property
    def is_narrowed(self) -> bool:
        return bool(self._department or self._state)

    @property
    def shown(self) -> list[ActionRow]:
        return [row for row in self.every if self._fits(row)]

    @property
    def _department(self):
        return self.department if self.department in dict(self.departments) else ""

    @property
    def _state(self):
        return self.state if self.state in StageState.values() else ""

    def _fits(self, row):
        department = str(row.department_id) if row.department_id else NO_DEPARTMENT
        if self._department and department != self._department:
            return False
        return not self._state or self._state in {stage.state for stage in row.stages}


def selection_of(rows, query) -> Selection:
    """The conditions `department` and `state` of an address."""
    return Selection(rows, query.get("department", ""), query.get("state", ""))
