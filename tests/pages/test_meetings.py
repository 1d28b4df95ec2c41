"""Meetings on their pages: the log, one meeting, its forms, and the freezing of its papers."""

import datetime

import pytest
from django.urls import reverse

from dxplan.pages.papers import freeze_paper
from kpis.models import Opinion, Paper
from kpis.opinion_changes import OpinionSaid, edit_opinion, record_opinion, respond, settle
from plans.models import Meeting
from tests.conflicts import shown_conflict, three_sides
from tests.factories import make_department, make_kpi, make_person, make_policy, make_result
from tests.markup import read_page, table_lines

TEXT = "窓口の待ち時間を測ること。"
UNKNOWN = 2_000_000_000


def make_meeting(plan, number=1, **fields):
    held_on = datetime.date(2024, 6 + number, 1)
    return Meeting.objects.create(plan=plan, held_on=held_on, name=f"第{number}回", **fields)


@pytest.fixture
def meeting(plan):
    return make_meeting(plan, agenda="進捗について\n\nその他", place="301会議室")


@pytest.fixture
def kpi(plan, department):
    return make_kpi(plan, departments=[department], targets={2025: "10"})


@pytest.fixture
def opinion(meeting, dx_office, department):
    said = OpinionSaid("opinion", TEXT, department_ids=frozenset({department.pk}))
    record_opinion(meeting=meeting, said=said, user=dx_office)
    return Opinion.objects.get()


def url(name, *args):
    return reverse(name, args=[arg.pk for arg in args])


def said(response):
    return [str(message) for message in response.context["messages"]]


