"""Races on results: nobody's save is lost, and the guard is what prevents it."""

import threading
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection

from dxplan.lib.audit import event_models
from kpis.actions import Change, save_results
from kpis.checked_row import Entry
from kpis.measurement import ValueState
from kpis.models import Kpi, Result
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.models import PlanYear
from plans.years import YearNotOpen
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_result,
    make_town,
    put_years,
)
from tests.races import together

PAIRS = 30


def entry(value):
    return Entry(ValueState.FINAL, value=Decimal(value))


@pytest.fixture
def open_year(transactional_db):
    return make_plan_year(make_plan(make_town()), 2025)


@pytest.fixture
def writer(open_year):
    town = open_year.plan.municipality
    return make_person("writer", town, role="staff", department=make_department(town))


def test_two_savers_of_one_version_one_wins_one_is_told(open_year, writer):
    kpi = make_kpi(open_year.plan)
    make_result(kpi, 2025, "0")

    def save(value, version):
        change = Change(kpi.pk, version, entry(value))
        return lambda: save_results(plan_year=open_year, changes=[change], user=writer)

    for version in range(1, PAIRS + 1):
        outcomes = together(save(version * 2, version), save(version * 2 + 1, version))
        stored = Result.objects.get(kpi=kpi)
        told = [result[kpi.pk].value for result in outcomes if result]
        assert stored.version == version + 1
        assert told == [stored.value]


def test_two_savers_without_the_guard_lose_updates(open_year, writer):
    """The control: reading, checking and saving lets both believe they were saved."""
    kpi = make_kpi(open_year.plan)
    make_result(kpi, 2025, "0")
    meeting = threading.Barrier(2)

    def save_unguarded(value):
        def run():
            result = Result.objects.get(kpi=kpi)
            is_current = result.version == 1
            meeting.wait()
            result.value, result.version = value, 2
            result.save()
            return is_current

        return run

    assert together(save_unguarded(1), save_unguarded(2)) == [True, True]


def test_two_first_savers_one_wins(open_year, writer):
    for _ in range(PAIRS):
        kpi = make_kpi(open_year.plan)
        changes = [Change(kpi.pk, 0, entry(value)) for value in (1, 2)]
        outcomes = together(
            *(
                lambda change=change: save_results(
                    plan_year=open_year, changes=[change], user=writer
                )
                for change in changes
            )
        )
        stored = Result.objects.get(kpi=kpi)
        assert [result[kpi.pk].value for result in outcomes if result] == [stored.value]


def test_same_change_sent_twice_acts_once(open_year, writer):
    kpi = make_kpi(open_year.plan)
    change = Change(kpi.pk, 0, entry("41"))

    first = save_results(plan_year=open_year, changes=[change], user=writer)
    second = save_results(plan_year=open_year, changes=[change], user=writer)

    assert (first, second) == ({}, {})
    assert list(Result.objects.values_list("value", "version")) == [(Decimal(41), 1)]


def test_closed_year_takes_nothing(open_year, writer):
    kpi = make_kpi(open_year.plan)
    put_years(PlanYear.objects.all(), "closed")

    with pytest.raises(YearNotOpen):
        save_results(plan_year=open_year, changes=[Change(kpi.pk, 0, entry("1"))], user=writer)

    assert Result.objects.count() == 0


def test_closing_waits_for_a_save_under_way(open_year, writer):
    """Whatever the order, no result appears in a year after it was closed."""
    for _ in range(PAIRS):
        put_years(PlanYear.objects.all(), "open")
        Result.objects.all().delete()
        kpi = make_kpi(open_year.plan)
        change = Change(kpi.pk, 0, entry("1"))

        def close():
            PlanYear.objects.filter(pk=open_year.pk).update(state="closed")
            return Result.objects.count()

        saved, seen_at_closing = together(
            lambda change=change: save_results(plan_year=open_year, changes=[change], user=writer),
            close,
            refusals=YearNotOpen,
        )
        was_saved = saved == {}
        assert seen_at_closing == Result.objects.count() == int(was_saved)


def test_own_result_is_no_sample_any_more(open_year, writer):
    kpi = make_kpi(open_year.plan)
    make_result(kpi, 2025, "1", is_sample=True)

    save_results(plan_year=open_year, changes=[Change(kpi.pk, 1, entry("2"))], user=writer)

    stored = Result.objects.get(kpi=kpi)
    assert (stored.is_sample, stored.entered_by, stored.version) == (False, writer, 2)


def test_result_keeps_the_name_of_who_entered_it(open_year, writer):
    kpi = make_kpi(open_year.plan)
    save_results(plan_year=open_year, changes=[Change(kpi.pk, 0, entry("1"))], user=writer)
    name = writer.name

    type(writer).objects.update(name="改姓 花子")

    [row] = kpi_progress(open_year.plan, EVERYTHING)
    assert row.at(open_year.fiscal_year).result.entered_by == name != "改姓 花子"


def many_kpis(plan, count):
    first = make_kpi(plan)
    fields = {field.attname: getattr(first, field.attname) for field in Kpi._meta.concrete_fields}
    del fields["id"]
    return Kpi.objects.bulk_create(
        Kpi(**fields | {"number": f"n{place}", "position": place, "name": f"指標n{place}"})
        for place in range(count)
    )


@pytest.mark.parametrize("count", [2, 100, 1000])
def test_any_number_of_results_is_saved_by_five_statements(
    open_year, writer, django_assert_num_queries, count
):
    """What stands and what is new, each changed and on record once."""
    kpis = many_kpis(open_year.plan, count)
    standing, new = kpis[: count // 2], kpis[count // 2 :]
    Result.objects.bulk_create(
        Result(kpi=kpi, fiscal_year=2025, state="final", value=0) for kpi in standing
    )
    changes = [Change(kpi.pk, 1, entry(1)) for kpi in standing]
    changes += [Change(kpi.pk, 0, entry(2)) for kpi in new]
    before = event_models()[Result].objects.count()

    with django_assert_num_queries(5 + 2):  # and the transaction's beginning and end
        conflicts = save_results(plan_year=open_year, changes=changes, user=writer)

    assert conflicts == {}
    assert event_models()[Result].objects.count() == before + count
    told = Result.objects.values_list("version", "value").order_by("version")
    assert Counter(told) == {(1, 2): len(new), (2, 1): len(standing)}


def test_failure_in_the_middle_saves_nothing(open_year, writer):
    kpi = make_kpi(open_year.plan)
    impossible = Change(10**9, 0, entry("1"))

    with pytest.raises(Exception, match="foreign key"):
        save_results(
            plan_year=open_year, changes=[Change(kpi.pk, 0, entry("1")), impossible], user=writer
        )

    connection.close()
    assert Result.objects.count() == 0
