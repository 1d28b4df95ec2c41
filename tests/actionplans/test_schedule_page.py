import gzip

import pytest
from django.core.management import call_command
from django.urls import reverse

from actionplans.models import SchedulePeriod
from plans.models import Plan
from tests.factories import make_action, make_department, make_person, make_policy


def url_of(plan, query=""):
    return f"{reverse('schedule', args=[plan.pk])}{query}"


@pytest.mark.parametrize("count", [1, 3])
def test_schedule_takes_seven_queries(staff, plan, department, count_queries, count):
    for _ in range(count):
        make_action(
            plan,
            policy=make_policy(plan),
            department=department,
            stages=[("検討", 2024, 2024), ("導入", 2025, 2026)],
        )

    response = count_queries(7, staff, url_of(plan))

    assert len(response.context["blocks"]) == count


def test_whole_schedule_of_kagamiishi_is_light(visit, db):
    call_command("loaddata", "kagamiishi", "kagamiishi_actionplans", verbosity=0)
    plan = Plan.objects.get()

    response = visit(make_person("office", plan.municipality, role="dx_office"), url_of(plan))

    assert response.content.decode().count("data-bar") == 51
    assert len(gzip.compress(response.content)) < 30_000 < len(response.content) < 300_000


def test_bars_can_be_moved_by_those_who_may_edit(visit, staff, committee, plan, action, stage):
    other = make_action(plan, department=make_department(plan.municipality, name="町民課"))
    other.stages.create(position=1, label="他課", first_start=4048, first_end=4049)
    edit = reverse("stage_edit", args=[action.pk, stage.pk])

    page = visit(staff, url_of(plan)).content.decode()

    assert (page.count("data-bar"), page.count(f'href="{edit}"')) == (1, 1)
    assert "data-bar" not in visit(committee, url_of(plan)).content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["検討する", "進める"]),
        ("?department={own}", ["検討する"]),
        ("?department=none", ["進める"]),
        ("?state=late", ["検討する"]),
        ("?state=done", []),
        ("?state=unknown", ["検討する", "進める"]),
        ("?department=999999", ["検討する", "進める"]),
    ],
)
def test_schedule_is_narrowed_by_department_and_state(visit, staff, plan, department, query, shown):
    make_action(plan, title="検討する", department=department, stages=[("検討", 2024, 2024)])
    make_action(plan, title="進める", stages=[("導入", 2026, 2026)])

    response = visit(staff, url_of(plan, query.format(own=department.pk)))

    assert [block.action.title for block in response.context["blocks"]] == shown


def test_plan_without_actions_says_so(visit, staff, plan):
    assert "工程はまだありません" in visit(staff, url_of(plan)).content.decode()


def test_years_of_the_schedule_are_set_by_the_office(visit, dx_office, staff, plan):
    url = reverse("schedule_period", args=[plan.pk])
    sent = {"first_fiscal_year": "R4", "last_fiscal_year": "令和8年度", "note": "※1 国の期限"}

    assert visit(staff, url, sent).status_code == 403
    assert visit(dx_office, url, sent).status_code == 302
    period = SchedulePeriod.objects.get()
    assert (period.first_fiscal_year, period.last_fiscal_year, period.note) == (
        2022,
        2026,
        "※1 国の期限",
    )


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (("R8", "R6"), "最後の年度は最初の年度以後にしてください。"),
        (("1990", "R6"), "工程表の期間は20年以内にしてください。"),
        (("H32", "R6"), "平成32年度はありません。"),
    ],
)
def test_years_that_cannot_be_are_refused(visit, dx_office, plan, sent, message):
    data = dict(zip(("first_fiscal_year", "last_fiscal_year"), sent, strict=True))

    response = visit(dx_office, reverse("schedule_period", args=[plan.pk]), data)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not SchedulePeriod.objects.exists()
