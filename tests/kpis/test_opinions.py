"""What meetings say, what departments respond, and what is carried until it is settled."""

import datetime
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from kpis.models import Opinion, OpinionResponsibility
from kpis.opinion_changes import (
    Kept,
    OpinionSaid,
    edit_opinion,
    record_opinion,
    remove_opinion,
    respond,
    said_in,
    settle,
)
from kpis.opinions import opinions_about, points_of
from plans.editing import Stale
from plans.models import Committee, Meeting
from tests.factories import make_department, make_kpi, make_plan, make_policy
from tests.races import together

PAIRS = 10
TEXT = "窓口の待ち時間を測ること。"


def make_meeting(plan, day, committee=None):
    return Meeting.objects.create(plan=plan, held_on=day, name=f"会議{day}", committee=committee)


def day(month, date=1):
    return datetime.date(2026, month, date)


def say(meeting, user, text=TEXT, **fields):
    record_opinion(meeting=meeting, said=OpinionSaid("opinion", text, **fields), user=user)
    return Opinion.objects.get(text=text)


def settle_on(opinion, on, user):
    seen = Opinion.objects.values_list("version", "response_version").get(pk=opinion.pk)
    return settle(opinion_id=opinion.pk, seen=seen, settled_on=on, user=user)


@pytest.fixture
def meeting(plan):
    return make_meeting(plan, day(8))


@pytest.fixture
def opinion(meeting, dx_office, department):
    return say(meeting, dx_office, department_ids=frozenset({department.pk}))


def test_opinion_is_recorded_with_who_and_whom_it_asks(opinion, dx_office, department):
    assert (opinion.recorded_by, opinion.recorded_by_name) == (dx_office, "office")
    assert said_in(opinion).department_ids == {department.pk}
    assert not opinion.is_settled


def test_same_opinion_recorded_again_stays_one(meeting, opinion, dx_office):
    assert record_opinion(meeting=meeting, said=said_in(opinion), user=dx_office) is False
    assert Opinion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_opinion_recorded_at_the_same_moment_stays_one(plan, dx_office):
    for number in range(1, PAIRS + 1):
        meeting = make_meeting(plan, day(9, number))
        said = OpinionSaid("decision", TEXT)
        record = partial(record_opinion, meeting=meeting, said=said, user=dx_office)
        outcomes = together(record, record)
        assert sorted(outcomes) == [False, True]
    assert Opinion.objects.count() == PAIRS


def test_edit_changes_what_was_said_and_by_whom_it_is_answered(opinion, plan):
    other = make_department(plan.municipality, name="町民課")
    said = OpinionSaid("decision", "別の内容", department_ids=frozenset({other.pk}))

    first = edit_opinion(opinion_id=opinion.pk, version=1, said=said)
    again = edit_opinion(opinion_id=opinion.pk, version=1, said=said)

    opinion.refresh_from_db()
    assert (first, again, opinion.version) == (True, False, 2)
    assert said_in(opinion) == said


def test_edit_of_what_someone_else_changed_is_refused_with_theirs(opinion):
    edit_opinion(opinion_id=opinion.pk, version=1, said=OpinionSaid("opinion", "先の内容"))

    with pytest.raises(Stale) as late:
        edit_opinion(opinion_id=opinion.pk, version=1, said=OpinionSaid("opinion", "後の内容"))

    assert late.value.standing.text == "先の内容"


@pytest.mark.django_db(transaction=True)
def test_of_two_responses_at_the_same_moment_one_is_told_of_the_other(plan, dx_office, staff):
    opinion = say(make_meeting(plan, day(8)), dx_office)

    def answer(text):
        try:
            return respond(opinion_id=opinion.pk, version=0, text=text, user=staff)
        except Stale as late:
            return late.standing.response

    outcomes = together(lambda: answer("甲"), lambda: answer("乙"))

    opinion.refresh_from_db()
    assert set(outcomes) == {True, opinion.response}
    assert opinion.response_version == 1


def test_response_keeps_who_and_when_and_sent_twice_changes_nothing(opinion, staff):
    answers = [
        respond(opinion_id=opinion.pk, version=0, text="測ります。", user=staff) for _ in range(2)
    ]

    opinion.refresh_from_db()
    assert answers == [True, False]
    assert (opinion.response, opinion.responded_by_name) == ("測ります。", "staff")
    assert (opinion.response_version, opinion.version) == (1, 1)
    assert opinion.responded_at is not None


