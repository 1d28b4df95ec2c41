import datetime

import pytest
from django.urls import reverse

from actionplans.models import ProgressNote
from actionplans.quarters import Quarter, chosen_quarter, quarters_of
from tests.conflicts import shown_conflict, three_sides
from tests.factories import make_action


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (datetime.date(2025, 4, 1), "令和7年度第1四半期（4〜6月）"),
        (datetime.date(2025, 9, 30), "令和7年度第2四半期（7〜9月）"),
        (datetime.date(2025, 12, 31), "令和7年度第3四半期（10〜12月）"),
        (datetime.date(2026, 1, 1), "令和7年度第4四半期（1〜3月）"),
        (datetime.date(2026, 3, 31), "令和7年度第4四半期（1〜3月）"),
    ],
)
def test_quarter_of_a_day(day, label):
    assert Quarter.of(day).label == label


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("2025-3", Quarter(2025, 3)),
        ("", Quarter(2026, 4)),
        ("2027-1", None),
        ("2025-5", None),
        ("x", None),
    ],
)
def test_quarter_is_chosen_by_the_address_or_the_nearest(text, chosen):
    quarters = quarters_of(2024, 2026)

    assert chosen_quarter(quarters, text, datetime.date(2028, 1, 1)) == chosen
    assert len(quarters) == 12


def url_of(action, quarter="2025-3"):
    return f"{reverse('note_edit', args=[action.pk])}?quarter={quarter}"


def summary_of(plan, quarter="2025-3"):
    return f"{reverse('quarterly', args=[plan.pk])}?quarter={quarter}"


@pytest.mark.parametrize("count", [1, 3])
def test_summary_takes_seven_queries(staff, plan, department, count_queries, count):
    for _ in range(count):
        action = make_action(plan, department=department)
        action.notes.create(fiscal_year=2025, quarter=3, is_on_time=True, text="進んだ")

    response = count_queries(7, staff, summary_of(plan))

    assert len(response.context["rows"]) == count


def test_department_reports_and_the_summary_tells_late_ones_first(visit, staff, plan, department):
    first, late, silent = (make_action(plan, department=department) for _ in range(3))

    visit(staff, url_of(first), {"is_on_time": "1", "text": "予定どおりです。"})
    visit(staff, url_of(late), {"is_on_time": "0", "text": "委託先の遅れです。"})
    response = visit(staff, summary_of(plan))

    rows = [(row.action.id, row.verdict) for row, _ in response.context["rows"]]
    assert rows == [(late.pk, "遅れあり"), (first.pk, "予定どおり"), (silent.pk, "未報告")]
    assert response.context["report"].counts == [("予定どおり", 1), ("遅れあり", 1), ("未報告", 1)]
    assert "委託先の遅れです。" in response.content.decode()
    assert response.context["report"].silent == [silent.title]
    assert ProgressNote.objects.get(action_plan=late).entered_by_name == "staff"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"text": "報告"}, "どちらかを選んでください。"),
        ({"is_on_time": "1", "text": " "}, "このフィールドは必須です。"),
        ({"is_on_time": "1", "text": "あ" * 10_001}, "10,000字までです（現在10,001字）。"),
        ({"is_on_time": "x", "text": "報告"}, "選択肢にないものです。選び直してください。"),
    ],
)
def test_note_that_lacks_something_is_refused(visit, staff, action, sent, message):
    response = visit(staff, url_of(action), sent)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not ProgressNote.objects.exists()


def test_stale_note_shows_both(visit, staff, dx_office, action):
    visit(dx_office, url_of(action), {"is_on_time": "0", "text": "先の文", "version": "0"})

    response = visit(staff, url_of(action), {"is_on_time": "1", "text": "後の文", "version": "0"})

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("進み具合", three_sides("予定どおり", "遅れあり", "（なし）")),
        ("報告", three_sides("後の文", "先の文", "（なし）")),
    ]
    sent = {"is_on_time": "1", "text": "後の文", "version": "1"}
    assert [visit(staff, url_of(action), sent).status_code for _ in range(2)] == [302, 302]
    assert ProgressNote.objects.get().text == "後の文"


@pytest.mark.parametrize("quarter", ["2023-4", "2027-1", "2025-0", "x"])
def test_quarter_that_the_plan_has_not_is_unknown(visit, staff, plan, action, quarter):
    assert visit(staff, url_of(action, quarter)).status_code == 404
    assert visit(staff, summary_of(plan, quarter)).status_code == 404


def test_ended_plan_takes_no_note(visit, staff, action, ended):
    ended()

    response = visit(staff, url_of(action), {"is_on_time": "1", "text": "報告"})

    assert response.status_code == 409
    assert "報告" in response.content.decode()
    assert not ProgressNote.objects.exists()
