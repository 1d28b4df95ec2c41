import datetime

import pytest
from django.urls import reverse

from actionplans.checks import plan_checks
from tests.factories import make_action, make_department, make_kpi, make_stage


def found(plan):
    return {
        check.title: [(item.label, item.detail) for item in check.findings]
        for check in plan_checks(plan)
        if check.findings
    }


def test_whole_plan_has_nothing_to_mend(plan, department):
    kpi = make_kpi(plan)
    make_action(plan, department=department, kpis=[kpi], stages=[("導入", 2025, 2026)])
    plan.action_plans.get().stages.update(actual_start=4050)

    assert found(plan) == {}


def test_everything_that_lacks_or_points_nowhere_is_listed(plan, department):
    kpi = make_kpi(plan, number="K1", name="申請数")
    gone = make_department(
        plan.municipality, name="旧課", valid_to=datetime.date(2025, 3, 31), successor=department
    )
    action = make_action(plan, number="1", title="甲", department=gone)
    make_stage(action, "準備", 2022, 2023)
    make_action(plan, number="2", title="乙", kpis=[make_kpi(plan)])

    assert found(plan) == {
        "KPIのない個票": [("1 甲", "")],
        "工程のない個票": [("2 乙", "")],
        "個票のないKPI": [(f"{kpi.number} {kpi.name}", "")],
        "工程表の期間の外にある工程": [("1 準備", "令和4年度から令和5年度まで")],
        "廃止された課の個票": [("1 甲", "旧課（令和7年3月31日に廃止、企画課が引継ぎ）")],
        "担当課のない個票": [("2 乙", "")],
        "遅れていて、理由のない工程": [
            (
                "1 準備",
                "予定の終わり（令和5年度下期）を過ぎましたが、完了の入力がありません。",
            )
        ],
    }


@pytest.mark.parametrize("count", [1, 3])
def test_checks_take_ten_queries(dx_office, plan, count_queries, count):
    for _ in range(count):
        make_kpi(plan)
        make_action(plan, stages=[("準備", 2022, 2023)])

    response = count_queries(10, dx_office, reverse("action_plan_checks", args=[plan.pk]))

    assert response.context["count"] == 5 * count


def test_plan_without_findings_says_so(visit, dx_office, plan):
    page = visit(dx_office, reverse("action_plan_checks", args=[plan.pk])).content.decode()

    assert "直すところはありません。" in page
