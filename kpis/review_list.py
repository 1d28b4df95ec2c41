"""The results of a year as a list to be handed in, approved and checked."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from dxplan.lib.portable_text import visible
from kpis.reviews import Pick, why_not
from kpis.rows import KpiProgress, ResultRow, YearStanding
from kpis.summary import measured_in
from plans.on_behalf import given_reason
from plans.review import ReviewState, ReviewStep, steps_from
from plans.review_steps import may_take

OPEN = "open"  # what nobody has entered yet; no state of a review
OWED = (OPEN, *(state.value for state in ReviewState if state.is_editable))
STATES = {OPEN: "未入力"} | {state.value: state.label for state in ReviewState}


@dataclass(frozen=True)
class ReviewLine:
    """One result of the list: what one person may do with it, and what was chosen and typed."""

    row: KpiProgress
    standing: YearStanding
    steps: tuple[ReviewStep, ...]
    is_own: bool
    is_picked: bool = False
    comment: str = ""
    error: str = ""

    @property
    def result(self) -> ResultRow:
        return self.standing.result

    @property
    def state(self) -> str:
        return self.result.review.state.value if self.result.is_stored else OPEN

    @property
    def takes_comment(self) -> bool:
        return any(step.needs_reason for step in self.steps)

    @property
    def state_label(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True)
class ReviewList:
    """The lines of a year, narrowed to a state and a department."""

    fiscal_year: int
    every: list[ReviewLine]
    state: str = ""
    department: str = ""
    counts: dict[str, int] = field(init=False)

    def __post_init__(self):
        of_department = [line for line in self.every if self._is_of_department(line)]
        counts = {state: sum(line.state == state for line in of_department) for state in STATES}
        object.__setattr__(self, "counts", counts)

    def _is_of_department(self, line):
        return not self.department or self.department in line.row.department_names

    @property
    def shown(self) -> list[ReviewLine]:
        return [
            line
            for line in self.every
            if self._is_of_department(line) and self.state in ("", line.state)
        ]

    @property
    def departments(self) -> list[str]:
        return list(
            dict.fromkeys(name for line in self.every for name in line.row.department_names)
        )

    @property
    def tabs(self) -> list[tuple[str, int, str, bool]]:
        """(label, count, address, whether it is shown) of all and of every state."""
        every = [("すべて", sum(self.counts.values()), self.address(""), not self.state)]
        return every + [
            (label, self.counts[state], self.address(state), state == self.state)
            for state, label in STATES.items()
        ]

    @property
    def steps(self) -> list[ReviewStep]:
        """What can be done with at least one of the lines shown, in the order of `ReviewStep`."""
        return [step for step in ReviewStep if any(step in line.steps for line in self.shown)]

    @property
    def pickable(self) -> list[ReviewLine]:
        return [line for line in self.shown if line.steps]

    @property
    def needs_behalf_reason(self) -> bool:
        return any(not line.is_own and ReviewStep.SUBMIT in line.steps for line in self.shown)

    def address(self, state: str, **more) -> str:
        query = {"fiscal_year": int(self.fiscal_year), "state": state} | more
        query |= {"department": self.department}
        return "?" + urlencode({name: text for name, text in query.items() if text})

    @property
    def all_picked_address(self) -> str:
        return self.address(self.state, select="all")


def review_lines(rows, plan_year, *, user, access) -> list[ReviewLine]:
    """The KPIs measured in a year whose drafts this person sees, with the steps open to them."""
    return [
        ReviewLine(
            row,
            row.at(plan_year.fiscal_year),
            steps=open_steps(row, plan_year, user=user, access=access),
            is_own=access.is_of(row.department_ids),
        )
        for row in measured_in(rows, plan_year.fiscal_year)
    ]


def open_steps(row, plan_year, *, user, access) -> tuple[ReviewStep, ...]:
    """The steps that a person can take with a KPI's result now; none in a year that is not open."""
    result = row.at(plan_year.fiscal_year).result
    if not plan_year.is_open or not result.is_stored:
        return ()
    return tuple(
        step
        for step in steps_from(result.review.state)
        if may_take(step, row.department_ids, access)
        and not why_not(step, row, plan_year, user=user, access=access)
    )


def posted_pick(line: ReviewLine, data) -> Pick | None:
    """What a form (a QueryDict) chose of a line; None where it was left out."""
    text = data.get(f"pick-{line.row.id}", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    comment = visible(data.get(f"comment-{line.row.id}", "").replace("\r\n", "\n")).strip()
    behalf = "" if line.is_own else given_reason(data)
    return Pick(line.row.id, int(text), comment, behalf)
