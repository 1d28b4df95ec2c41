"""The list of all changes of a plan's targets, and the targets as of a day."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse

from tests.factories import make_kpi, make_plan, make_policy, make_revision


@pytest.fixture
def revised(plan):
    """指標1 revised on 2025-05-20 and 2026-05-20, 指標2 never."""
    kpi = make_kpi(plan, targets={2025: "20", 2026: "30"})
    make_kpi(plan, targets={2026: "5"})
    make_revision(kpi, 2025, {2025: "15", 2026: "25"}, decided_on=datetime.date(2025, 5, 20))
    make_revision(
        kpi,
        2026,
        {2026: "26"},
        decided_on=datetime.date(2026, 5, 20),
        decided_by="推進委員会",
        category="correction",
        reason="一行目\n二行目",
    )
    connection.check_constraints()
    return kpi


def url(plan, query=""):
    return f"{reverse('revision_list', args=[plan.pk])}{query}"


def shown(page):
    return [
        (line.kpi_label, line.revision.number, line.changes) for line in page.context["table"].data
    ]


FIRST_REVISION = (
    "1 指標1",
    1,
    ("令和7年度: 20 件 → 15 件", "令和8年度: 30 件 → 25 件"),
)
SECOND_REVISION = ("1 指標1", 2, ("令和8年度: 25 件 → 26 件",))


def test_all_revisions_are_listed_latest_first(visit, committee, plan, revised):
    page = visit(committee, url(plan))

    assert shown(page) == [SECOND_REVISION, FIRST_REVISION]
    text = page.content.decode()
    for words in ("推進委員会", "令和8年5月20日", "令和8年度から", "二行目"):
        assert text.count(words) == 1, words


def test_target_taken_away_and_strict_ones_are_told(visit, staff, plan):
    kpi = make_kpi(plan, targets={2025: "20", 2026: "30"}, is_strict=True)
    make_revision(kpi, 2026, {2026: None})

    page = visit(staff, url(plan, "?as_of=R8.5.20"))

    assert shown(page) == [("1 指標1", 1, ("令和8年度: 30 件超 → 目標なし",))]
    [row] = page.context["day_table"].data
    assert (row["year_2025"], row["year_2026"].split("<")[0]) == ("20 件超", "目標なし")


def test_table_is_sorted_by_effective_year(visit, staff, plan, revised):
    assert shown(visit(staff, url(plan, "?sort=effective"))) == [FIRST_REVISION, SECOND_REVISION]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?category=correction", [SECOND_REVISION]),
        ("?category=whim", [SECOND_REVISION, FIRST_REVISION]),
        ("?as_of=R7.6.1", [FIRST_REVISION]),
        ("?as_of=2025-05-19", []),
        ("?as_of=昔", [SECOND_REVISION, FIRST_REVISION]),
    ],
)
def test_conditions_live_in_the_address(visit, staff, plan, revised, query, expected):
    assert shown(visit(staff, url(plan, query))) == expected


def test_one_kpi_is_chosen(visit, staff, plan, revised):
    other = plan.kpis.exclude(pk=revised.pk).get()

    assert len(shown(visit(staff, url(plan, f"?kpi={revised.pk}")))) == 2
    assert shown(visit(staff, url(plan, f"?kpi={other.pk}"))) == []


def test_kpi_of_another_plan_is_no_condition(visit, staff, town, plan, revised):
    other = make_kpi(make_plan(town, code="other"))

    page = visit(staff, url(plan, f"?kpi={other.pk}"))

    assert len(shown(page)) == 2
    assert page.context["filter"].form.errors == {
        "kpi": ["選択肢にない条件です。この条件では絞り込んでいません。"]
    }


@pytest.mark.parametrize(
    ("day", "targets"),
    [
        ("R7.5.19", {2025: "20 件", 2026: "30 件"}),
        ("R7.5.20", {2025: "15 件", 2026: "25 件"}),
        ("令和8年5月19日", {2025: "15 件", 2026: "25 件"}),
        ("2026/5/20", {2025: "15 件", 2026: "26 件"}),
    ],
)
def test_targets_stand_as_they_stood_on_the_day(visit, staff, plan, revised, day, targets):
    page = visit(staff, url(plan, f"?as_of={day}"))

    rows = list(page.context["day_table"].data)
    assert [row["label"] for row in rows] == ["1 指標1", "2 指標2"]
    assert {year: rows[0][f"year_{year}"].split("<")[0] for year in targets} == targets
    assert "year_2025" not in rows[1]


def test_day_of_one_kpi_shows_only_this(visit, staff, plan, revised):
    page = visit(staff, url(plan, f"?as_of=R8.5.20&kpi={revised.pk}"))

    assert len(page.context["day_table"].data) == 1


def test_plan_without_revisions_says_so(visit, staff, plan):
    make_kpi(plan)

    page = visit(staff, url(plan)).content.decode()

    assert page.count("目標の見直しはまだありません。") == 1


def test_plan_without_kpis_says_so(visit, staff, plan):
    assert visit(staff, url(plan)).content.decode().count("指標がまだありません") == 1


def test_names_are_shown_as_text(visit, staff, plan):
    kpi = make_kpi(plan, name="<script>alert(1)</script>", targets={2026: "1"})
    make_revision(kpi, 2026, {2026: "2"}, reason="{{7*7}}<b>")

    page = visit(staff, url(plan, "?as_of=R8.5.20")).content.decode()

    assert "<script>alert(1)" not in page
    assert page.count("{{7*7}}&lt;b&gt;") == 1


def test_only_people_of_the_town_see_it(visit, staff, committee, outsider, plan):
    people = (staff, committee, outsider)

    assert [visit(person, url(plan)).status_code for person in people] == [200, 200, 404]
    assert visit(staff, url(plan), {}).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("query", ["", "?as_of=R8.5.20"])
def test_list_takes_nine_queries(count_queries, staff, plan, count, query):
    policy = make_policy(plan)
    for _ in range(count):
        kpi = make_kpi(plan, policy=policy, targets={2026: "1"})
        for value in range(count):
            make_revision(kpi, 2026, {2026: value})

    count_queries(9, staff, url(plan, query))
