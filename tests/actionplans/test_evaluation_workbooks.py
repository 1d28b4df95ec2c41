"""Evaluations by workbook: filled in, shown beside what stands, saved once confirmed."""

from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from actionplans.evaluation_columns import EVALUATIONS
from actionplans.evaluation_import import save_upload
from actionplans.models import Evaluation
from dxplan.lib.audit import event_models
from plans.models import Upload
from plans.uploads import SavedMeanwhile
from tests.factories import make_action, make_department, make_kpi, make_result
from tests.filled_forms import (
    FilledForm,
    confirm,
    fetched,
    findings,
    handed_in,
    refusal,
    upload_url,
)
from tests.hostile_workbooks import saved
from tests.races import together
from tests.spreadsheets import saved_by_libreoffice

DEGREE, SELF, CAUSE = "目標の達成度", "自己評価", "未達成の原因・理由"
NEXT, WHY = "翌年度の方向", "方向の理由"


@pytest.fixture
def fetch(visit):
    return partial(fetched, visit, "evaluation")


@pytest.fixture
def hand_in(visit):
    return partial(handed_in, visit, "evaluation")


def said(action):
    return Evaluation.objects.values_list(
        "attainment", "comment", "cause", "direction", "direction_reason", "version"
    ).get(action_plan=action)


def test_form_has_a_line_per_own_action_plan_with_what_is_known(fetch, staff, plan, action):
    kpi = make_kpi(plan, targets={2025: "45"})
    action.kpi_links.create(kpi=kpi)
    make_result(kpi, 2025, "50", review_state="checked")
    action.evaluations.create(fiscal_year=2024, attainment="partly", is_sample=True)
    action.evaluations.create(fiscal_year=2025, comment="順調\n=1+1", version=3)
    make_action(plan, department=make_department(plan.municipality, name="町民課"))

    form = fetch(staff, plan)

    assert form.line(0) == list(EVALUATIONS.headers.values())
    assert form.line(1) == [
        *(action.number, "オンライン化", "企画課", "指標 1/1 達成", "一部達成"),
        *(None, "順調\n=1+1", None, None, None),
        *("施策の評価-1", plan.municipality.code, "dx", "2025", "3"),
    ]
    assert form.sheet.max_row == 4
    assert "見本" in form.sheet["A2"].value


def test_form_offers_words_and_locks_all_but_the_cells_to_fill_in(fetch, staff, plan, action):
    form = fetch(staff, plan)

    lists = {item.errorTitle: item.formula1 for item in form.sheet.data_validations.dataValidation}
    assert lists == {DEGREE: '"達成,一部達成,未達成"', NEXT: '"継続,拡充,見直し,完了,廃止"'}
    headers = EVALUATIONS.headers.values()
    unlocked = [name for name in headers if not form.cell(1, name).protection.locked]
    assert unlocked == [DEGREE, SELF, CAUSE, NEXT, WHY]


def test_filled_in_form_is_saved_once_confirmed_and_on_record_once(
    visit, fetch, hand_in, staff, plan, action, tmp_path
):
    form = fetch(staff, plan)
    form[1, DEGREE], form[1, CAUSE], form[1, NEXT] = "一部達成", "人手不足\n二行目", "見直し"
    page = hand_in(staff, plan, saved_by_libreoffice(saved(form.book), tmp_path))

    assert findings(page) == ["new"]
    assert (
        page.context["page"].lines[0].subject.note == "提出までに「方向の理由」の入力が必要です。"
    )
    assert Evaluation.objects.count() == 0

    for _ in range(2):
        response = confirm(visit, staff, page)
        assert response.url == f"{reverse('evaluation_list', args=[plan.pk])}?fiscal_year=2025"

    assert said(action) == ("partly", "", "人手不足\n二行目", "review", "", 1)
    [event] = event_models()[Evaluation].objects.all()
    assert event.pgh_context["reason"] == "Excelファイル「回答.xlsx」の取込み"
    assert findings(hand_in(staff, plan, form)) == ["unchanged"]


def test_all_mistakes_are_told_at_once_and_come_back_marked(
    visit, fetch, hand_in, staff, plan, department, action
):
    make_action(plan, title="窓口", department=department)
    form = fetch(staff, plan)
    form[1, DEGREE], form[1, NEXT], form[1, SELF] = "◎", "続ける", "字" * 10_001
    form[2, DEGREE], form[2, SELF] = "達成", "#N/A"
    form.cell(2, SELF).data_type = "e"

    page = hand_in(staff, plan, form)

    assert findings(page) == ["error", "error"]
    first, second = (line.reading.errors for line in page.context["page"].lines)
    assert first == {
        "attainment": "「◎」は選べません。達成・一部達成・未達成から選んでください。",
        "direction": "「続ける」は選べません。継続・拡充・見直し・完了・廃止から選んでください。",
        "comment": "10,000字までです（現在10,001字）。",
    }
    assert second == {"comment": "「#N/A」は表計算ソフトのエラー値です。値を入力してください。"}
    assert (confirm(visit, staff, page).status_code, Evaluation.objects.count()) == (422, 0)

    marked = FilledForm(visit(staff, page.context["marked_url"]).content)
    assert marked[1, DEGREE] == "◎"
    assert marked.cell(1, DEGREE).comment.text == first["attainment"]
    assert marked[2, "確認してほしいこと"] == second["comment"]


