"""What the database refuses about KPIs, targets and results."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, ProtectedError

from kpis.models import Kpi, KpiResponsibility, Result, Target
from plans.models import PlanYear
from tests.database import constraint_names, refusal_of
from tests.factories import (
    make_department,
    make_kpi,
    make_plan,
    make_policy,
    make_result,
    make_town,
    put_years,
)

# Set on all rows at once: two KPIs, each with a target of 10 and a result of 1 in two years.
FAULTS = [
    ("kpi_years_known", Kpi, {"first_fiscal_year": 1949}),
    ("kpi_years_known", Kpi, {"last_fiscal_year": 2101}),
    ("kpi_years_known", Kpi, {"baseline_fiscal_year": 1949}),
    ("kpi_years_known", Kpi, {"taken_fiscal_year": 2101}),
    ("target_years_known", Target, {"fiscal_year": 1949}),
    ("target_years_known", Target, {"taken_fiscal_year": 2101}),
    ("result_years_known", Result, {"fiscal_year": 1949}),
    ("result_years_known", Result, {"taken_fiscal_year": 2101}),
    ("kpi_number_unique_in_plan", Kpi, {"number": "1"}),
    ("kpi_measurement_type_from_list", Kpi, {"measurement_type": "monthly"}),
    ("kpi_measurement_type_from_list", Kpi, {"measurement_type": ""}),
    ("kpi_direction_from_list", Kpi, {"direction": "sideways"}),
    ("kpi_direction_from_list", Kpi, {"direction": ""}),
    ("kpi_rate_formula_from_list", Kpi, {"rate_formula": "average"}),
    ("kpi_rate_formula_from_list", Kpi, {"rate_formula": ""}),
    ("kpi_decimals_storable", Kpi, {"decimals": 7}),
    ("kpi_checklist_feeds_a_ratio", Kpi, {"checklist_measure": "items"}),
    ("kpi_ends_after_start", Kpi, {"last_fiscal_year": 2023}),
    ("target_unique_in_year", Target, {"fiscal_year": 2025}),
    ("target_is_what_its_kind_says", Target, {"kind": "text"}),
    ("target_is_what_its_kind_says", Target, {"kind": "number", "value": None}),
    ("target_is_what_its_kind_says", Target, {"kind": "number", "milestone": "done"}),
    ("target_is_what_its_kind_says", Target, {"kind": "reference"}),
    (
        "target_is_what_its_kind_says",
        Target,
        {"kind": "reference", "value": None, "milestone": "done"},
    ),
    ("target_is_what_its_kind_says", Target, {"kind": "milestone", "milestone": "done"}),
    ("target_is_what_its_kind_says", Target, {"kind": "milestone", "value": None}),
    (
        "target_is_what_its_kind_says",
        Target,
        {"kind": "milestone", "value": None, "milestone": "half done"},
    ),
    ("result_unique_in_year", Result, {"fiscal_year": 2025}),
    ("result_review_state_known", Result, {"review_state": "done"}),
    (
        "result_not_approved_by_its_submitter",
        Result,
        {"submitted_by": F("entered_by"), "approved_by": F("entered_by")},
    ),
    ("result_value_as_its_state_says", Result, {"state": "closed"}),
    ("result_value_as_its_state_says", Result, {"state": "", "value": None}),
    ("result_value_as_its_state_says", Result, {"value": None}),
    ("result_value_as_its_state_says", Result, {"state": "preliminary", "value": None}),
    ("result_value_as_its_state_says", Result, {"milestone": "done"}),
    ("result_value_as_its_state_says", Result, {"value": None, "milestone": "half done"}),
    ("result_value_as_its_state_says", Result, {"text": "実施した"}),
    ("result_value_as_its_state_says", Result, {"numerator": 1, "denominator": 2}),
    (
        "result_value_as_its_state_says",
        Result,
        {"value": None, "numerator": 1, "denominator": 0},
    ),
    (
        "result_parts_come_in_pairs",
        Result,
        {"state": "missing", "value": None, "numerator": 1, "denominator": 2},
    ),
    (
        "result_parts_come_in_pairs",
        Result,
        {"state": "not_computable", "value": None, "denominator": 0},
    ),
    ("target_is_what_its_kind_says", Target, {"kind": "none"}),
    ("target_taken_away_by_a_revision", Target, {"kind": "none", "value": None}),
    (
        "target_strict_only_beside_a_figure",
        Target,
        {"kind": "range", "upper_value": 12, "is_strict": True},
    ),
    (
        "target_strict_only_beside_a_figure",
        Target,
        {"kind": "milestone", "value": None, "milestone": "done", "is_strict": True},
    ),
    ("target_is_what_its_kind_says", Target, {"kind": "range"}),
    ("target_is_what_its_kind_says", Target, {"kind": "range", "upper_value": 9}),
    ("target_is_what_its_kind_says", Target, {"upper_value": 12}),
    ("target_is_what_its_kind_says", Target, {"text": "実施"}),
    ("result_value_as_its_state_says", Result, {"state": "missing"}),
    ("result_value_as_its_state_says", Result, {"state": "not_surveyed"}),
    ("result_value_as_its_state_says", Result, {"state": "not_applicable"}),
    ("result_value_as_its_state_says", Result, {"state": "not_computable"}),
    (
        "result_value_as_its_state_says",
        Result,
        {"state": "missing", "value": None, "milestone": "done"},
    ),
]

# What the columns themselves refuse.
MISFITS = [
    ("kpis_kpi_decimals_check", Kpi, {"decimals": -1}),
    ("kpis_kpi_position_check", Kpi, {"position": -1}),
    ("kpis_result_version_check", Result, {"version": -1}),
    ("NumericValueOutOfRange", Result, {"fiscal_year": 40_000}),
    ("NumericValueOutOfRange", Result, {"value": Decimal(10) ** 14}),
    ("NumericValueOutOfRange", Result, {"value": -(Decimal(10) ** 14)}),
    ("StringDataRightTruncation", Kpi, {"name": "標" * 201}),
    ("NotNullViolation", Result, {"state": None}),
    ("NotNullViolation", Result, {"milestone": None}),
]

FIGURES = [
    ("kpi_baseline_finite", Kpi, "baseline_value"),
    ("kpi_baseline_finite", Kpi, "baseline_reference"),
    ("target_value_finite", Target, "value"),
    ("result_figures_finite", Result, "value"),
    ("result_figures_finite", Result, "reference"),
]

ACCEPTED = [
    (Kpi, {"decimals": 6}),
    (Kpi, {"first_fiscal_year": 2025, "last_fiscal_year": 2025}),
    (Target, {"value": 0}),
    (Target, {"value": Decimal("-99999999999999.999999")}),
    (Target, {"kind": "reference", "value": None}),
    (Target, {"is_strict": True}),
    (Target, {"kind": "reference", "value": None, "is_strict": True}),
    (Target, {"kind": "milestone", "value": None, "milestone": "not_started"}),
    (Result, {"value": 0}),
    (Result, {"value": Decimal("99999999999999.999999"), "reference": Decimal("-0.000001")}),
    (Result, {"value": None, "milestone": "done"}),
    (Result, {"state": "preliminary", "value": None, "milestone": "not_started"}),
    (Result, {"state": "missing", "value": None}),
    (Result, {"state": "not_surveyed", "value": None}),
    (Result, {"state": "not_applicable", "value": None}),
    (Result, {"state": "not_computable", "value": None}),
]


@pytest.fixture(autouse=True)
def kpis(plan, department, staff):
    kpis = [
        make_kpi(plan, departments=[department], targets={2024: 10, 2025: 10}) for _ in range(2)
    ]
    for kpi in kpis:
        make_result(kpi, 2024, 1, review_state="draft")
        make_result(kpi, 2025, 1, entered_by=staff)
    return kpis


def write(model, column, text):
    """Past Django: a figure as text, the way an import by hand would bring it."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = %s", [text])


