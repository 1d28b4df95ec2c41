"""A department's results by workbook: the form, its way back, the preview, the confirmation."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from dxplan.lib.audit import event_models
from dxplan.lib.entry_sheets.layout import REMARKS
from kpis.models import Result
from kpis.result_columns import HEADERS
from plans.models import PlanYear, Upload
from tests.factories import hand_in as submit
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_result,
    make_town,
)
from tests.filled_forms import (
    FIRST,
    FilledForm,
    confirm,
    fetched,
    findings,
    handed_in,
    messages,
    refusal,
)
from tests.filled_forms import upload_url as urls_of
from tests.hostile_workbooks import HOSTILE, saved
from tests.spreadsheets import saved_by_libreoffice


@pytest.fixture
def kpi(plan, department):
    return make_kpi(plan, departments=[department], targets={2025: "45"}, unit="手続")


upload_url = partial(urls_of, "result")


@pytest.fixture
def fetch(visit):
    return partial(fetched, visit, "result")


@pytest.fixture
def hand_in(visit):
    return partial(handed_in, visit, "result")


def test_form_has_a_line_per_own_kpi_with_what_is_known(fetch, staff, plan, kpi):
    make_result(kpi, 2024, "39")
    make_result(kpi, 2025, "41", note="年度末", taken_fiscal_year=2025)
    make_kpi(plan, departments=[make_department(plan.municipality, name="町民課")])

    form = fetch(staff, plan)

    assert form.line(0) == list(HEADERS.values())
    assert form.line(1) == [
        *("1", "指標1", "企画課", "その年度の値", "手続", "45 手続", "39 手続"),
        *(41, None, None, "確定", None, "令和7年度", "年度末"),
        *("実績入力-1", plan.municipality.code, "dx", "2025", "1"),
    ]
    assert form.sheet.max_row == FIRST


def test_form_locks_all_but_the_cells_to_fill_in(fetch, staff, plan, department):
    make_kpi(plan, departments=[department], unit="%", measurement_type="ratio")
    make_kpi(plan, departments=[department])

    form = fetch(staff, plan)

    def unlocked(line):
        return [name for name in HEADERS.values() if not form.cell(line, name).protection.locked]

    assert form.sheet.protection.sheet is True
    assert unlocked(1) == ["実績", "分子", "分母", "値の状態", "時点", "備考"]
    assert unlocked(2) == ["実績", "値の状態", "時点", "備考"]


def test_form_offers_states_and_stages(fetch, staff, plan, department):
    make_kpi(plan, departments=[department], measurement_type="milestone", unit="")
    make_kpi(plan, departments=[department])

    choices = fetch(staff, plan).sheet.data_validations.dataValidation

    assert {item.formula1: str(item.sqref) for item in choices} == {
        '"確定,速報,調査なし,対象外,算定不能"': "K4 K5",
        '"未着手,準備中,実施中,完了"': "H4",
    }


def test_form_hides_its_keys(fetch, staff, plan, kpi):
    form = fetch(staff, plan)

    hidden = [
        form.sheet[f"{letter}{FIRST - 1}"].value
        for letter, dimension in form.sheet.column_dimensions.items()
        if dimension.hidden
    ]

    assert hidden == ["様式", "団体コード", "計画コード", "年度", "版"]


def test_text_that_begins_like_a_formula_stays_text(fetch, staff, plan, department):
    kpi = make_kpi(plan, departments=[department], name='=HYPERLINK("x")')
    make_result(kpi, 2025, "1", note="=1+1")

    form = fetch(staff, plan)

    assert [form.cell(1, name).data_type for name in ("指標", "備考")] == ["s", "s"]


def test_dx_office_takes_the_form_of_one_department_or_of_all(fetch, dx_office, plan, kpi):
    other = make_department(plan.municipality, name="町民課")
    make_kpi(plan, departments=[other])

    assert [fetch(dx_office, plan)[line, "番号"] for line in (1, 2)] == ["1", "2"]
    form = fetch(dx_office, plan, department=other.pk)
    assert (form[1, "番号"], form.sheet.max_row) == ("2", FIRST)


def test_form_of_a_department_that_one_does_not_enter_for_is_not_found(visit, staff, plan, kpi):
    other = make_department(plan.municipality, name="町民課")
    foreign = make_department(make_town(code="345458", name="神石高原町"))

    def status(department_id):
        url = reverse("result_workbook", args=[plan.pk])
        return visit(staff, url, query_params={"department": department_id}).status_code

    assert {status(other.pk), status(foreign.pk), status(2_000_000_000)} == {404}


def test_filled_in_form_is_shown_and_saved_once_confirmed(
    visit, fetch, hand_in, staff, plan, department, kpi
):
    share = make_kpi(plan, departments=[department], measurement_type="ratio", unit="%", decimals=1)
    stage = make_kpi(plan, departments=[department], measurement_type="milestone", unit="")
    words = make_kpi(plan, departments=[department], measurement_type="qualitative", unit="")
    form = fetch(staff, plan)
    form[1, "実績"], form[1, "時点"], form[1, "備考"] = "４１手続", "R7.3末", "=2+3です"
    form.cell(1, "備考").data_type = "s"
    form[2, "分子"], form[2, "分母"], form[2, "値の状態"] = 33, 48, "速報"
    form[3, "実績"] = "実施中"
    form[4, "実績"] = "庁内に浸透した"

    page = hand_in(staff, plan, form)

    assert findings(page) == ["new", "new", "new", "new"]
    assert [
        (cell.address, cell.typed, cell.read) for cell in page.context["page"].lines[0].found
    ] == [
        ("H4", "４１手続", "41"),
        ("M4", "R7.3末", "令和7年3月末"),
        ("N4", "=2+3です", "=2+3です"),
    ]
    assert Result.objects.count() == 0

    response = confirm(visit, staff, page)

    assert response.url == f"{reverse('result_grid', args=[plan.pk])}?fiscal_year=2025"
    stored = {result.kpi_id: result for result in Result.objects.all()}
    assert (stored[kpi.pk].value, stored[kpi.pk].note) == (Decimal(41), "=2+3です")
    assert (stored[share.pk].numerator, stored[share.pk].state) == (Decimal(33), "preliminary")
    assert (stored[stage.pk].milestone, stored[words.pk].text) == ("in_progress", "庁内に浸透した")


def events():
    return event_models()[Result].objects.count()


def test_every_change_is_on_record_once_with_the_file_it_came_from(
    visit, fetch, hand_in, staff, plan, department, kpi
):
    make_kpi(plan, departments=[department])
    make_result(kpi, 2025, "40")
    form = fetch(staff, plan)
    form[1, "実績"], form[2, "実績"] = 41, 5
    before = events()

    confirm(visit, staff, hand_in(staff, plan, form))

    assert events() == before + 2
    last = event_models()[Result].objects.order_by("-pgh_id")[:2]
    assert {event.pgh_context["reason"] for event in last} == {"Excelファイル「回答.xlsx」の取込み"}


def test_same_file_twice_changes_nothing(visit, fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form[1, "実績"], form[1, "備考"] = "４１", "二行\nの文"
    confirm(visit, staff, hand_in(staff, plan, form))
    before = events()

    page = hand_in(staff, plan, form)

    assert findings(page) == ["unchanged"]
    assert "登録済みの内容から変わるところはありません。" in page.content.decode()
    confirm(visit, staff, page)
    assert (events(), Result.objects.get().version) == (before, 1)


def test_confirmation_sent_twice_saves_once(visit, fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form[1, "実績"] = 41
    page = hand_in(staff, plan, form)

    first, second = (confirm(visit, staff, page) for _ in range(2))

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert Result.objects.get().version == 1


def test_untouched_form_changes_nothing(fetch, hand_in, staff, plan, department, kpi):
    make_result(kpi, 2025, "12345678901234.123456", note=" 前後の空白 \n")
    share = make_kpi(plan, departments=[department], measurement_type="ratio", unit="%")
    make_result(share, 2025, numerator=Decimal(1234), denominator=Decimal("3.5"))
    stage = make_kpi(plan, departments=[department], measurement_type="milestone", unit="")
    make_result(stage, 2025, milestone="done", state="preliminary")
    plain = make_kpi(plan, departments=[department], decimals=1)
    make_result(plain, 2025, state="not_computable", note="理由")

    assert findings(hand_in(staff, plan, fetch(staff, plan))) == ["unchanged"] * 4


def test_blank_means_no_change(visit, fetch, hand_in, staff, plan, kpi):
    make_result(kpi, 2025, "41", note="年度末")
    form = fetch(staff, plan)
    form[1, "実績"], form[1, "備考"] = None, "直した"

    confirm(visit, staff, hand_in(staff, plan, form))

    result = Result.objects.get()
    assert (result.value, result.note) == (Decimal(41), "直した")


def test_state_without_value_takes_the_value_away(visit, fetch, hand_in, staff, plan, kpi):
    make_result(kpi, 2025, "41")
    form = fetch(staff, plan)
    form[1, "実績"], form[1, "値の状態"] = None, "調査なし"
    page = hand_in(staff, plan, form)

    assert [
        (cell.header, cell.typed, cell.read, cell.standing, cell.finding.value)
        for cell in page.context["page"].lines[0].found
    ] == [
        ("実績", "（空欄になります）", "調査なし", "41", "changed"),
        ("値の状態", "調査なし", "調査なし", "確定", "changed"),
    ]
    confirm(visit, staff, page)

    result = Result.objects.get()
    assert (result.state, result.value) == ("not_surveyed", None)


def test_all_mistakes_are_told_at_once_and_nothing_is_saved(
    visit, fetch, hand_in, staff, plan, department, kpi
):
    for _ in range(3):
        make_kpi(plan, departments=[department])
    form = fetch(staff, plan)
    form[1, "実績"], form[1, "時点"], form[1, "値の状態"] = "27件", "いつか", "たぶん"
    form[2, "実績"] = "#N/A"
    form[2, "分子"] = 3
    form[3, "実績"] = "=1+1"
    form[4, "実績"] = 5

    page = hand_in(staff, plan, form)

    assert findings(page) == ["error", "error", "error", "new"]
    assert messages(page) == {
        "実績": "計算されていない数式です。Excelで開いて保存し直すか、値を入力してください。",
        "分子": "この指標では入力しない欄です。空にしてください。",
        "値の状態": "状態を一覧から選んでください。",
        "時点": "「いつか」は時点として読み取れません。「令和6年度」「R7.3末」「令和7年3月31日」の"
        "ように入力してください。",
    }
    assert confirm(visit, staff, page).status_code == 422
    assert Result.objects.count() == 0


def test_marked_form_says_what_is_wrong_beside_each_cell(
    visit, fetch, hand_in, staff, plan, department, kpi
):
    make_kpi(plan, departments=[department], unit="手続")
    form = fetch(staff, plan)
    form[1, "実績"], form[2, "実績"] = "27件", 5
    page = hand_in(staff, plan, form)

    url = page.context["marked_url"]
    marked = FilledForm(visit(staff, url).content)

    reason = "「27件」の単位「件」は使えません。この欄の単位は「手続」です。（例: 12）"
    assert (marked[1, "実績"], marked.cell(1, "実績").comment.text) == ("27件", reason)
    assert marked.cell(1, "実績").fill.fgColor.rgb == "00FFD0D0"
    assert (marked[1, REMARKS], marked[2, REMARKS]) == (reason, None)
    assert (marked[2, "実績"], marked.cell(2, "実績").comment) == (5, None)

    marked[1, "実績"] = 27
    assert findings(hand_in(staff, plan, marked)) == ["new", "new"]


@pytest.mark.parametrize("typed", ["約30", "27(累計)"])
def test_doubtful_value_is_saved_only_when_confirmed(
    visit, fetch, hand_in, staff, plan, kpi, typed
):
    form = fetch(staff, plan)
    form[1, "実績"] = typed
    page = hand_in(staff, plan, form)
    assert findings(page) == ["question"]

    refused = confirm(visit, staff, page)

    assert (refused.status_code, Result.objects.count()) == (422, 0)
    confirm(visit, staff, page, **{f"confirmed-{kpi.pk}": typed})
    assert Result.objects.get().note != ""


def test_value_that_a_formula_gave_is_asked_about(
    visit, fetch, hand_in, staff, plan, kpi, tmp_path
):
    form = fetch(staff, plan)
    form[1, "実績"] = "=20+21"

    page = hand_in(staff, plan, saved_by_libreoffice(saved(form.book), tmp_path))

    [line] = page.context["page"].lines
    assert line.reading.question == "「41」は数式の計算結果です。この値でよろしいですか。"
    assert confirm(visit, staff, page).status_code == 422
    confirm(visit, staff, page, **{f"confirmed-{kpi.pk}": "41"})
    assert Result.objects.get().value == Decimal(41)


@pytest.mark.parametrize(("typed", "read"), [("－", "調査なし"), ("集計中", "未入力")])
def test_word_that_stands_for_a_state_is_read_as_it(fetch, hand_in, staff, plan, kpi, typed, read):
    form = fetch(staff, plan)
    form[1, "実績"] = typed

    [cell] = hand_in(staff, plan, form).context["page"].lines[0].found

    assert (cell.typed, cell.read, cell.finding.value) == (typed, read, "new")


@pytest.mark.parametrize("value", ["400", "4"])
def test_ten_times_last_years_value_and_a_tenth_are_asked_about(
    fetch, hand_in, staff, plan, kpi, value
):
    make_result(kpi, 2024, "40")
    form = fetch(staff, plan)
    form[1, "実績"] = int(value)

    assert findings(hand_in(staff, plan, form)) == ["question"]


def test_total_below_last_years_needs_a_reason(fetch, hand_in, staff, plan, department):
    kpi = make_kpi(plan, departments=[department], measurement_type="cumulative_total")
    make_result(kpi, 2024, "40")
    form = fetch(staff, plan)
    form[1, "実績"] = 39

    assert findings(hand_in(staff, plan, form)) == ["error"]
    form[1, "備考"] = "重複を除いた"
    assert findings(hand_in(staff, plan, form)) == ["new"]


def test_share_shown_as_percent_is_read_as_shown(fetch, hand_in, staff, plan, department):
    make_kpi(plan, departments=[department], measurement_type="ratio", unit="%")
    form = fetch(staff, plan)
    form[1, "実績"] = 0.12
    form.cell(1, "実績").number_format = "0%"

    page = hand_in(staff, plan, form)

    [cell] = page.context["page"].lines[0].found
    assert (cell.typed, cell.read, cell.finding.value) == ("12%", "12", "new")


def test_value_saved_meanwhile_is_shown_beside_and_kept_until_one_chooses(
    visit, fetch, hand_in, staff, plan, kpi
):
    make_result(kpi, 2025, "40", note="初め")
    form = fetch(staff, plan)
    form[1, "実績"] = 41
    Result.objects.update(value=Decimal(42), version=2, entered_by_name="香美 太郎")

    page = hand_in(staff, plan, form)

    assert findings(page) == ["conflict"]
    value, note = page.context["page"].lines[0].found[0], page.context["page"].lines[0].found[-1]
    assert (value.read, value.standing, value.base) == ("41", "42", "40")
    assert (note.header, note.finding.value) == ("備考", "unchanged")
    assert "香美 太郎が別の内容を保存しています。" in page.content.decode()
    assert confirm(visit, staff, page).status_code == 422
    assert Result.objects.get().value == Decimal(42)


@pytest.mark.parametrize(("side", "value", "version"), [("mine", 41, 3), ("theirs", 42, 2)])
def test_conflict_is_settled_by_choice(
    visit, fetch, hand_in, staff, plan, kpi, side, value, version
):
    make_result(kpi, 2025, "40")
    form = fetch(staff, plan)
    form[1, "実績"] = 41
    Result.objects.update(value=Decimal(42), version=2, note="別の人の備考")
    page = hand_in(staff, plan, form)

    confirm(visit, staff, page, **{f"side-{kpi.pk}": side, f"standing-{kpi.pk}": "2"})

    result = Result.objects.get()
    assert (result.value, result.version, result.note) == (value, version, "別の人の備考")


def test_choice_made_before_yet_another_save_is_asked_again(
    visit, fetch, hand_in, staff, plan, kpi
):
    make_result(kpi, 2025, "40")
    form = fetch(staff, plan)
    form[1, "実績"] = 41
    Result.objects.update(value=Decimal(42), version=2)
    page = hand_in(staff, plan, form)
    Result.objects.update(value=Decimal(43), version=3)

    answer = confirm(visit, staff, page, **{f"side-{kpi.pk}": "mine", f"standing-{kpi.pk}": "2"})

    assert answer.status_code == 422
    assert Result.objects.get().value == Decimal(43)


def test_same_value_saved_meanwhile_is_no_conflict(fetch, hand_in, staff, plan, kpi):
    make_result(kpi, 2025, "40")
    form = fetch(staff, plan)
    form[1, "実績"] = 41
    Result.objects.update(value=Decimal(41), version=2)

    assert findings(hand_in(staff, plan, form)) == ["unchanged"]


def test_value_that_came_first_meanwhile_has_no_base(fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form[1, "実績"] = 41
    make_result(kpi, 2025, "42")

    [cell] = hand_in(staff, plan, form).context["page"].lines[0].found

    assert (cell.finding.value, cell.read, cell.standing, cell.base) == ("conflict", "41", "42", "")


def test_numbers_of_others_are_told_like_unknown_ones(fetch, hand_in, dx_office, staff, plan, kpi):
    other = make_kpi(plan, departments=[make_department(plan.municipality, name="町民課")])
    foreign_plan = make_plan(make_town(code="345458", name="神石高原町"))
    foreign = make_kpi(foreign_plan, number="F-1")
    form = fetch(dx_office, plan)
    form[2, "実績"] = 5
    texts = []
    for number in (other.number, foreign.number, "存在しない"):
        form[2, "番号"] = number
        line = hand_in(staff, plan, form).context["page"].lines[1]
        texts.append(line.error.replace(number, "…"))

    assert texts == ["番号「…」は、担当する指標にありません。"] * 3


def test_double_row_is_refused(fetch, hand_in, staff, plan, department, kpi):
    make_kpi(plan, departments=[department])
    form = fetch(staff, plan)
    form[2, "番号"], form[2, "実績"] = "1", 5

    page = hand_in(staff, plan, form)

    assert findings(page) == ["error", "error"]
    assert page.context["page"].lines[0].error == (
        "番号「1」の行が2つ以上あります（4・5行目）。1つだけ残してください。"
    )


def test_line_that_somebody_added_is_refused_alone(fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form[2, "実績"] = 5

    page = hand_in(staff, plan, form)

    assert [line.error for line in page.context["page"].lines] == [
        "",
        "番号がありません。様式の行をそのまま使ってください。",
    ]


def test_changed_version_is_refused(fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form[1, "版"], form[1, "実績"] = "abc", 5

    assert findings(hand_in(staff, plan, form)) == ["error"]


def test_reordered_and_extra_columns_are_said_and_read(fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form[1, "実績"] = 41
    form.sheet.move_range("H3:H4", cols=20)
    form.sheet["H3"], form.sheet["H4"] = "メモ", "読まない"

    page = hand_in(staff, plan, form)

    assert findings(page) == ["new"]
    assert page.context["page"].remarks == (
        "列「メモ」は様式にないため、読み取りません。",
        "列の順序が様式と異なりますが、見出しで読み取りました。",
    )


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("様式", "実績入力-0", "様式の版が異なります。"),
        ("団体コード", "345458", "この計画の様式ではありません。"),
        ("計画コード", "other", "この計画の様式ではありません。"),
        ("年度", "2024", "令和6年度の様式です。令和7年度の様式を選ぶか"),
        ("年度", "たぶん", "年度の欄が読み取れません。"),
    ],
)
def test_form_of_something_else_is_refused(fetch, hand_in, staff, plan, kpi, column, value, text):
    form = fetch(staff, plan)
    form[1, column] = value

    page = hand_in(staff, plan, form)

    assert (page.status_code, refusal(page).startswith(text)) == (422, True)


def test_form_without_a_column_or_with_one_twice_is_refused(fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form.cell(0, "備考").value = "実績"

    assert refusal(hand_in(staff, plan, form)) == (
        "列「実績」が2つ以上あります。1つだけ残してください。"
    )
    form.cell(0, "実績").value = "Jisseki"
    assert refusal(hand_in(staff, plan, form)) == (
        "列「備考」がありません。様式を受け取り直してください。"
    )


def test_workbook_without_the_sheet_or_with_two_is_refused(fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form.book.copy_worksheet(form.sheet)
    assert refusal(hand_in(staff, plan, form)) == (
        "様式のシートが2枚あります（実績入力、実績入力 Copy）。1枚だけ残してください。"
    )
    form.book.remove(form.sheet)
    form.book.remove(form.book["実績入力 Copy"])
    assert refusal(hand_in(staff, plan, form)) == (
        "実績入力の様式のシートが見つかりません。この画面で受け取った様式に入力してください。"
    )


def test_hostile_file_is_refused_with_its_reason(hand_in, staff, plan, kpi):
    page = hand_in(staff, plan, HOSTILE["macros"][0]())

    assert (page.status_code, refusal(page)) == (
        422,
        "マクロ付きのファイルです。Excelで開き、「Excelブック（.xlsx）」として保存し直してから"
        "選んでください。",
    )
    assert Upload.objects.count() == 0


def test_no_file_and_an_empty_one_are_refused(visit, hand_in, staff, plan, kpi):
    assert refusal(visit(staff, upload_url(plan), {})) == "ファイルを選んでください。"
    assert refusal(hand_in(staff, plan, b"")) == (
        "中身のないファイルです。保存し直してから選んでください。"
    )


@pytest.mark.parametrize("fiscal_year", [2024, 2026])
def test_year_that_is_not_open_takes_no_file(fetch, hand_in, staff, plan, kpi, fiscal_year):
    form = fetch(staff, plan, fiscal_year)

    page = hand_in(staff, plan, form, fiscal_year)

    assert (page.status_code, Upload.objects.count()) == (409, 0)
    assert "この年度は受付中ではないため、取り込めません。" in page.content.decode()


def test_year_closed_after_the_preview_saves_nothing(visit, fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form[1, "実績"] = 41
    page = hand_in(staff, plan, form)
    PlanYear.objects.filter(fiscal_year=2025).update(state="closed")

    response = confirm(visit, staff, page)

    assert (response.status_code, Result.objects.count()) == (409, 0)


def test_upload_is_its_owners_alone(visit, fetch, hand_in, staff, department, plan, kpi):
    colleague = make_person("colleague", plan.municipality, role="staff", department=department)
    path = hand_in(staff, plan, fetch(staff, plan)).wsgi_request.path

    assert visit(colleague, path).status_code == 404
    assert visit(colleague, f"{path}marked.xlsx").status_code == 404
    assert visit(staff, path.replace(f"/plans/{plan.pk}/", "/plans/0/")).status_code == 404


def test_upload_is_kept_for_half_a_day(visit, fetch, hand_in, staff, plan, kpi):
    path = hand_in(staff, plan, fetch(staff, plan)).wsgi_request.path
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(hours=12, seconds=1))

    assert visit(staff, path).status_code == 404
    hand_in(staff, plan, fetch(staff, plan))
    assert Upload.objects.count() == 1


def test_value_that_was_handed_in_is_locked_and_refused(visit, fetch, hand_in, staff, plan, kpi):
    submit(kpi, 2025, staff)
    form = fetch(staff, plan)
    assert form.cell(1, "実績").protection.locked
    assert findings(hand_in(staff, plan, form)) == ["unchanged"]
    form[1, "実績"] = 41

    page = hand_in(staff, plan, form)

    assert page.context["page"].lines[0].error == (
        "「提出済み」のため変更できません。直すときは、取下げか差戻しの後に取り込んでください。"
    )
    assert confirm(visit, staff, page).status_code == 422
    assert Result.objects.get().value == Decimal(1)


def test_dx_office_says_why_it_enters_for_a_department(visit, fetch, hand_in, dx_office, plan, kpi):
    form = fetch(dx_office, plan)
    form[1, "実績"] = 41
    page = hand_in(dx_office, plan, form)

    for reason in ("", "  ", "―", "あ" * 1001):
        refused = confirm(visit, dx_office, page, on_behalf=reason)
        assert (refused.status_code, Result.objects.count()) == (422, 0)

    confirm(visit, dx_office, page, on_behalf="担当者の不在のため")
    assert Result.objects.get().on_behalf_reason == "担当者の不在のため"
    last = event_models()[Result].objects.latest("pgh_id")
    assert last.pgh_context["reason"] == "Excelファイル「回答.xlsx」の取込み\n担当者の不在のため"


def test_text_is_shown_as_text(fetch, hand_in, staff, plan, kpi):
    form = fetch(staff, plan)
    form[1, "備考"] = "<script>alert(1)</script>{{ 7*7 }}"
    form[1, "実績"] = "<b>1</b>"

    text = hand_in(staff, plan, form).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text
    assert "<b>1</b>" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_upload_page_takes_constant_queries(count_queries, staff, plan, department, count):
    for _ in range(count):
        make_kpi(plan, departments=[department])

    response = count_queries(13, staff, upload_url(plan))

    assert response.context["count"] == count


@pytest.mark.parametrize("count", [1, 3])
def test_preview_takes_constant_queries(
    count_queries, fetch, hand_in, staff, plan, department, count
):
    for _ in range(count):
        make_result(make_kpi(plan, departments=[department]), 2025, "40")
    form = fetch(staff, plan)
    for line in range(1, count + 1):
        form[line, "実績"] = 41
    Result.objects.update(value=Decimal(42), version=2)
    path = hand_in(staff, plan, form).wsgi_request.path

    page = count_queries(14, staff, path)

    assert findings(page) == ["conflict"] * count


@pytest.mark.parametrize("count", [1, 3])
def test_form_takes_constant_queries(count_queries, staff, plan, department, count):
    for _ in range(count):
        make_kpi(plan, departments=[department])

    count_queries(12, staff, reverse("result_workbook", args=[plan.pk]))


def test_year_of_the_form_is_checked_by_the_plans_years(visit, staff, plan, kpi):
    make_plan_year(plan, 2027, state="planned")
    url = reverse("result_workbook", args=[plan.pk])

    assert visit(staff, url, query_params={"fiscal_year": "1999"}).status_code == 404