def test_blank_means_no_change(visit, fetch, hand_in, staff, plan, action):
    action.evaluations.create(fiscal_year=2025, attainment="achieved", comment="順調")
    form = fetch(staff, plan)
    form[1, SELF], form[1, NEXT] = None, "完了"

    confirm(visit, staff, hand_in(staff, plan, form))

    assert said(action) == ("achieved", "順調", "", "complete", "", 2)


@pytest.mark.parametrize(("side", "comment", "version"), [("mine", "私", 3), ("theirs", "他", 2)])
def test_conflict_shows_three_sides_and_is_settled_by_choice(
    visit, fetch, hand_in, staff, plan, action, side, comment, version
):
    action.evaluations.create(fiscal_year=2025, comment="初め", cause="初めの原因")
    form = fetch(staff, plan)
    form[1, SELF] = "私"
    Evaluation.objects.update(
        comment="他", cause="別の原因", version=2, entered_by_name="香美 花子"
    )
    page = hand_in(staff, plan, form)

    assert findings(page) == ["conflict"]
    cells = {cell.header: cell for cell in page.context["page"].lines[0].found}
    assert (cells[SELF].read, cells[SELF].standing, cells[SELF].base) == ("私", "他", "初め")
    assert cells[CAUSE].finding.value == "unchanged"
    assert "香美 花子が別の内容を保存しています。" in page.content.decode()
    assert confirm(visit, staff, page).status_code == 422

    confirm(visit, staff, page, **{f"side-{action.pk}": side, f"standing-{action.pk}": "2"})
    assert said(action) == ("", comment, "別の原因", "", "", version)


def test_text_that_a_formula_gave_is_asked_about(
    visit, fetch, hand_in, staff, plan, action, tmp_path
):
    form = fetch(staff, plan)
    form[1, SELF] = '="順"&"調"'
    page = hand_in(staff, plan, saved_by_libreoffice(saved(form.book), tmp_path))

    assert findings(page) == ["question"]
    assert (confirm(visit, staff, page).status_code, Evaluation.objects.count()) == (422, 0)
    confirm(visit, staff, page, **{f"confirmed-{action.pk}": "順調"})
    assert said(action) == ("", "順調", "", "", "", 1)


def test_evaluation_that_was_handed_in_is_locked_and_refused(
    visit, fetch, hand_in, staff, plan, action
):
    evaluation = action.evaluations.create(
        fiscal_year=2025, attainment="achieved", direction="continue"
    )
    form = fetch(staff, plan)
    submitted = {"submitted_by": staff, "submitted_by_name": staff.name}
    Evaluation.objects.filter(pk=evaluation.pk).update(
        review_state="submitted", submitted_at=timezone.now(), version=2, **submitted
    )
    assert fetch(staff, plan).cell(1, SELF).protection.locked
    form[1, SELF] = "後から"

    page = hand_in(staff, plan, form)

    assert page.context["page"].lines[0].error == (
        "「提出済み」のため変更できません。直すときは、取下げか差戻しの後に取り込んでください。"
    )
    assert (confirm(visit, staff, page).status_code, said(action)[1]) == (422, "")


def test_dx_office_says_why_it_evaluates_for_a_department(
    visit, fetch, hand_in, dx_office, plan, action
):
    form = fetch(dx_office, plan)
    form[1, SELF] = "代理"
    page = hand_in(dx_office, plan, form)

    refused = confirm(visit, dx_office, page)
    assert refused.status_code == 422
    assert "ほかの課の評価を変える理由を入力してください。" in refused.content.decode()

    confirm(visit, dx_office, page, on_behalf="担当者の不在のため")
    assert Evaluation.objects.get().on_behalf_reason == "担当者の不在のため"


def test_numbers_of_other_departments_are_told_like_unknown_ones(
    fetch, hand_in, dx_office, staff, plan, action
):
    make_action(plan, department=make_department(plan.municipality, name="町民課"))
    form = fetch(dx_office, plan)
    form[1, "番号"] = "99"

    page = hand_in(staff, plan, form)

    assert [line.error for line in page.context["page"].lines] == [
        "番号「99」は、担当する取組にありません。",
        f"番号「{form[2, '番号']}」は、担当する取組にありません。",
    ]