def errors_of(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def freeze(meeting, user):
    return freeze_paper(
        plan=meeting.plan,
        plan_year=meeting.plan.years.get(fiscal_year=2025),
        kind="meeting",
        meeting=meeting,
        user=user,
    )


def test_log_lists_all_meetings_with_papers_and_points(
    visit, committee, plan, meeting, opinion, dx_office
):
    make_meeting(plan, 3)
    freeze(meeting, dx_office)

    page = read_page(visit(committee, url("meeting_list", plan)))

    lines = [{key: cell.text() for key, cell in line.items()} for line in table_lines(page)]
    assert lines == [
        {
            "開催日": "令和6年9月1日",
            "会議": "第3回",
            "議題": "―",
            "資料": "―",
            "意見・決定": "0",
            "未対応": "0",
        },
        {
            "開催日": "令和6年7月1日",
            "会議": "第1回",
            "議題": "進捗について その他",
            "資料": "令和7年度 (2025年度) 進捗状況報告",
            "意見・決定": "1",
            "未対応": "1",
        },
    ]
    assert page.first(css="work-left").text() == "未対応の意見・決定 1件"


@pytest.mark.parametrize("count", [1, 3])
def test_log_takes_nine_queries(count_queries, committee, plan, dx_office, department, count):
    asked = frozenset({department.pk})
    for number in range(1, count + 1):
        meeting = make_meeting(plan, number)
        record_opinion(
            meeting=meeting, said=OpinionSaid("opinion", TEXT, department_ids=asked), user=dx_office
        )
        freeze(meeting, dx_office)

    count_queries(9, committee, url("meeting_list", plan))


@pytest.mark.parametrize("count", [1, 3])
def test_meeting_takes_eight_queries(
    count_queries, committee, plan, meeting, dx_office, department, count
):
    for number in range(count):
        departments = frozenset({department.pk})
        said = OpinionSaid("opinion", f"意見{number}", department_ids=departments)
        record_opinion(meeting=meeting, said=said, user=dx_office)
        freeze(meeting, dx_office)

    count_queries(8, committee, url("meeting", meeting))


def test_meeting_page_tells_agenda_papers_and_points(
    visit, committee, plan, meeting, opinion, dx_office
):
    paper = freeze(meeting, dx_office)
    later = make_meeting(plan, 2)

    page = read_page(visit(committee, url("meeting", meeting)))
    next_page = read_page(visit(committee, url("meeting", later)))

    assert [item.text() for item in page.first("ol", css="agenda").all("li")] == [
        "進捗について",
        "その他",
    ]
    assert page.first("a", href=paper.get_absolute_url()).text() == str(paper)
    [own] = page.all(css="opinion")
    assert own.first(css="opinion__text").text() == TEXT
    assert own.first(css="opinion__state").text() == "未対応"
    assert "前回からの継続 1件" in [it.text() for it in next_page.all("h2")]
    assert next_page.first(css="opinion").first("a", href=url("meeting", meeting)).text() == (
        "令和6年7月1日 第1回"
    )


def test_who_only_reads_is_offered_nothing_to_change(visit, committee, meeting, opinion):
    page = read_page(visit(committee, url("meeting", meeting)))

    assert page.first("main").first("a", css="button") is None


def test_settled_point_is_not_carried_any_more(visit, committee, plan, meeting, opinion, dx_office):
    day = datetime.date(2024, 7, 20)
    settle(opinion_id=opinion.pk, seen=(1, 0), settled_on=day, user=dx_office)

    page = read_page(visit(committee, url("meeting", make_meeting(plan, 2))))

    assert page.first(css="opinion") is None


def test_opinion_is_recorded_for_the_kpis_departments_where_none_is_chosen(
    visit, dx_office, meeting, kpi, department
):
    sent = {"kind": "opinion", "about": f"k{kpi.pk}", "text": f"  {TEXT}\r\n続き"}

    response = visit(dx_office, url("opinion_new", meeting), sent, follow=True)
    again = visit(dx_office, url("opinion_new", meeting), sent, follow=True)

    opinion = Opinion.objects.get()
    assert (opinion.kpi, opinion.text) == (kpi, f"  {TEXT}\n続き")
    assert [item.department for item in opinion.responsibilities.all()] == [department]
    assert (said(response), said(again)) == (
        ["意見・決定を記録しました。"],
        ["同じ内容が記録済みです。"],
    )


def test_opinion_about_a_policy_asks_who_is_in_charge_below_it(
    visit, dx_office, meeting, kpi, department
):
    sent = {"kind": "decision", "about": f"p{kpi.policy_id}", "text": TEXT}

    visit(dx_office, url("opinion_new", meeting), sent)

    opinion = Opinion.objects.get()
    assert (opinion.policy_id, opinion.kind) == (kpi.policy_id, "decision")
    assert [item.department for item in opinion.responsibilities.all()] == [department]


@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        ("text", "", "内容を入力してください。"),
        ("text", "　―― ", "内容を入力してください。"),
        ("text", "あ" * 10_001, "10,000字までです（現在10,001字）。"),
        ("kind", "remark", "一覧から選んでください。"),
        ("about", "k0", "一覧から選んでください。"),
        ("about", f"p{UNKNOWN}", "一覧から選んでください。"),
        ("departments", str(UNKNOWN), "一覧から選んでください。"),
    ],
)
def test_opinion_that_cannot_be_is_refused_and_stays_typed(
    visit, dx_office, meeting, field, sent, message
):
    data = {"kind": "opinion", "about": "", "text": TEXT} | {field: sent}

    response = visit(dx_office, url("opinion_new", meeting), data)

    assert (response.status_code, errors_of(response)) == (422, {field: [message]})
    assert response.context["form"]["text"].value() == data["text"]
    assert not Opinion.objects.exists()


def test_things_of_another_plan_or_town_are_refused_like_unknown_ones(
    visit, dx_office, outsider, meeting, plan
):
    from_elsewhere = make_department(outsider.municipality)
    other = make_kpi_of_other_plan(plan)
    answers = [
        errors_of(
            visit(dx_office, url("opinion_new", meeting), {"kind": "opinion", "text": TEXT} | sent)
        )
        for sent in (
            {"about": f"k{other.pk}"},
            {"about": f"p{other.policy_id}"},
            {"departments": str(from_elsewhere.pk)},
        )
    ]

    assert answers == [
        {"about": ["一覧から選んでください。"]},
        {"about": ["一覧から選んでください。"]},
        {"departments": ["一覧から選んでください。"]},
    ]


