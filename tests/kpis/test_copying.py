"""What a new edition takes over of the KPIs."""

from decimal import Decimal

import pytest
from django.db import connection
from django.forms.models import model_to_dict

from kpis.copying import copy_kpis, measured_years
from kpis.models import Kpi, KpiLineage, KpiResponsibility, Result, Target
from plans.copying import copy_plan
from tests.factories import make_kpi, make_plan, make_result, make_revision


@pytest.fixture
def later(town, plan):
    """A draft of 2026–2028 that follows the plan of 2024–2026 and meets its last year."""
    return make_plan(
        town,
        code="dx-2026",
        state="draft",
        predecessor=plan,
        first_fiscal_year=2026,
        last_fiscal_year=2028,
    )


def copied(plan, later):
    kpis = copy_kpis(plan, later, copy_plan(plan, later))
    connection.check_constraints()
    return kpis


def test_definition_and_baseline_are_kept(plan, later):
    kpi = make_kpi(
        plan,
        number="1-1",
        definition="定義",
        target_wording="45手続以上",
        decimals=1,
        direction="decrease",
        rate_formula="from_baseline",
        source="業務統計",
        baseline_fiscal_year=2023,
        baseline_value=Decimal("12.5"),
        taken_fiscal_year=2022,
    )

    copy = copied(plan, later)[kpi.pk]

    changed = {"id", "plan", "policy", "first_fiscal_year", "last_fiscal_year", "departments"}
    before, after = (model_to_dict(Kpi.objects.get(pk=item.pk)) for item in (kpi, copy))
    assert {name for name in before if before[name] != after[name]} <= changed
    assert (copy.plan, copy.policy.name) == (later, kpi.policy.name)
    assert copy.policy.plan == later


def test_departments_come_along(plan, later, department):
    kpi = make_kpi(plan, departments=[department])

    copy = copied(plan, later)[kpi.pk]

    assert list(KpiResponsibility.objects.filter(kpi=copy).values_list("department")) == [
        (department.pk,)
    ]


def test_only_targets_of_the_new_period_come_along(plan, later):
    kpi = make_kpi(plan, targets={2025: "10", 2026: "20"})
    Target.objects.create(kpi=kpi, fiscal_year=2029, kind="milestone", milestone="done")

    copy = copied(plan, later)[kpi.pk]

    assert list(copy.targets.values_list("fiscal_year", "value")) == [(2026, Decimal(20))]


def test_strict_targets_stay_strict(plan, later):
    kpi = make_kpi(plan, targets={2026: "20"}, is_strict=True)

    copy = copied(plan, later)[kpi.pk]

    assert copy.targets.get().is_strict


def test_target_that_was_taken_away_does_not_come_along(plan, later):
    kpi = make_kpi(plan, targets={2026: "20", 2027: "30"}, last_fiscal_year=2027)
    make_revision(kpi, 2026, {2026: None})

    copy = copied(plan, later)[kpi.pk]

    assert list(copy.targets.values_list("fiscal_year", "kind")) == [(2027, "number")]


def test_results_stay_behind(plan, later):
    kpi = make_kpi(plan)
    make_result(kpi, 2026, "1")

    copied(plan, later)

    assert list(Result.objects.values_list("kpi", flat=True)) == [kpi.pk]


def test_every_kpi_has_one_line_to_the_one_before(plan, later):
    kpis = [make_kpi(plan) for _ in range(3)]

    copies = copied(plan, later)

    assert set(KpiLineage.objects.values_list("earlier", "later")) == {
        (kpi.pk, copies[kpi.pk].pk) for kpi in kpis
    }


@pytest.mark.parametrize(
    ("own", "measured"),
    [
        ((2024, 2026), (2026, 2028)),  # as long as the old plan: as long as the new one
        ((2025, 2026), (2026, 2028)),  # a start before the new period
        ((2024, 2025), (2026, 2028)),  # an end before it
        ((2027, 2027), (2027, 2027)),  # its own years lie in it
        ((2024, 2027), (2026, 2027)),
        ((2024, 2030), (2026, 2028)),
        ((2026, 2026), (2026, 2028)),  # ends with the old plan
        ((2030, 2031), (2026, 2028)),
    ],
)
def test_kpi_is_measured_in_the_new_period(plan, later, own, measured):
    kpi = Kpi(first_fiscal_year=own[0], last_fiscal_year=own[1])

    assert measured_years(kpi, plan, later) == measured


@pytest.mark.parametrize("count", [1, 3])
def test_copying_takes_nine_queries(plan, later, department, django_assert_num_queries, count):
    for _ in range(count):
        make_kpi(plan, departments=[department], targets={2026: "1"})
    policies = copy_plan(plan, later)

    with django_assert_num_queries(9):
        copy_kpis(plan, later, policies)