def test_workbook_of_results_is_no_workbook_of_evaluations(visit, hand_in, staff, plan, action):
    make_kpi(plan)
    results = fetched(visit, "result", staff, plan)

    assert refusal(hand_in(staff, plan, results)) == (
        "施策の評価の様式のシートが見つかりません。この画面で受け取った様式に入力してください。"
    )


def test_year_closed_after_the_preview_saves_nothing(visit, fetch, hand_in, staff, plan, action):
    form = fetch(staff, plan)
    form[1, SELF] = "順調"
    page = hand_in(staff, plan, form)
    plan.years.filter(fiscal_year=2025).update(state="closed")

    assert (confirm(visit, staff, page).status_code, Evaluation.objects.count()) == (409, 0)


def test_year_without_action_plans_is_said(visit, staff, plan):
    text = visit(staff, upload_url("evaluation", plan)).content.decode()

    assert "この年度に担当する取組はありません" in text


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_constant_queries(count_queries, fetch, hand_in, staff, plan, department, count):
    for _ in range(count):
        make_action(plan, department=department).evaluations.create(fiscal_year=2025)
    form = fetch(staff, plan)
    for line in range(1, count + 1):
        form[line, SELF] = "私"
    Evaluation.objects.update(comment="他", version=2)
    path = hand_in(staff, plan, form).wsgi_request.path

    assert count_queries(16, staff, upload_url("evaluation", plan)).context["count"] == count
    assert findings(count_queries(17, staff, path)) == ["conflict"] * count
    count_queries(15, staff, reverse("evaluation_workbook", args=[plan.pk]))


def test_other_years_form_is_refused(fetch, hand_in, staff, plan, action):
    form = fetch(staff, plan, 2026)

    assert refusal(hand_in(staff, plan, form)) == (
        "令和8年度の様式です。令和7年度の様式を選ぶか、年度を切り替えてください。"
    )


@pytest.mark.parametrize("year", ["令和7年度", "R7"])
def test_year_that_somebody_wrote_otherwise_is_the_same_year(
    fetch, hand_in, staff, plan, action, year
):
    form = fetch(staff, plan)
    form[1, "年度"], form[1, SELF] = year, "順調"

    assert findings(hand_in(staff, plan, form)) == ["new"]


def test_reason_with_characters_that_no_database_keeps_is_saved_without_them(
    visit, fetch, hand_in, dx_office, plan, action
):
    form = fetch(dx_office, plan)
    form[1, SELF] = "代理"

    confirm(visit, dx_office, hand_in(dx_office, plan, form), on_behalf="不在\0のため")

    assert Evaluation.objects.get().on_behalf_reason == "不在�のため"


HARD_TO_KEEP = (
    *("=1+1", "==x", "+1", "-1", "@x", "'=1+1", "a\tb", "a\r\nb", "a\nb\n\nc", "_x0041_", "0012"),
    *("𠮷野髙﨑か\u3099", "\ufeffbom", "a\u200bb", "a\u202eb", "2025/4/1", "1e5", "TRUE", "#N/A"),
    *("<script>alert(1)</script>", "{{7*7}}", "あ" * 10_000),
)


@pytest.mark.parametrize("is_by_libreoffice", [False, True])
def test_texts_that_are_hard_to_keep_come_back_unchanged(
    visit, hand_in, staff, plan, department, is_by_libreoffice, tmp_path
):
    for text in HARD_TO_KEEP:
        said = dict.fromkeys(("comment", "cause", "direction_reason"), text)
        make_action(plan, department=department).evaluations.create(fiscal_year=2025, **said)
    url = reverse("evaluation_workbook", args=[plan.pk])
    form = visit(staff, url, query_params={"fiscal_year": 2025}).content
    if is_by_libreoffice:
        form = saved_by_libreoffice(form, tmp_path)

    assert findings(hand_in(staff, plan, form)) == ["unchanged"] * len(HARD_TO_KEEP)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [0, 1])
def test_files_confirmed_at_the_same_moment_are_saved_once(
    fetch, hand_in, staff, plan, action, version
):
    if version:
        action.evaluations.create(fiscal_year=2025, comment="初め")
    form, year, confirmations = fetch(staff, plan), plan.years.get(fiscal_year=2025), []
    for text in ("私", "他"):
        form[1, SELF] = text
        lines = hand_in(staff, plan, form).context["page"].changed
        upload = Upload.objects.latest("pk")
        confirmations.append(
            partial(save_upload, upload=upload, plan_year=year, lines=lines, user=staff)
        )
    mine, other = confirmations

    saved = together(mine, mine, other, refusals=SavedMeanwhile)

    winner = "私" if saved[0] == 1 else "他"
    assert [found == 1 for found in saved] == [winner == "私", winner == "私", winner == "他"]
    assert said(action)[1:] == (winner, "", "", "", version + 1)
    assert event_models()[Evaluation].objects.count() == version + 1