def make_kpi_of_other_plan(plan):
    from_plan = type(plan).objects.create(
        municipality=plan.municipality,
        code="other",
        title="別の計画",
        first_fiscal_year=2024,
        last_fiscal_year=2026,
    )
    return make_kpi(from_plan, policy=make_policy(from_plan))


def test_second_of_two_edits_is_shown_both(visit, dx_office, meeting, opinion):
    edit_opinion(opinion_id=opinion.pk, version=1, said=OpinionSaid("opinion", "先の内容"))
    sent = {"kind": "opinion", "text": "後の内容", "version": "1"}

    response = visit(dx_office, url("opinion_edit", opinion), sent)

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("内容", three_sides("後の内容", "先の内容", "窓口の待ち時間を測ること。")),
    ]
    page = read_page(response)
    assert page.first("textarea", name="text").text() == "後の内容"
    version = page.first("input", name="version").attributes["value"]
    visit(dx_office, url("opinion_edit", opinion), sent | {"version": version})
    opinion.refresh_from_db()
    assert (opinion.text, opinion.version) == ("後の内容", 3)


def test_department_responds_to_what_it_was_asked(visit, staff, opinion):
    response = visit(
        staff, url("opinion_response", opinion), {"text": "測ります。", "version": "0"}, follow=True
    )

    opinion.refresh_from_db()
    assert said(response) == ["対応を保存しました。"]
    assert (opinion.response, opinion.responded_by_name) == ("測ります。", "staff")


def test_second_of_two_responses_is_shown_both(visit, staff, dx_office, opinion):
    respond(opinion_id=opinion.pk, version=0, text="先の対応", user=dx_office)

    response = visit(staff, url("opinion_response", opinion), {"text": "後の対応", "version": "0"})

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("対応", three_sides("後の対応", "先の対応", "（なし）")),
    ]
    assert read_page(response).first("input", name="version").attributes["value"] == "1"


@pytest.mark.parametrize("text", ["", "―", "あ" * 10_001])
def test_response_that_says_nothing_or_too_much_is_refused(visit, staff, opinion, text):
    response = visit(staff, url("opinion_response", opinion), {"text": text, "version": "0"})

    assert response.status_code == 422
    assert response.context["form"]["text"].value() == text
    opinion.refresh_from_db()
    assert opinion.response_version == 0


def test_other_departments_and_the_committee_do_not_respond(visit, town, committee, opinion):
    other = make_department(town, name="町民課")
    colleague = make_person("colleague", town, role="head", department=other)

    answers = [
        visit(person, url("opinion_response", opinion)).status_code
        for person in (colleague, committee)
    ]

    assert answers == [403, 403]


def test_staff_and_committee_neither_record_nor_settle_nor_freeze(
    visit, staff, committee, meeting, opinion
):
    pages = [
        url("opinion_new", meeting),
        url("paper_new", meeting),
        *(url(name, opinion) for name in ("opinion_edit", "opinion_settle", "opinion_remove")),
    ]

    answers = {
        visit(person, page, {}).status_code for person in (staff, committee) for page in pages
    }

    assert answers == {403}


def test_meetings_and_opinions_of_another_town_are_unknown(visit, outsider, plan, meeting, opinion):
    pages = [
        url("meeting_list", plan),
        *(url(name, meeting) for name in ("meeting", "opinion_new", "paper_new")),
        *(url(f"opinion_{name}", opinion) for name in ("edit", "response", "settle", "remove")),
    ]

    assert {visit(outsider, page).status_code for page in pages} == {404}


def test_point_is_settled_on_a_day_and_opened_again(visit, dx_office, opinion):
    sent = {"version": "1", "response_version": "0", "settled_on": "R6.7.20"}

    first = visit(dx_office, url("opinion_settle", opinion), sent, follow=True)
    opinion.refresh_from_db()
    assert (opinion.settled_on, opinion.settled_by_name) == (datetime.date(2024, 7, 20), "office")
    again = visit(dx_office, url("opinion_settle", opinion), sent, follow=True)
    opened = visit(
        dx_office, url("opinion_settle", opinion), sent | {"settled_on": ""}, follow=True
    )

    assert [said(it) for it in (first, again, opened)] == [
        ["対応済みにしました。"],
        ["変更はありませんでした。"],
        ["未対応に戻しました。"],
    ]


