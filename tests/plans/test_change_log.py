"""The log of a plan's changes."""

import datetime

import pytest
from django.urls import reverse

from plans.models import PlanChange
from tests.factories import make_person


@pytest.fixture
def auditor(town):
    return make_person("auditor", town, role="auditor")


@pytest.fixture
def change(plan, dx_office):
    """Puts a change on record."""

    def make(**fields):
        defaults = {"kind": "edited", "subject": "① 甲", "changed_by_name": "旧姓"}
        return PlanChange.objects.create(plan=plan, changed_by=dx_office, **defaults | fields)

    return make


def url(plan, query=""):
    return reverse("change_list", args=[plan.pk]) + query


def cells(response):
    return [list(row.cells) for row in response.context["table"].paginated_rows]


def test_changes_are_listed_with_the_latest_first(visit, dx_office, plan, change):
    first = change(detail="番号: ① → ②\n名称: 甲 → 乙", reason="会議で決定")
    change(kind="removed", subject="② 乙")
    PlanChange.objects.filter(pk=first.pk).update(
        changed_at=datetime.datetime(2026, 5, 1, 15, 30, tzinfo=datetime.UTC)
    )

    rows = cells(visit(dx_office, url(plan)))

    assert [row[1:3] for row in rows] == [["削除", "② 乙"], ["変更", "① 甲"]]
    assert rows[1] == [
        "2026年5月2日 00:30",
        "変更",
        "① 甲",
        '<span class="table__line">番号: ① → ②</span>'
        '<span class="table__line">名称: 甲 → 乙</span>',
        "会議で決定",
        "旧姓",
    ]


def test_changes_are_filtered_by_kind(visit, dx_office, plan, change):
    change()
    change(kind="moved", subject="② 乙")

    assert [row[2] for row in cells(visit(dx_office, url(plan, "?kind=moved")))] == ["② 乙"]
    assert [row[2] for row in cells(visit(dx_office, url(plan, "?kind=state")))] == []
    assert len(cells(visit(dx_office, url(plan, "?kind=nonsense")))) == 2


def test_long_log_comes_in_pages_of_fifty(visit, dx_office, plan, change):
    for _ in range(51):
        change()

    assert len(cells(visit(dx_office, url(plan)))) == 50
    assert len(cells(visit(dx_office, url(plan, "?page=2")))) == 1


def test_plan_without_changes_says_so(visit, dx_office, plan):
    content = visit(dx_office, url(plan)).content.decode()

    assert content.count('class="empty"') == 1


def test_texts_are_shown_as_text(visit, dx_office, plan, change):
    change(subject="<script>alert(1)</script>", detail="{{7*7}}\n<b>太字</b>")

    content = visit(dx_office, url(plan)).content.decode()

    assert content.count("<script>alert(1)</script>") == content.count("<b>") == 0
    assert content.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 1
    assert content.count("{{7*7}}") == 1


def test_log_is_for_those_who_see_drafts_of_the_town(
    visit, dx_office, auditor, staff, committee, outsider, plan
):
    people = (dx_office, auditor, staff, committee, outsider)

    assert [visit(person, url(plan)).status_code for person in people] == [200, 200, 403, 403, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_log_takes_six_queries(count_queries, dx_office, plan, change, count):
    for _ in range(count):
        change()

    count_queries(6, dx_office, url(plan))
