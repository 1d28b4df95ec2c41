"""What became of rows since a moment."""

import datetime

import pytest
from django.utils import timezone

from dxplan.accounts.trail.scope import Part
from dxplan.accounts.trail.subjects import EventKind
from dxplan.accounts.trail.turned import turned_since
from dxplan.lib.audit import event_models
from dxplan.pages.history_subjects import SUBJECTS
from plans.models import Plan, Policy, Section
from tests.factories import as_before_the_closing, make_plan, make_policy, make_section, make_town
from tests.trail_times import happened


@pytest.fixture
def turned(plan):
    """(then, now, how that sums up) of what changed since yesterday."""

    def found(*models):
        part = Part(tuple(SUBJECTS[model] for model in models), {Plan: [plan.pk]})
        moment = timezone.now() - datetime.timedelta(days=1)
        return [
            (str(item.before or ""), str(item.after or ""), item.net.label)
            for item in turned_since(part, moment)
        ]

    return found


def rename(row, title):
    Section.objects.filter(pk=row.pk).update(title=title)


def test_many_changes_of_a_row_are_one(turned, plan):
    section = make_section(plan, number="", title="旧")
    happened()
    for title in ("途中", "新"):
        rename(section, title)

    assert turned(Section) == [("旧", "新", EventKind.UPDATE)]


def test_what_came_and_what_went_has_one_side(turned, plan):
    gone = make_section(plan, number="", title="旧")
    happened()
    make_section(plan, number="", title="新")
    rename(gone, "途中")
    gone.delete()

    assert sorted(turned(Section)) == [
        ("", "新", EventKind.INSERT),
        ("旧", "", EventKind.DELETE),
    ]


def test_what_came_and_went_in_between_is_left_out(turned, plan):
    happened()
    make_section(plan).delete()

    assert turned(Section) == []


def test_what_did_not_change_since_is_left_out(turned, plan):
    rename(make_section(plan), "新")
    happened()

    assert turned(Section) == []


def test_row_older_than_the_trail_is_told_as_first_seen(turned, plan):
    section = make_section(plan, number="", title="旧")
    with as_before_the_closing():
        event_models()[Section].objects.all().delete()
    happened()
    rename(section, "新")

    assert turned(Section) == [("新", "新", EventKind.UPDATE)]


def test_other_plans_are_left_out(turned, plan):
    other = make_plan(make_town(code="345458", name="神石高原町"))
    happened()
    make_policy(other)
    make_section(other)

    assert turned(Section, Policy) == []


def test_all_kinds_take_one_query(turned, plan, django_assert_num_queries):
    make_policy(plan)
    make_section(plan)

    with django_assert_num_queries(1):
        found = turned(Section, Policy, Plan)
    assert len(found) == 3