def test_one_comes_back_to_the_later_meeting_where_a_point_was_settled(
    visit, dx_office, plan, opinion
):
    later = make_meeting(plan, 2)
    link = read_page(visit(dx_office, url("meeting", later))).first(css="opinion")
    pages = [item.attributes["href"] for item in link.first(css="actions").all("a")]
    sent = {"version": "1", "response_version": "0", "settled_on": "R6.8.1"}

    response = visit(dx_office, f"{url('opinion_settle', opinion)}?at={later.pk}", sent)
    odd = visit(dx_office, f"{url('opinion_settle', opinion)}?at=//elsewhere", sent)

    assert f"{url('opinion_settle', opinion)}?at={later.pk}" in pages
    assert (response.url, odd.url) == (url("meeting", later), url("meeting", opinion.meeting))


@pytest.mark.parametrize("day", ["R6.6.30", "R30.1.1", "7月", "あ"])
def test_point_is_not_settled_before_its_meeting_or_on_a_day_to_come(
    visit, dx_office, opinion, day
):
    response = visit(dx_office, url("opinion_settle", opinion), {"settled_on": day, "version": "1"})

    assert (response.status_code, list(errors_of(response))) == (422, ["settled_on"])


def test_settling_shows_the_response_that_came_meanwhile(visit, dx_office, staff, opinion):
    respond(opinion_id=opinion.pk, version=0, text="まだです。", user=staff)
    sent = {"version": "1", "response_version": "0", "settled_on": "R6.7.20"}

    response = visit(dx_office, url("opinion_settle", opinion), sent)

    page = read_page(response)
    assert response.status_code == 409
    assert page.first(css="opinion__response").text().count("まだです。") == 1
    assert page.first("input", name="response_version").attributes["value"] == "1"
    opinion.refresh_from_db()
    assert opinion.settled_on is None


def test_opinion_is_removed_but_not_over_a_response(visit, dx_office, staff, meeting, opinion):
    respond(opinion_id=opinion.pk, version=0, text="対応", user=staff)
    kept = visit(dx_office, url("opinion_remove", opinion), {"version": "1"})
    Opinion.objects.update(response="", response_version=0, responded_at=None, responded_by=None)

    gone = visit(dx_office, url("opinion_remove", opinion), {"version": "1"}, follow=True)

    assert kept.status_code == 409
    assert said(gone) == ["削除しました。"]
    assert not Opinion.objects.exists()


def test_kpi_page_shows_what_meetings_said_of_it(visit, committee, dx_office, meeting, kpi):
    record_opinion(
        meeting=meeting, said=OpinionSaid("opinion", TEXT, kpi_id=kpi.pk), user=dx_office
    )

    page = read_page(visit(committee, f"/kpis/{kpi.pk}/"))

    [shown] = page.all(css="opinion")
    assert shown.first(css="opinion__text").text() == TEXT
    assert shown.first("a", href=url("meeting", meeting)).text() == "令和6年7月1日 第1回"


def test_freezing_makes_a_paper_and_sent_again_leads_to_it(visit, dx_office, meeting, kpi):
    sent = {"fiscal_year": "2025", "seen": "0"}

    first = visit(dx_office, url("paper_new", meeting), sent)
    again = visit(dx_office, url("paper_new", meeting), sent, follow=True)

    paper = Paper.objects.get()
    assert first.url == paper.get_absolute_url()
    assert again.redirect_chain == [(paper.get_absolute_url(), 302)]
    assert said(again)[-1] == "この会議の資料は、すでに確定されています。"


def test_what_is_not_approved_is_told_before_freezing(visit, dx_office, meeting, kpi):
    make_result(kpi, 2025, "1")
    make_result(make_kpi(meeting.plan), 2025, "1", review_state="checked")

    page = read_page(visit(dx_office, url("paper_new", meeting)))

    assert page.first(css="message--warning").first(css="message__text").text() == (
        "令和7年度には、まだ承認されていない実績が1件あります。資料には載らず、「未入力」になります。"
    )