def test_point_is_settled_and_opened_again(opinion, dx_office):
    outcomes = [settle_on(opinion, on, dx_office) for on in (day(9), day(9), None)]

    opinion.refresh_from_db()
    assert outcomes == [True, False, True]
    assert (opinion.settled_on, opinion.settled_by_name) == (None, "")


def test_point_is_not_settled_over_a_response_that_was_not_read(opinion, dx_office, staff):
    respond(opinion_id=opinion.pk, version=0, text="まだです。", user=staff)

    with pytest.raises(Stale):
        settle(opinion_id=opinion.pk, seen=(1, 0), settled_on=day(9), user=dx_office)


def test_opinion_is_removed_unless_it_was_responded_to(meeting, opinion, dx_office, staff):
    other = say(meeting, dx_office, "別の意見")
    respond(opinion_id=other.pk, version=0, text="対応", user=staff)

    remove_opinion(opinion_id=opinion.pk, version=1)

    with pytest.raises(Kept):
        remove_opinion(opinion_id=other.pk, version=1)
    assert list(Opinion.objects.all()) == [other]
    assert not OpinionResponsibility.objects.exists()


def test_open_points_are_carried_to_every_later_meeting_until_settled(
    plan, meeting, opinion, dx_office
):
    second, third = make_meeting(plan, day(10)), make_meeting(plan, day(12))

    def carried():
        return [len(points_of(it).carried) for it in (meeting, second, third)]

    before = carried()
    settle_on(opinion, day(10), dx_office)

    assert (before, carried()) == ([0, 1, 1], [0, 1, 0])
    assert points_of(second).carried[0].settled_text == "令和8年10月1日"
    assert [row.text for row in points_of(meeting).own] == [TEXT]


def test_points_are_carried_within_one_body_and_one_plan(plan, dx_office):
    bodies = [Committee.objects.create(plan=plan, name=name) for name in ("推進本部", "委員会")]
    say(make_meeting(plan, day(8), bodies[0]), dx_office)
    other_plan = make_plan(plan.municipality, code="other")

    later = [
        make_meeting(plan, day(10), bodies[0]),
        make_meeting(plan, day(11), bodies[1]),
        make_meeting(plan, day(12)),
        make_meeting(other_plan, day(12)),
    ]

    assert [len(points_of(it).carried) for it in later] == [1, 0, 0, 0]


def test_later_meeting_of_the_same_day_gets_the_points_of_the_one_before(plan, meeting, opinion):
    second = Meeting.objects.create(plan=plan, held_on=meeting.held_on, name="続きの会議")

    assert [len(points_of(it).carried) for it in (meeting, second)] == [0, 1]


def test_opinions_about_a_kpi_are_its_own_and_those_of_its_policies(plan, meeting, dx_office):
    kpi, other = make_kpi(plan), make_kpi(plan)
    say(meeting, dx_office, "指標について", kpi_id=kpi.pk)
    say(meeting, dx_office, "施策について", policy_id=kpi.policy_id)
    say(meeting, dx_office, "ほかの指標について", kpi_id=other.pk)
    say(meeting, dx_office, "全体について")

    rows = opinions_about(kpi.pk, (kpi.policy_id,))

    assert [(row.text, row.about) for row in rows] == [
        ("指標について", "指標 1 指標1"),
        ("施策について", kpi.policy.label),
    ]


def refused(**columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.update(**columns)
        connection.check_constraints()
    return True


def test_database_keeps_opinions_with_their_own_plan(plan, opinion):
    other = make_plan(plan.municipality, code="other")
    kpi, policy = make_kpi(other), make_policy(other)

    assert refused(kpi=kpi)
    assert refused(policy=policy)
    assert refused(kpi=make_kpi(plan), policy=make_policy(plan))
    assert refused(text="")
    assert refused(kind="remark")
    assert refused(settled_on=day(9))
    assert refused(response="対応")


def test_database_keeps_departments_of_opinions_within_the_town(opinion, outsider):
    foreign = make_department(outsider.municipality)

    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionResponsibility.objects.create(opinion=opinion, department=foreign)
        connection.check_constraints()