def test_every_constraint_is_violated_here():
    tried = {name for name, _, _ in FAULTS + FIGURES} | {"kpi_responsibility_unique"}

    assert constraint_names(Kpi, KpiResponsibility, Target, Result) == tried


@pytest.mark.parametrize(("constraint", "model", "fault"), FAULTS)
def test_row_that_cannot_be_is_refused(constraint, model, fault):
    assert refusal_of(lambda: model.objects.update(**fault)) == constraint


@pytest.mark.parametrize(("refusal", "model", "fault"), MISFITS)
def test_row_that_does_not_fit_is_refused(refusal, model, fault):
    assert refusal_of(lambda: model.objects.update(**fault)) == refusal


@pytest.mark.parametrize(("constraint", "model", "column"), FIGURES)
def test_figure_that_is_not_a_number_is_refused(constraint, model, column):
    assert refusal_of(lambda: write(model, column, "NaN")) == constraint


@pytest.mark.parametrize("text", ["Infinity", "-Infinity", "1e14", "-1e14"])
@pytest.mark.parametrize(("_constraint", "model", "column"), FIGURES)
def test_figure_without_end_is_refused(_constraint, model, column, text):
    assert refusal_of(lambda: write(model, column, text)) == "NumericValueOutOfRange"


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize(("_constraint", "model", "column"), FIGURES)
def test_figure_that_is_not_finite_does_not_reach_the_database(_constraint, model, column, text):
    with pytest.raises(ValidationError):
        model.objects.update(**{column: Decimal(text)})


@pytest.mark.parametrize(("model", "fields"), ACCEPTED)
def test_row_at_the_edge_is_accepted(model, fields):
    put_years(PlanYear.objects.all(), "open")  # a closed year would keep its targets

    model.objects.update(**fields)

    assert model.objects.filter(**fields).count() == model.objects.count()


def test_second_result_of_a_year_is_refused(kpis):
    second = Result(kpi=kpis[0], fiscal_year=2025, state="final", value=2)

    assert refusal_of(lambda: Result.objects.bulk_create([second])) == "result_unique_in_year"


def test_same_department_twice_is_refused(kpis, department):
    twin = KpiResponsibility(kpi=kpis[0], department=department)

    assert refusal_of(lambda: KpiResponsibility.objects.bulk_create([twin])) == (
        "kpi_responsibility_unique"
    )


def test_plan_with_results_cannot_be_deleted(plan):
    with pytest.raises(ProtectedError):
        plan.delete()

    assert Result.objects.count() == 4


def test_department_with_kpis_cannot_be_deleted(department):
    with pytest.raises(ProtectedError):
        department.delete()


def test_kpi_under_another_plans_policy_is_refused(plan):
    kpi = make_kpi(plan)
    foreign = make_policy(make_plan(plan.municipality, code="other"))

    assert refusal_of(lambda: Kpi.objects.filter(pk=kpi.pk).update(policy=foreign)) == (
        "kpi_policy_of_own_plan"
    )


def test_department_of_another_town_is_refused(plan):
    foreign = make_department(make_town(code="345458"))
    responsibility = KpiResponsibility(kpi=make_kpi(plan), department=foreign)

    assert refusal_of(lambda: KpiResponsibility.objects.bulk_create([responsibility])) == (
        "kpi_responsibility_of_own_town"
    )
