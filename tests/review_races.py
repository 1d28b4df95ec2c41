"""One pair of each kind of race in the review of results, and what it lost or doubled.

The suite runs a few pairs of each kind, `make races` five hundred.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from dxplan.accounts.models import User
from dxplan.accounts.permissions import access_of
from dxplan.pages.year_cycle import close_year
from kpis.actions import Change, save_results
from kpis.checked_row import Entry
from kpis.measurement import ValueState
from kpis.models import Kpi, Paper, Result
from kpis.reviews import Pick, take_review_step
from plans.editing import plan_edit
from plans.life import NotReady
from plans.models import PlanYear, Policy, PolicyLevel
from plans.review import ReviewStep
from plans.structure import Refused, place_policy
from plans.years import YearNotOpen
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_policy,
    make_result,
    make_town,
    put_years,
)
from tests.races import together

TODAY = datetime.date(2026, 4, 1)
LIST = 6  # results of a bulk approval
SUBMIT, WITHDRAW, APPROVE, _, SEND_BACK, _ = ReviewStep


@dataclass(frozen=True)
class Scene:
    """An open year with KPIs of one department, those who work on them, and a plan in draft."""

    year: PlanYear
    kpis: list[Kpi]
    staff: User
    mate: User
    head: User
    other_head: User
    office: User
    level: PolicyLevel

    @property
    def kpi(self):
        return self.kpis[0]

    def stored(self):
        return Result.objects.get(kpi=self.kpi)


def make_scene():
    town = make_town()
    department = make_department(town)
    plan = make_plan(town)
    draft = make_plan(town, code="draft", title="次期計画", state="draft")
    person = partial(make_person, town=town, department=department)
    levels = [
        PolicyLevel.objects.create(plan=draft, depth=depth, tier="measure", name=f"階層{depth}")
        for depth in (1, 2)
    ]
    return Scene(
        year=make_plan_year(plan, 2025),
        kpis=[make_kpi(plan, departments=[department]) for _ in range(LIST)],
        staff=person("staff", role="staff"),
        mate=person("mate", role="staff"),
        head=person("head", role="head"),
        other_head=person("other-head", role="head"),
        office=make_person("office", town, role="dx_office"),
        level=levels[0],
    )


def begin(scene, *steps):
    """One result of value 1, after these steps of the department, in a year that is open."""
    put_years(PlanYear.objects.filter(pk=scene.year.pk), "open")
    Result.objects.all().delete()
    make_result(scene.kpi, 2025, "1")
    for version, step in enumerate(steps, 1):
        take(scene, step, scene.head if step == APPROVE else scene.staff, version)


def save(scene, person, version, value):
    """Whether the value was acknowledged as saved."""
    change = Change(scene.kpi.pk, version, Entry(ValueState.FINAL, value=Decimal(value)))
    return not save_results(plan_year=scene.year, changes=[change], user=person)


def take(scene, step, person, version, kpis=None):
    """The ids of the KPIs whose step was acknowledged."""
    picks = [Pick(kpi.pk, version, "確認してください") for kpi in kpis or [scene.kpi]]
    access = access_of(person, TODAY)
    return take_review_step(
        plan_year=scene.year, step=step, picks=picks, user=person, access=access
    ).done


def close(scene):
    year = PlanYear.objects.get(pk=scene.year.pk)
    return close_year(
        plan_year=year, user=scene.office, version=year.version, reason="期限のため締めます"
    )


# ---- One pair each: (lost, doubled) ----------------------------------------------------------


def two_savers(scene):
    begin(scene)
    saved = together(
        lambda: save(scene, scene.staff, 1, "2"), lambda: save(scene, scene.mate, 1, "3")
    )
    stored = scene.stored()
    acknowledged = [value for value, is_saved in zip((2, 3), saved, strict=True) if is_saved]
    return int(acknowledged != [stored.value]), int(stored.version != 2)


def opposite_bulk_saves(scene):
    """Half of the results stand, half are new: each is saved by one, and the other is told."""
    begin(scene)
    old, new = scene.kpis[: LIST // 2], scene.kpis[LIST // 2 :]
    for kpi in old[1:]:
        make_result(kpi, 2025, "1")
    versions = dict.fromkeys(old, 1) | dict.fromkeys(new, 0)

    def save_all(person, value, kpis):
        entry = Entry(ValueState.FINAL, value=Decimal(value))
        changes = [Change(kpi.pk, versions[kpi], entry) for kpi in kpis]
        return save_results(plan_year=scene.year, changes=changes, user=person)

    conflicts = together(
        lambda: save_all(scene.staff, 2, scene.kpis),
        lambda: save_all(scene.mate, 3, scene.kpis[::-1]),
    )
    lost = doubled = 0
    for result in Result.objects.select_related("kpi"):
        saved = [value for value, told in zip((2, 3), conflicts, strict=True)
                 if result.kpi_id not in told]  # fmt: skip
        lost += saved != [result.value]
        doubled += result.version != versions[result.kpi] + 1
    return lost, doubled


def save_against_submit(scene):
    """Both saw the draft: either it was handed in as seen, or it was changed and stays a draft."""
    begin(scene)
    is_saved, submitted = together(
        lambda: save(scene, scene.mate, 1, "2"), lambda: take(scene, SUBMIT, scene.staff, 1)
    )
    stored = scene.stored()
    expected = ("submitted", 1) if submitted else ("draft", 2)
    is_lost = (stored.review_state, stored.value) != expected
    return int(is_lost), int(is_saved and bool(submitted))


def save_against_approve(scene):
    """The saver takes it back first: either 1 is approved, or 2 is a draft."""
    begin(scene, SUBMIT)

    def take_back_and_save():
        return bool(take(scene, WITHDRAW, scene.staff, 2)) and save(scene, scene.staff, 3, "2")

    is_saved, approved = together(take_back_and_save, lambda: take(scene, APPROVE, scene.head, 2))
    stored = scene.stored()
    expected = ("approved", 1) if approved else ("draft", 2)
    is_lost = (stored.review_state, stored.value) != expected
    return int(is_lost), int(is_saved and bool(approved))


def submit_against_withdraw(scene):
    """One takes it back; another does so too and hands it in again, which has to stand."""
    begin(scene, SUBMIT)

    def hand_in_again():
        take(scene, WITHDRAW, scene.mate, 2)
        return take(scene, SUBMIT, scene.mate, 3)

    _, submitted = together(lambda: take(scene, WITHDRAW, scene.staff, 2), hand_in_again)
    stored = scene.stored()
    stands = (stored.review_state, stored.submitted_by_name) == ("submitted", "mate")
    return int(not submitted or not stands), int(stored.version != 4)


def two_approvers(scene):
    begin(scene, SUBMIT)
    people = (scene.head, scene.other_head)
    done = together(*(partial(take, scene, APPROVE, person, 2) for person in people))
    stored = scene.stored()
    winners = [person.name for person, own in zip(people, done, strict=True) if own]
    is_doubled = len(winners) > 1 or stored.version != 3
    return int(stored.approved_by_name not in winners), int(is_doubled)


def opposite_bulk_approvals(scene):
    begin(scene)
    for kpi in scene.kpis[1:]:
        make_result(kpi, 2025, "1")
    take(scene, SUBMIT, scene.staff, 1, scene.kpis)
    one, other = together(
        lambda: take(scene, APPROVE, scene.head, 2, scene.kpis),
        lambda: take(scene, APPROVE, scene.other_head, 2, scene.kpis[::-1]),
    )
    approved = Result.objects.filter(review_state="approved", version=3)
    return LIST - approved.count(), len(one) + len(other) - LIST


def close_against_save(scene):
    """Either a draft keeps the year open, or the year is closed without one."""
    begin(scene)
    Result.objects.all().delete()
    saved, closed = together(
        lambda: save(scene, scene.staff, 0, "2"),
        lambda: close(scene),
        refusals=(YearNotOpen, NotReady),
    )
    is_saved, is_closed = saved is True, isinstance(closed, Paper)
    return int(is_saved != Result.objects.exists()), int(is_saved and is_closed)


def close_against_send_back(scene):
    """Either what was sent back keeps the year open, or the year is closed with it approved."""
    begin(scene, SUBMIT, APPROVE)
    sent_back, closed = together(
        lambda: take(scene, SEND_BACK, scene.head, 3),
        lambda: close(scene),
        refusals=(YearNotOpen, NotReady),
    )
    is_sent_back, is_closed = isinstance(sent_back, tuple), isinstance(closed, Paper)
    expected = "returned" if is_sent_back else "approved"
    return int(scene.stored().review_state != expected), int(is_sent_back and is_closed)


def two_moves(scene):
    """Each under the other: one is done, and no circle is left without a beginning."""
    own = Policy.objects.filter(plan=scene.level.plan)
    own.exclude(parent=None).delete()
    own.delete()
    one, other = (make_policy(scene.level.plan, level=scene.level) for _ in range(2))

    def move(policy, parent):
        with plan_edit(plan=scene.level.plan, user=scene.office) as edit:
            return place_policy(edit, policy_id=policy.pk, parent_id=parent.pk, index=0)

    moved = together(partial(move, one, other), partial(move, other, one), refusals=Refused)
    placed = own.exclude(parent=None).count()
    return int(placed < 1), int(placed > 1 or moved.count(True) > 1)


KINDS = (
    two_savers,
    opposite_bulk_saves,
    save_against_submit,
    save_against_approve,
    submit_against_withdraw,
    two_approvers,
    opposite_bulk_approvals,
    close_against_save,
    close_against_send_back,
    two_moves,
)
