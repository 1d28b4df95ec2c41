"""The base of a conflict: what stood when a form was opened, read from the audit trail."""

import pytest

from dxplan.lib.audit import as_of_version, past_of
from dxplan.lib.conflicts import Difference, base_marked, base_of, conflict_of, differences
from kpis.models import Judgement
from plans.models import Plan
from tests.factories import make_kpi, make_plan, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """A plan that was saved three times, by nobody in particular."""
    plan = make_plan(make_town(), title="一")
    for version, title in ((2, "二"), (3, "三")):
        Plan.objects.filter(pk=plan.pk).update(title=title, version=version)
    return Plan.objects.get(pk=plan.pk)


def words(plan):
    return {"計画名": plan.title if plan else ""}


def test_row_is_read_as_of_each_version(plan, django_assert_num_queries):
    with django_assert_num_queries(3):
        found = [as_of_version(plan, version).title for version in (1, 2, 3)]

    assert found == ["一", "二", "三"]


@pytest.mark.parametrize("version", [None, 0, -1, 4, 10**30])
def test_version_that_was_never_is_not_found(plan, version):
    assert as_of_version(plan, version) is None
    assert base_of(plan, version, words) == {}


def test_last_of_several_changes_in_one_version_counts(plan):
    Plan.objects.filter(pk=plan.pk).update(title="三の後")

    assert as_of_version(plan, 3).title == "三の後"


def test_events_of_another_row_are_not_read(plan):
    other = make_plan(plan.municipality, code="other", title="別")

    assert as_of_version(other, 2) is None
    assert [event.title for event in past_of(other)] == ["別"]


def test_leaf_is_found_by_what_it_belongs_to(plan):
    kpi = make_kpi(plan)
    said = Judgement.objects.create(kpi=kpi, fiscal_year=2024, layer="self", comment="前")

    found = past_of(said).filter(version=1)

    assert as_of_version(said, 1).comment == "前"
    assert '"kpis_judgementevent"."kpi_id" = ' in str(found.query)


def test_form_opened_before_there_was_a_row_has_nothing_as_its_base(plan):
    assert base_of(plan, 0, words, may_be_new=True) == {"計画名": ""}
    assert base_of(plan, 9, words, may_be_new=True) == {}


def test_state_is_found_by_its_mark(plan):
    def mark_of(row):
        return f"mark of {row.title}"

    assert base_marked(plan, "mark of 二", mark_of, words) == {"計画名": "二"}
    assert base_marked(plan, "mark of 四", mark_of, words) == {}


def test_differences_are_those_of_yours_and_theirs():
    yours, theirs = {"名": "a", "数": "1", "型": "x"}, {"名": "b", "数": "1", "型": "y"}

    found = differences(yours, theirs, {"名": "c", "数": "2"})

    assert found == (Difference("名", "a", "b", "c"), Difference("型", "x", "y"))


def test_who_is_blank_where_no_request_changed_it(plan):
    found = conflict_of(plan, yours={"計画名": "四"}, theirs=words(plan), base={})

    assert (found.who, found.when) == ("", past_of(plan).first().pgh_created_at)