def test_second_paper_of_a_year_needs_a_reason(visit, dx_office, meeting, kpi):
    page = url("paper_new", meeting)
    visit(dx_office, page, {"fiscal_year": "2025", "seen": "0"})

    refused = visit(dx_office, page, {"fiscal_year": "2025", "seen": "1", "reason": "― "})
    visit(dx_office, page, {"fiscal_year": "2025", "seen": "1", "reason": "実績の訂正"})
    visit(dx_office, page, {"fiscal_year": "2024", "seen": "2"})

    assert errors_of(refused) == {
        "reason": ["この年度の資料は確定済みです。差し替えの理由を入力してください。"]
    }
    papers = Paper.objects.order_by("pk").values_list("fiscal_year", "number", "reason")
    assert list(papers) == [(2025, 1, ""), (2025, 2, "実績の訂正"), (2024, 1, "")]


@pytest.mark.parametrize("year", ["2026", "2023", "二〇二五", ""])
def test_only_years_that_have_begun_are_frozen(visit, dx_office, meeting, year):
    response = visit(dx_office, url("paper_new", meeting), {"fiscal_year": year, "seen": "0"})

    assert (response.status_code, list(errors_of(response))) == (422, ["fiscal_year"])


def test_meeting_with_papers_or_opinions_stays(visit, dx_office, plan, meeting, opinion):
    paper = freeze(meeting, dx_office)

    page = read_page(
        visit(dx_office, reverse("part_remove", args=[plan.pk, "meetings", meeting.pk]))
    )

    assert page.first("h1").text() == "「第1回」は削除できません"
    text = page.first("main").text()
    assert (text.count(str(paper)), text.count(TEXT)) == (1, 1)


def test_meeting_to_come_is_planned_without_a_reason(visit, dx_office, plan):
    sent = {"name": "第2回", "held_on": "R30.8.1", "agenda": "進捗"}
    new = reverse("part_new", args=[plan.pk, "meetings"]) + "?from=meetings"

    response = visit(dx_office, new, sent)
    past = visit(dx_office, new, sent | {"name": "第1回", "held_on": "R5.8.1"})

    meeting = plan.meetings.get()
    assert response.url == meeting.get_absolute_url()
    assert (meeting.name, meeting.agenda_items) == ("第2回", ["進捗"])
    assert errors_of(past) == {
        "reason": ["実施中の計画の変更には理由が必要です。理由を入力してください。"]
    }


def test_meeting_is_edited_from_its_page_and_back(visit, dx_office, plan):
    meeting = make_meeting(plan, agenda="進捗")
    Meeting.objects.filter(pk=meeting.pk).update(held_on=datetime.date(2048, 8, 1))
    page = reverse("part_edit", args=[plan.pk, "meetings", meeting.pk]) + "?from=meetings"
    form = visit(dx_office, page).context["form"]
    assert "reason" not in form.fields
    sent = {field.html_name: field.value() or "" for field in form} | {"place": "301会議室"}

    response = visit(dx_office, page, sent)

    meeting.refresh_from_db()
    assert (response.url, meeting.place) == (meeting.get_absolute_url(), "301会議室")


def test_home_tells_departments_what_to_answer_and_the_office_what_to_judge(
    visit, town, staff, dx_office, committee, plan, meeting, opinion
):
    other = make_department(town, name="町民課")
    colleague = make_person("colleague", town, role="staff", department=other)
    people = (staff, colleague, dx_office, committee)

    def waiting():
        found = [visit(person, "/").context["parts"][0]["points"] for person in people]
        return [(points.unanswered, points.unsettled) for points in found]

    record_opinion(meeting=meeting, said=OpinionSaid("decision", "全体に"), user=dx_office)
    before = waiting()
    respond(opinion_id=opinion.pk, version=0, text="対応", user=staff)
    tile = read_page(visit(dx_office, "/")).first("a", href=f"{url('meeting_list', plan)}#open")

    assert before == [(1, 0), (0, 0), (0, 0), (0, 0)]
    assert waiting() == [(0, 0), (0, 0), (0, 1), (0, 0)]
    assert tile.text() == "入力された対応を確かめる 1件が確認待ち"
