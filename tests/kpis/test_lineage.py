"""What a KPI's page says of the KPIs it carries on: as they stood in the plan before."""

import datetime

import pytest

from dxplan.accounts.permissions import access_of
from kpis.lineage import earlier_series
from kpis.models import KpiLineage
from tests.factories import make_kpi, make_plan, make_plan_year, make_result, make_revision

TODAY = datetime.date(2027, 5, 1)


@pytest.fixture
def later(town, plan):
    """The plan that follows the one of 2024–2026."""
    later = make_plan(
        town, code="dx-2027", first_fiscal_year=2027, last_fiscal_year=2029, predecessor=plan
    )
    make_plan_year(later, 2027)
    return later


def make_later_kpi(later, *earlier):
    kpi = make_kpi(later, first_fiscal_year=2027, last_fiscal_year=2029)
    for before in earlier:
        KpiLineage.objects.create(earlier=before, later=kpi)
    return kpi


def series(person, later, kpi):
    return earlier_series(access_of(person, TODAY), later, kpi)


def told(earlier):
    """(年度, 目標, 実績) of an earlier KPI in words."""
    return [
        (
            year.fiscal_year.era_label,
            year.target.text if year.target else "",
            year.result.text if year.result else "",
        )
        for year in earlier.years
    ]


def test_series_has_targets_and_results_of_every_year(committee, plan, later):
    kpi = make_kpi(plan, name="手続の数", unit="手続", targets={2024: 20, 2026: 40})
    make_result(kpi, 2024, 22, review_state="checked")
    make_result(kpi, 2025, state="not_surveyed", review_state="checked")
    [earlier] = series(committee, later, make_later_kpi(later, kpi))

    assert (earlier.id, earlier.number, earlier.name) == (kpi.pk, "1", "手続の数")
    assert earlier.plan_title == plan.title
    assert told(earlier) == [
        ("令和6年度", "20 手続", "22 手続"),
        ("令和7年度", "", "調査なし"),
        ("令和8年度", "40 手続", ""),
    ]


def test_each_year_keeps_the_target_then_in_force(committee, plan, later):
    kpi = make_kpi(plan, targets={2024: 20, 2025: 30, 2026: 40})
    make_revision(kpi, 2026, {2026: 35})
    [earlier] = series(committee, later, make_later_kpi(later, kpi))

    assert [target for _, target, _ in told(earlier)] == ["20 件", "30 件", "35 件"]


def test_increments_are_told_as_totals(committee, plan, later):
    kpi = make_kpi(plan, measurement_type="cumulative_increment")
    make_result(kpi, 2024, 5, review_state="checked")
    make_result(kpi, 2025, 3, review_state="checked")
    [earlier] = series(committee, later, make_later_kpi(later, kpi))

    assert [result for _, _, result in told(earlier)] == ["5 件", "8 件", ""]


def test_merged_kpis_are_all_told(committee, plan, later):
    kpis = [make_kpi(plan), make_kpi(plan)]
    found = series(committee, later, make_later_kpi(later, *kpis))

    assert [earlier.id for earlier in found] == [kpi.pk for kpi in kpis]


def test_new_kpi_carries_nothing_on(committee, plan, later):
    make_kpi(plan)

    assert series(committee, later, make_later_kpi(later)) == []


def test_sample_of_the_plan_before_is_said(committee, plan, later):
    kpi = make_kpi(plan)
    make_result(kpi, 2024, 1, is_sample=True, review_state="checked")
    [earlier] = series(committee, later, make_later_kpi(later, kpi))

    assert earlier.has_sample


def test_earlier_plan_that_is_a_draft_shows_only_to_those_who_see_drafts(
    committee, dx_office, town
):
    draft = make_plan(town, state="draft")
    later = make_plan(town, code="dx-2027", state="draft", predecessor=draft)
    kpi = make_later_kpi(later, make_kpi(draft))

    assert len(series(dx_office, later, kpi)) == 1
    assert series(committee, later, kpi) == []


def test_other_town_is_told_nothing(outsider, plan, later):
    assert series(outsider, later, make_later_kpi(later, make_kpi(plan))) == []


def test_plan_without_a_predecessor_costs_no_query(committee, plan, django_assert_num_queries):
    kpi, access = make_kpi(plan), access_of(committee, TODAY)

    with django_assert_num_queries(0):
        assert earlier_series(access, plan, kpi) == []


@pytest.mark.parametrize("count", [1, 3])
def test_series_take_three_queries(committee, plan, later, django_assert_num_queries, count):
    kpis = [make_kpi(plan, targets={2024: 1, 2025: 2}) for _ in range(count)]
    for kpi in kpis:
        make_revision(kpi, 2025, {2025: 3})
        make_result(kpi, 2024, 1, entered_by=committee, review_state="checked")
    following, access = make_later_kpi(later, *kpis), access_of(committee, TODAY)
    later.refresh_from_db()

    with django_assert_num_queries(3):
        assert len(earlier_series(access, later, following)) == count


def test_page_shows_what_it_carries_on(visit, committee, plan, later):
    kpi = make_kpi(plan, name="手続の数", targets={2024: 20})
    make_result(kpi, 2024, 22, review_state="checked")
    following = make_later_kpi(later, kpi)
    page = visit(committee, following.get_absolute_url())

    assert told(page.context["earlier"][0])[0] == ("令和6年度", "20 件", "22 件")
    assert f'<a href="{kpi.get_absolute_url()}">1 手続の数</a>' in page.content.decode()
