"""Races in the review of results: nothing lost, nothing doubled, and the guards prevent it.

Each control does the same with a plain read, check and write. Barriers and events put the other's
write between, so that the race shows every time.
"""

import threading

import pytest
from django.db import OperationalError, transaction

from kpis.models import Paper, Result
from plans.models import PlanYear, Policy
from tests import review_races
from tests.factories import as_before_the_closing, make_policy, make_result
from tests.races import together
from tests.review_races import APPROVE, SUBMIT, WITHDRAW, begin, close, make_scene, take

PAIRS = 20
SECONDS = 60  # for a machine that is busy with other things


@pytest.fixture
def scene(transactional_db):
    return make_scene()


@pytest.mark.parametrize("kind", review_races.KINDS, ids=lambda kind: kind.__name__)
def test_pairs_lose_nothing_and_double_nothing(scene, kind):
    assert [kind(scene) for _ in range(PAIRS)] == [(0, 0)] * PAIRS


def with_in_between(scene, *, check, write, others):
    """What an unguarded writer believes whose write comes after what others did meanwhile."""
    checked, done = threading.Event(), threading.Event()

    def unguarded():
        result = Result.objects.filter(kpi=scene.kpi).first()
        believes = check(result)
        checked.set()
        assert done.wait(SECONDS)
        with as_before_the_closing():
            write(result)
        return believes

    def meanwhile():
        assert checked.wait(SECONDS)
        try:
            return others()
        finally:
            done.set()

    return together(unguarded, meanwhile)


def put(**fields):
    return lambda result: Result.objects.filter(pk=result.pk).update(**fields)


def test_save_against_approve_without_the_guard_changes_what_was_approved(scene):
    begin(scene)

    def approve():
        take(scene, SUBMIT, scene.staff, 1)
        return take(scene, APPROVE, scene.head, 2)

    outcomes = with_in_between(
        scene, check=lambda seen: seen.review.is_editable, write=put(value=9), others=approve
    )

    assert outcomes == [True, (scene.kpi.pk,)]
    assert (scene.stored().review_state, scene.stored().value) == ("approved", 9)


def test_save_against_submit_without_the_guard_changes_what_was_handed_in(scene):
    begin(scene)

    outcomes = with_in_between(
        scene,
        check=lambda seen: seen.review.is_editable,
        write=put(value=9),
        others=lambda: take(scene, SUBMIT, scene.staff, 1),
    )

    assert outcomes == [True, (scene.kpi.pk,)]
    assert (scene.stored().review_state, scene.stored().value) == ("submitted", 9)


def test_withdrawal_without_the_guard_loses_what_was_handed_in_again(scene):
    begin(scene, SUBMIT)

    def hand_in_again():
        take(scene, WITHDRAW, scene.mate, 2)
        return take(scene, SUBMIT, scene.mate, 3)

    outcomes = with_in_between(
        scene,
        check=lambda seen: seen.version == 2,
        write=put(review_state="draft", version=3, submitted_by=None),
        others=hand_in_again,
    )

    assert outcomes == [True, (scene.kpi.pk,)]
    assert (scene.stored().review_state, scene.stored().version) == ("draft", 3)


def test_two_approvers_without_the_guard_are_both_told_that_they_approved(scene):
    begin(scene, SUBMIT)
    meeting = threading.Barrier(2)

    def approving(person):
        def approve():
            is_current = scene.stored().version == 2
            meeting.wait(SECONDS)
            own = {"approved_by": person, "approved_by_name": person.name}
            put(review_state="approved", version=3, **own)(scene.stored())
            return is_current

        return approve

    assert together(approving(scene.head), approving(scene.other_head)) == [True, True]
    assert scene.stored().version == 3


def test_bulk_approvals_that_lock_in_the_order_given_wait_for_each_other_for_ever(scene):
    begin(scene)
    make_result(scene.kpis[1], 2025, "1")
    meeting = threading.Barrier(2)

    def locking(*kpis):
        @transaction.atomic
        def lock():
            for kpi in kpis:
                Result.objects.select_for_update(no_key=True).get(kpi=kpi)
                if kpi == kpis[0]:
                    meeting.wait(SECONDS)
            return "approved"

        return lock

    one, other = scene.kpis[:2]
    outcomes = together(locking(one, other), locking(other, one), refusals=OperationalError)

    stopped = [str(item) for item in outcomes if item != "approved"]
    assert [text.splitlines()[0] for text in stopped] == ["deadlock detected"]


def test_close_against_save_without_the_guard_leaves_a_draft_in_a_closed_year(scene):
    begin(scene)
    Result.objects.all().delete()

    def is_open(_):
        return PlanYear.objects.get(pk=scene.year.pk).is_open

    believes, paper = with_in_between(
        scene,
        check=is_open,
        write=lambda _: Result.objects.create(
            kpi=scene.kpi, fiscal_year=2025, state="final", value=2
        ),
        others=lambda: close(scene),
    )

    assert (believes, isinstance(paper, Paper), is_open(None)) == (True, True, False)
    assert scene.stored().review_state == "draft"


def test_close_against_send_back_without_the_guard_sends_back_in_a_closed_year(scene):
    begin(scene, SUBMIT, APPROVE)

    believes, paper = with_in_between(
        scene,
        check=lambda seen: seen.review.is_settled,
        write=put(review_state="returned", version=4),
        others=lambda: close(scene),
    )

    assert (believes, isinstance(paper, Paper)) == (True, True)
    assert PlanYear.objects.get(pk=scene.year.pk).is_closed
    assert scene.stored().review_state == "returned"


def test_two_moves_without_the_guard_make_a_circle(scene):
    one, other = (make_policy(scene.level.plan, level=scene.level) for _ in range(2))
    meeting = threading.Barrier(2)

    def moving(policy, parent):
        def move():
            is_free = Policy.objects.get(pk=parent.pk).parent_id is None
            meeting.wait(SECONDS)
            with as_before_the_closing():
                Policy.objects.filter(pk=policy.pk).update(parent=parent)
            return is_free

        return move

    assert together(moving(one, other), moving(other, one)) == [True, True]
    assert not Policy.objects.filter(plan=scene.level.plan, parent=None).exists()
