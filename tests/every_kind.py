"""A plan with a KPI of every kind and figures at every edge, for tests that go through them all."""

from django.db import connection

from kpis.models import Judgement, Target
from tests.factories import (
    make_department,
    make_kpi,
    make_plan,
    make_plan_year,
    make_result,
    make_revision,
    make_scale,
    make_town,
)

YEARS = {2024: "closed", 2025: "open", 2026: "planned"}


def make_every_kind():
    """The plan, of a town of its own: 2024 closed, 2025 open, 2026 not asked for yet."""
    plan = make_plan(make_town(code="013455", name="見本町"), title="すべての種類の計画")
    department = make_department(plan.municipality)
    years = [make_plan_year(plan, year) for year in YEARS]
    make_scale(plan, 2025, (("S", 110), ("A", 100), ("B", 80), ("C", None)))
    for make in (_numbers, _edges, _shares, _totals, _others, _without_value, _judged):
        make(plan, {"departments": [department]})
    connection.check_constraints()
    for year in years:
        year.state = YEARS[year.fiscal_year]
        year.save()
    return plan


def _numbers(plan, own):
    """Increase with a revised target and a preliminary value; decrease, worse than the baseline."""
    targets = {2024: "10", 2025: "20", 2026: "30"}
    line = {"baseline_value": 5, "baseline_fiscal_year": 2023}
    revised = make_kpi(plan, targets=targets, **line, **own)
    make_revision(revised, 2025, {2025: "15", 2026: "25"})
    make_result(revised, 2024, "9")
    make_result(revised, 2025, "14", state="preliminary")
    falling = make_kpi(plan, direction="decrease", targets={2024: "4", 2025: "0"}, **line, **own)
    make_result(falling, 2024, "6")
    make_result(falling, 2025, "0")
    by_way = make_kpi(plan, rate_formula="from_baseline", targets=targets, **line, **own)
    make_result(by_way, 2024, "7")
    final_only = make_kpi(plan, targets={2026: "35"}, **line, **own)
    make_result(final_only, 2025, "16")


def _edges(plan, own):
    """Values that read like their target, that are negative, large, or zero; a later start."""
    kept = {"direction": "maintain_at_least", "unit": "%", "decimals": 1}
    make_result(make_kpi(plan, targets={2025: "90"}, **kept, **own), 2025, "89.96")
    large = make_kpi(plan, unit="", decimals=2, targets={2024: "1234567.5", 2025: "0"}, **own)
    make_result(large, 2024, "1234567.125")
    make_result(large, 2025, "-3.5")
    tiny = make_kpi(plan, decimals=1, targets={2024: "2000", 2025: "3"}, **own)
    make_result(tiny, 2024, "1999")
    make_result(tiny, 2025, "-0.04")
    later = make_kpi(plan, first_fiscal_year=2025, baseline_value=3, targets={2025: "3"}, **own)
    make_result(later, 2025, "3")


def _shares(plan, own):
    share = {"measurement_type": "ratio", "unit": "%", "decimals": 1}
    parts = make_kpi(plan, targets={2024: "60", 2025: "70"}, **share, **own)
    make_result(parts, 2024, numerator=33, denominator=48)
    make_result(
        parts, 2025, state="not_computable", numerator=0, denominator=0, note="対象者がいない"
    )


def _totals(plan, own):
    adding = {"measurement_type": "cumulative_increment"}
    whole = make_kpi(plan, targets={2024: "15", 2025: "30"}, baseline_value=10, **adding, **own)
    make_result(whole, 2024, "8")
    make_result(whole, 2025, "9")
    make_result(make_kpi(plan, targets={2025: "5"}, **adding, **own), 2025, "3")  # after a gap
    total = make_kpi(plan, measurement_type="cumulative_total", targets={2025: "9"}, **own)
    make_result(total, 2024, "8")
    make_result(total, 2025, "7", note="台帳を整理した")


def _others(plan, own):
    """Targets that are no number: a range, a reference, a stage, words."""
    bounded = make_kpi(plan, direction="range", unit="%", **own)
    Target.objects.create(kpi=bounded, fiscal_year=2024, kind="range", value=40, upper_value=60)
    Target.objects.create(kpi=bounded, fiscal_year=2025, kind="range", value=40, upper_value=60)
    make_result(bounded, 2024, "60")
    make_result(bounded, 2025, "60.4")
    compared = make_kpi(
        plan, direction="maintain_at_least", unit="%", decimals=1, reference_name="全国平均",
        baseline_value="77.5", baseline_reference="76", baseline_fiscal_year=2023, **own,
    )  # fmt: skip
    for year in (2024, 2025):
        Target.objects.create(kpi=compared, fiscal_year=year, kind="reference")
    make_result(compared, 2024, "80.5", reference="78.2")
    make_result(compared, 2025, "81")
    stage = make_kpi(plan, measurement_type="milestone", unit="", **own)
    Target.objects.create(kpi=stage, fiscal_year=2025, kind="milestone", milestone="done")
    make_result(stage, 2024, milestone="preparing")
    make_result(stage, 2025, milestone="in_progress")
    words = make_kpi(plan, **own)
    Target.objects.create(kpi=words, fiscal_year=2025, kind="text", text="前年度より増加")
    make_result(words, 2025, "12")


def _without_value(plan, own):
    states = make_kpi(plan, targets={2024: "1", 2025: "1"}, **own)
    make_result(states, 2024, state="not_surveyed")
    make_result(states, 2025, state="not_applicable")
    make_kpi(plan, targets={2024: "1"}, **own)


def _judged(plan, own):
    """Words that the department judges, and a grade that the DX office changed."""
    told = make_kpi(plan, measurement_type="qualitative", unit="", **own)
    make_result(told, 2025, text="全課で研修した。")
    Judgement.objects.create(kpi=told, fiscal_year=2025, layer="self", symbol="A")
    changed = make_kpi(plan, targets={2024: "10", 2025: "10"}, **own)
    for year, symbol in ((2024, "A"), (2025, "B")):
        make_result(changed, year, "4")
        Judgement.objects.create(
            kpi=changed, fiscal_year=year, layer="office", symbol=symbol, comment="災害対応のため"
        )
