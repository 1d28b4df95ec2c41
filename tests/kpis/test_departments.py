"""Who is in charge of a KPI when departments are renamed, merged and split on 1 April."""

import datetime

import pytest
from django.urls import reverse

from dxplan.accounts.models import Department
from kpis.definitions import definition_of, offers_of
from kpis.models import KpiResponsibility
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from tests.factories import make_department, make_kpi, make_person

FIRST_DAY = datetime.date(2026, 4, 1)
LAST_DAY = datetime.date(2026, 3, 31)
LAST_SECOND = datetime.datetime(2026, 3, 31, 14, 59, 59, tzinfo=datetime.UTC)  # in Tokyo 23:59:59
MIDNIGHT = LAST_SECOND + datetime.timedelta(seconds=1)


@pytest.fixture
def kpi(plan, department):
    return make_kpi(plan, departments=[department])


def hand_over(earlier, later):
    Department.objects.filter(pk=earlier.pk).update(valid_to=LAST_DAY, successor=later)


@pytest.fixture
def renamed(town, department):
    """企画課 is 企画財政課 from 1 April on."""
    later = make_department(town, name="企画財政課", valid_from=FIRST_DAY)
    hand_over(department, later)
    return later


def row_at(plan, time_machine, now):
    time_machine.move_to(now, tick=False)
    [row] = kpi_progress(plan, EVERYTHING)
    return row


def test_kpi_names_the_department_of_the_day(plan, kpi, department, renamed, time_machine):
    before = row_at(plan, time_machine, LAST_SECOND)
    after = row_at(plan, time_machine, MIDNIGHT)

    assert (before.department_names, before.former_departments) == (("企画課",), ())
    assert before.department_ids == {department.pk}
    assert after.department_names == ("企画財政課",)
    assert after.former_departments == ("企画課（令和8年3月31日まで）",)
    assert after.department_ids == {renamed.pk}


def test_kpi_of_merged_departments_names_the_new_one_once(plan, town, department, time_machine):
    other = make_department(town, name="町民課")
    make_kpi(plan, departments=[department, other])
    merged = make_department(town, name="総合政策課", valid_from=FIRST_DAY)
    hand_over(department, merged)
    hand_over(other, merged)

    assert row_at(plan, time_machine, LAST_SECOND).department_names == ("企画課", "町民課")
    row = row_at(plan, time_machine, MIDNIGHT)
    assert row.department_names == ("総合政策課",)
    assert row.former_departments == (
        "企画課（令和8年3月31日まで）",
        "町民課（令和8年3月31日まで）",
    )


def grid_numbers(visit, person, plan):
    response = visit(person, f"{reverse('result_grid', args=[plan.pk])}?fiscal_year=2025")
    return [line.row.number for line in response.context["lines"]]


def test_grid_goes_over_to_the_merged_department_at_midnight(
    visit, staff, town, plan, kpi, department, time_machine
):
    other = make_department(town, name="町民課")
    make_kpi(plan, departments=[other])
    merged = make_department(town, name="総合政策課", valid_from=FIRST_DAY)
    hand_over(department, merged)
    hand_over(other, merged)
    newcomer = make_person("newcomer", town, role="auditor")
    newcomer.assignments.update(role="head", department=merged, valid_from=FIRST_DAY, valid_to=None)

    time_machine.move_to(LAST_SECOND, tick=False)
    assert grid_numbers(visit, staff, plan) == ["1"]
    assert visit(newcomer, reverse("result_grid", args=[plan.pk])).status_code == 403
    time_machine.move_to(MIDNIGHT, tick=False)
    assert grid_numbers(visit, staff, plan) == ["1", "2"]
    assert grid_numbers(visit, newcomer, plan) == ["1", "2"]


def test_definition_says_who_is_in_charge_today(plan, kpi, department, renamed, time_machine):
    time_machine.move_to(LAST_SECOND, tick=False)
    assert definition_of(kpi).department_ids == {department.pk}
    time_machine.move_to(MIDNIGHT, tick=False)
    assert definition_of(kpi).department_ids == {renamed.pk}


def test_departments_to_come_are_offered_with_their_first_day(plan, renamed, time_machine):
    time_machine.move_to(LAST_SECOND, tick=False)
    assert [label for _, label in offers_of(plan).departments_for(frozenset())] == [
        "企画課",
        "企画財政課（令和8年4月1日から）",
    ]
    time_machine.move_to(MIDNIGHT, tick=False)
    assert [label for _, label in offers_of(plan).departments_for(frozenset())] == ["企画財政課"]


def test_kpi_page_still_tells_who_was_in_charge(visit, dx_office, kpi, renamed, time_machine):
    time_machine.move_to(MIDNIGHT, tick=False)
    text = visit(dx_office, kpi.get_absolute_url()).content.decode()

    assert "<dd>企画財政課" in text
    assert "旧担当課: 企画課（令和8年3月31日まで）" in text


def test_unchanged_kpi_keeps_the_department_it_was_given_to(
    visit, dx_office, plan, kpi, department, renamed, time_machine
):
    time_machine.move_to(MIDNIGHT, tick=False)
    KpiResponsibility.objects.update(is_sample=True)
    url = reverse("kpi_edit", args=[kpi.pk])
    form = visit(dx_office, url).context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() is not None}

    visit(dx_office, url, typed | {"name": "新しい名称", "reason": "誤記の訂正"})

    kpi.refresh_from_db()
    assert kpi.name == "新しい名称"
    rows = KpiResponsibility.objects.values_list("department", "is_sample")
    assert list(rows) == [(department.pk, True)]


def test_rows_cost_no_query_more(plan, kpi, renamed, django_assert_num_queries):
    with django_assert_num_queries(7):
        kpi_progress(plan, EVERYTHING)


def test_list_is_narrowed_by_the_departments_name_of_today(
    visit, dx_office, plan, kpi, renamed, time_machine
):
    make_kpi(plan)
    time_machine.move_to(MIDNIGHT, tick=False)

    response = visit(
        dx_office, f"{reverse('kpi_list', args=[plan.pk])}?fiscal_year=2025&department=企画財政課"
    )

    assert [line.row.id for line in response.context["table"].data] == [kpi.pk]
