"""What a person has to do: the open years in which something waits for them."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from dxplan.accounts.permissions import Action
from dxplan.lib.fiscal_years import FiscalYear
from kpis.review_list import OPEN, OWED, STATES, open_steps
from kpis.rows import KpiProgress
from kpis.summary import measured_in
from plans.models import PlanYear
from plans.review import ReviewState, ReviewStep

# What waits for a step: what to call it, how many of what, and in which state they are found.
WAITING = {
    ReviewStep.APPROVE: ("提出された実績を承認する", "件が承認待ち", ReviewState.SUBMITTED),
    ReviewStep.CHECK: ("承認された実績を確認する", "件が確認待ち", ReviewState.APPROVED),
}


@dataclass(frozen=True)
class Duty:
    """Something to do in one open year: `missing` of `total` KPIs wait, and where it is done."""

    label: str
    fiscal_year: FiscalYear
    missing: int
    total: int
    unit: str
    note: str
    url: str


def duties(
    user, access, years: list[PlanYear], rows: list[KpiProgress], today: datetime.date
) -> list[Duty]:
    """The open years of a plan in which this person enters, approves or checks. No queries."""
    found = []
    for year in years:
        if year.is_open:
            measured = measured_in(rows, year.fiscal_year)
            found += _to_enter(access, year, measured, today)
            found += _to_review(user, access, year, measured)
            found += _to_watch(access, year, measured, today)
    return found


def _to_enter(access, year, rows, today) -> Iterator[Duty]:
    """What the person's own departments hand in, also when all is done; not what is on behalf."""
    own = [
        row.at(year.fiscal_year).result
        for row in rows
        if access.may_for(Action.ENTER_RESULTS, row.department_ids)
        and access.is_of(row.department_ids)
    ]
    if not own:
        return
    states = [item.review.state.value if item.is_stored else OPEN for item in own]
    missing = sum(state in OWED for state in states)
    parts = [f"{STATES[state]}{states.count(state)}件" for state in OWED if state in states]
    yield Duty(
        label="実績を入力して提出する",
        fiscal_year=FiscalYear(year.fiscal_year),
        missing=missing,
        total=len(own),
        unit="件が未提出",
        note="・".join([*parts, *_due(year.due_on, today if missing else None)]),
        url=_url("result_grid", year),
    )


def _due(due_on, late_since):
    if due_on is None:
        return []
    day = f"回答期限 {due_on.month}月{due_on.day}日"
    return [f"{day}を過ぎています" if late_since and late_since > due_on else day]


def _to_review(user, access, year, rows) -> Iterator[Duty]:
    """What waits for the person's approval or check; nothing where nothing does."""
    for step, (label, unit, state) in WAITING.items():
        count = sum(step in open_steps(row, year, user=user, access=access) for row in rows)
        if count:
            yield Duty(
                label=label,
                fiscal_year=FiscalYear(year.fiscal_year),
                missing=count,
                total=len(rows),
                unit=unit,
                note="",
                url=_url("result_review", year, state=state.value),
            )


def _to_watch(access, year, rows, today) -> Iterator[Duty]:
    """What the departments owe those who run the year."""
    results = [row.at(year.fiscal_year).result for row in rows]
    owed = sum(item.review.state.is_editable for item in results)
    if access.may(Action.RUN_YEARS) and owed:
        yield Duty(
            label="各課の提出を見守る",
            fiscal_year=FiscalYear(year.fiscal_year),
            missing=owed,
            total=len(rows),
            unit="件が未提出",
            note="・".join(_due(year.due_on, today)),
            url=_url("year_overview", year),
        )


def _url(name, year, **query):
    query = {"fiscal_year": year.fiscal_year} | query
    return f"{reverse(name, args=[year.plan_id])}?{urlencode(query)}"
