"""Judgement in layers: what department, DX office and committee say beside the rules."""

import threading
from io import BytesIO

import openpyxl
import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from dxplan.accounts.models import User
from dxplan.lib.fiscal_years import FiscalYear
from kpis.exports import committee_workbook
from kpis.forms.judgements import (
    GRADE_NEEDED,
    NO_SUCH_GRADE,
    REASON_NEEDED,
    REASON_TO_UNDO,
    WHY_AND_WHAT_NEXT,
)
from kpis.judgements import Said, save_judgement
from kpis.measurement import JudgementLayer
from kpis.models import Judgement
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from plans.editing import Stale
from plans.models import Plan, PlanYear
from plans.years import YearNotOpen
from tests.conflicts import shown_conflict, three_sides
from tests.database import refusal_of
from tests.factories import (
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_result,
    make_scale,
    make_town,
    put_years,
)
from tests.races import together

PAIRS = 30
SELF, OFFICE, COMMITTEE = JudgementLayer
EXPLAINED = {"cause": "人手が足りなかった", "next_step": "研修を行う"}


@pytest.fixture
def kpi(plan, department):
    """A KPI of the staff's department that reached its target in 2025."""
    kpi = make_kpi(plan, departments=[department], targets={2025: "10"})
    make_result(kpi, 2025, "12")
    return kpi


@pytest.fixture
def late(plan, department):
    """A KPI of the staff's department that missed its target in 2025: grade D."""
    kpi = make_kpi(plan, departments=[department], targets={2025: "10"})
    make_result(kpi, 2025, "3")
    return kpi


def page_url(kpi, fiscal_year=2025):
    return f"{reverse('judgement', args=[kpi.pk])}?fiscal_year={fiscal_year}"


def list_url(plan, query="fiscal_year=2025"):
    return f"{reverse('judgement_list', args=[plan.pk])}?{query}"


def typed(layer, version=0, **texts):
    """The fields of one layer as a browser posts them, with the button that was pressed."""
    names = {
        SELF: ("symbol", "comment", "cause", "next_step"),
        OFFICE: ("symbol", "comment"),
        COMMITTEE: ("comment",),
    }[layer]
    fields = dict.fromkeys(names, "") | texts | {"version": version}
    return {f"{layer.value}-{name}": value for name, value in fields.items()} | {
        "layer": layer.value
    }


def say(kpi, layer, fiscal_year=2025, **texts):
    return Judgement.objects.create(
        kpi=kpi, fiscal_year=fiscal_year, layer=layer.value, **texts, entered_by_name="前の人"
    )


def stored(kpi, layer):
    """What is stored of a layer with its version, None where nothing is."""
    found = Judgement.objects.filter(kpi=kpi, layer=layer.value)
    return found.values_list("symbol", "comment", "cause", "next_step", "version").first()


def standing_of(kpi, fiscal_year=2025):
    return next(row for row in kpi_progress(kpi.plan, EVERYTHING) if row.id == kpi.pk).at(
        fiscal_year
    )


def forms_on(response):
    return {block.said.layer: block.form for block in response.context["blocks"]}


def errors_of(response):
    form = response.context["refused"]
    return {name: list(errors) for name, errors in form.errors.items()} if form else {}


def notices(response):
    return [str(message) for message in response.context["messages"]]


# ---- Saving ----------------------------------------------------------------------------------


def test_department_says_why_and_what_next(visit, staff, late):
    data = typed(SELF, symbol="C", comment="説明", **EXPLAINED)

    response = visit(staff, page_url(late), data, follow=True)

    assert response.redirect_chain == [(page_url(late), 302)]
    assert notices(response) == ["「担当課の自己評価」を保存しました。"]
    assert stored(late, SELF) == ("C", "説明", "人手が足りなかった", "研修を行う", 1)
    judgement = Judgement.objects.get()
    assert (judgement.entered_by, judgement.entered_by_name) == (staff, staff.name)
    standing = standing_of(late)
    assert (standing.grade.symbol, standing.lacks_cause, standing.is_overridden) == (
        *("D", False),
        False,
    )


@pytest.mark.parametrize("blank", ["", "　 \n", "－", "…"])
def test_missed_target_needs_cause_and_next_step(visit, staff, late, blank):
    response = visit(
        staff, page_url(late), typed(SELF, comment="説明", cause="雨", next_step=blank)
    )

    assert response.status_code == 422
    assert errors_of(response) == {"next_step": [WHY_AND_WHAT_NEXT]}
    form = forms_on(response)[SELF]
    assert (form["comment"].value(), form["cause"].value()) == ("説明", "雨")
    assert Judgement.objects.count() == 0


def test_both_are_asked_for_together(visit, staff, late):
    response = visit(staff, page_url(late), typed(SELF, symbol="C"))

    assert errors_of(response) == {
        "cause": [WHY_AND_WHAT_NEXT],
        "next_step": [WHY_AND_WHAT_NEXT],
    }


def test_reached_target_needs_neither(visit, staff, kpi):
    assert visit(staff, page_url(kpi), typed(SELF, symbol="A")).status_code == 302
    assert stored(kpi, SELF) == ("A", "", "", "", 1)


def test_missing_result_needs_neither(visit, staff, plan, department):
    kpi = make_kpi(plan, departments=[department], targets={2025: "10"})

    assert visit(staff, page_url(kpi), typed(SELF, comment="集計中")).status_code == 302


def test_office_overrides_with_a_reason_and_the_automatic_grade_stays(visit, dx_office, late):
    visit(dx_office, page_url(late), typed(OFFICE, symbol="B", comment="災害対応のため"))

    standing = standing_of(late)
    assert (standing.grade.symbol, standing.automatic_grade.symbol) == ("B", "D")
    assert standing.is_overridden
    assert standing.lacks_cause


OFFICE_REFUSALS = [
    ({"symbol": "B"}, {"comment": [REASON_NEEDED]}),
    ({"symbol": "B", "comment": "　―　"}, {"comment": [REASON_NEEDED]}),
    ({"comment": "理由だけ"}, {"symbol": [GRADE_NEEDED]}),
    ({"symbol": "S", "comment": "理由"}, {"symbol": [NO_SUCH_GRADE]}),
]


@pytest.mark.parametrize(("texts", "errors"), OFFICE_REFUSALS)
def test_override_that_is_incomplete_is_refused(visit, dx_office, late, texts, errors):
    response = visit(dx_office, page_url(late), typed(OFFICE, **texts))

    assert (response.status_code, errors_of(response)) == (422, errors)
    assert Judgement.objects.count() == 0


def test_override_is_taken_back_and_its_note_kept(visit, dx_office, late):
    say(late, OFFICE, symbol="B", comment="災害対応のため")

    visit(dx_office, page_url(late), typed(OFFICE, 1, comment="委員会の意見により戻した"))

    assert stored(late, OFFICE) == ("", "委員会の意見により戻した", "", "", 2)
    standing = standing_of(late)
    assert (standing.grade.symbol, standing.is_overridden) == ("D", False)
    page = visit(dx_office, page_url(late))
    assert forms_on(page)[OFFICE]["comment"].value() == "委員会の意見により戻した"


def test_override_is_not_taken_back_without_a_word(visit, dx_office, late):
    say(late, OFFICE, symbol="B", comment="災害対応のため")

    response = visit(dx_office, page_url(late), typed(OFFICE, 1))

    assert (response.status_code, errors_of(response)) == (422, {"comment": [REASON_TO_UNDO]})
    assert stored(late, OFFICE) == ("B", "災害対応のため", "", "", 1)


def test_nothing_said_is_nothing_saved(visit, dx_office, kpi):
    for layer in JudgementLayer:
        response = visit(dx_office, page_url(kpi), typed(layer), follow=True)
        assert notices(response) == [f"「{layer.label}」に変更はありませんでした。"]

    assert Judgement.objects.count() == 0


def test_opinion_of_the_committee_is_recorded_without_a_grade(visit, dx_office, late):
    visit(dx_office, page_url(late), typed(COMMITTEE, comment="体制を見直すこと。"))

    assert stored(late, COMMITTEE) == ("", "体制を見直すこと。", "", "", 1)
    assert standing_of(late).grade.symbol == "D"


def test_words_are_graded_by_the_department(visit, staff, plan, department):
    kpi = make_kpi(plan, departments=[department], measurement_type="qualitative")
    make_result(kpi, 2025, text="取り組んだ")

    page = visit(staff, page_url(kpi))
    visit(staff, page_url(kpi), typed(SELF, symbol="B"))

    help_text = forms_on(page)[SELF]["symbol"].help_text
    assert help_text == "文章で測る指標なので、この評語が年度の評語になります。"
    standing = standing_of(kpi)
    assert (standing.grade.symbol, standing.is_overridden) == ("B", False)


def test_grades_offered_are_those_of_the_years_scale(visit, staff, plan, kpi):
    make_scale(plan, 2025, [("◎", 100), ("△", None)])

    choices = forms_on(visit(staff, page_url(kpi)))[SELF].fields["symbol"].choices

    assert choices == [("", "選択しない"), ("◎", "◎ ◎の評語"), ("△", "△ △の評語")]


def test_grade_of_another_scale_stays_as_written(visit, staff, plan, kpi):
    say(kpi, SELF, symbol="A", comment="前の基準")
    make_scale(plan, 2025, [("◎", 100), ("△", None)])

    visit(staff, page_url(kpi), typed(SELF, 1, symbol="A", comment="前の基準による"))

    assert stored(kpi, SELF) == ("A", "前の基準による", "", "", 2)


def test_same_form_sent_twice_is_harmless(visit, staff, kpi):
    data = typed(SELF, symbol="A", comment="説明")

    answers = [visit(staff, page_url(kpi), data, follow=True) for _ in range(2)]

    assert [notices(response) for response in answers] == [
        ["「担当課の自己評価」を保存しました。"],
        ["「担当課の自己評価」に変更はありませんでした。"],
    ]
    assert stored(kpi, SELF) == ("A", "説明", "", "", 1)


def test_sample_becomes_ones_own_when_changed(visit, staff, kpi):
    say(kpi, SELF, comment="見本", is_sample=True)

    visit(staff, page_url(kpi), typed(SELF, 1, comment="自分の言葉"))

    assert not Judgement.objects.get().is_sample


# ---- Two people ------------------------------------------------------------------------------


def test_second_saver_sees_both_and_replaces_knowingly(visit, dx_office, late):
    say(late, SELF, symbol="C", **EXPLAINED)
    visit(dx_office, page_url(late), typed(SELF, 1, symbol="B", **EXPLAINED))
    mine = {"symbol": "C", "comment": "私の説明", **EXPLAINED}

    response = visit(dx_office, page_url(late), typed(SELF, 1, **mine))

    assert response.status_code == 409
    assert shown_conflict(response) == [
        ("自己評価の評語", three_sides("C 遅れ", "B 概ね達成", "C 遅れ")),
        ("評価の説明", three_sides("私の説明", "（なし）", "（なし）")),
    ]
    form = forms_on(response)[SELF]
    assert (form["comment"].value(), form["version"].value()) == ("私の説明", 2)
    assert visit(dx_office, page_url(late), typed(SELF, 2, **mine)).status_code == 302
    assert stored(late, SELF) == ("C", "私の説明", *EXPLAINED.values(), 3)


FORGED = [("", 409), ("0", 409), ("7", 409), ("-1", 422), ("x", 422), (str(10**20), 422)]


@pytest.mark.parametrize(("version", "status"), FORGED)
def test_version_that_was_forged_saves_nothing(visit, staff, kpi, version, status):
    say(kpi, SELF, comment="保存済み")

    response = visit(staff, page_url(kpi), typed(SELF, version, comment="上書き"))

    assert response.status_code == status
    assert stored(kpi, SELF) == ("", "保存済み", "", "", 1)


def test_layers_do_not_stand_in_each_others_way(visit, dx_office, late):
    for layer, texts in (
        (SELF, EXPLAINED),
        (OFFICE, {"symbol": "B", "comment": "理由"}),
        (COMMITTEE, {"comment": "意見"}),
    ):
        assert visit(dx_office, page_url(late), typed(layer, **texts)).status_code == 302

    assert [said.version for said in standing_of(late).layers] == [1, 1, 1]


def both_typed(kind):
    """An opinion that is sent, with an override typed beside it."""
    return typed(OFFICE, symbol="B", comment="書きかけの理由") | typed(COMMITTEE, **kind)


def test_what_is_typed_in_another_layer_survives_a_save(visit, dx_office, late):
    response = visit(dx_office, page_url(late), both_typed({"comment": "意見"}))

    assert response.status_code == 200
    assert stored(late, COMMITTEE) == ("", "意見", "", "", 1)
    form = forms_on(response)[OFFICE]
    assert (form["symbol"].value(), form["comment"].value()) == ("B", "書きかけの理由")
    assert forms_on(response)[COMMITTEE]["version"].value() == 1
    assert stored(late, OFFICE) is None


def test_what_is_typed_in_another_layer_survives_a_refusal(visit, dx_office, late):
    response = visit(dx_office, page_url(late), both_typed({"comment": "あ" * 10_001}))

    assert response.status_code == 422
    assert forms_on(response)[OFFICE]["comment"].value() == "書きかけの理由"


def test_what_is_typed_in_another_layer_survives_a_conflict(visit, dx_office, late):
    say(late, COMMITTEE, comment="先の意見")

    response = visit(dx_office, page_url(late), both_typed({"comment": "意見"}))

    assert response.status_code == 409
    assert forms_on(response)[OFFICE]["comment"].value() == "書きかけの理由"


# ---- Years that take nothing -----------------------------------------------------------------


@pytest.mark.parametrize("fiscal_year", [2024, 2026])
def test_closed_and_planned_years_are_read_only(visit, dx_office, kpi, fiscal_year):
    page = visit(dx_office, page_url(kpi, fiscal_year))
    response = visit(dx_office, page_url(kpi, fiscal_year), both_typed({"comment": "意見"}))

    assert page.status_code == 200
    assert set(forms_on(page).values()) == {None}
    assert response.status_code == 409
    assert response.context["lost"] == [
        *(("意見", "意見"), ("変更後の評語", "B"), ("判定を変える理由", "書きかけの理由")),
    ]
    assert Judgement.objects.count() == 0


def test_ended_plan_is_read_only(visit, dx_office, kpi):
    Plan.objects.update(state="ended")

    assert set(forms_on(visit(dx_office, page_url(kpi))).values()) == {None}
    assert visit(dx_office, page_url(kpi), typed(COMMITTEE, comment="意見")).status_code == 409


def test_year_outside_the_kpis_own_is_said(visit, dx_office, plan, kpi):
    make_plan_year(plan, 2027)

    page = visit(dx_office, page_url(kpi, 2027))

    assert "この年度の評価はありません" in page.content.decode()
    assert visit(dx_office, page_url(kpi, 2027), typed(COMMITTEE)).status_code == 404
    assert visit(dx_office, page_url(kpi, 1999)).status_code == 404


# ---- Who may ---------------------------------------------------------------------------------


@pytest.fixture
def people(staff, dx_office, committee, outsider, town, plan):
    other = make_department(town, name="町民課")
    return {
        "office": dx_office,
        "staff": staff,
        "head": make_person("head", town, role="head", department=staff_of(staff)),
        "other": make_person("other", town, role="staff", department=other),
        "committee": committee,
        "auditor": make_person("auditor", town, role="auditor"),
        "administrator": make_person("administrator", role="system_administrator"),
        "outsider": outsider,
    }


def staff_of(person):
    return person.assignments.get().department


MAY_WRITE = {
    "office": {SELF, OFFICE, COMMITTEE},
    "staff": {SELF},
    "head": {SELF},
    "other": set(),
    "committee": set(),
    "auditor": set(),
}
REFUSED_AT_THE_DOOR = ("administrator", "outsider")


def texts_for(layer):
    return {"symbol": "B", "comment": "理由"} if layer == OFFICE else {"comment": "説明"}


def test_everyone_reads_and_writes_what_the_matrix_says(visit, people, kpi):
    for name, layers in MAY_WRITE.items():
        page = visit(people[name], page_url(kpi))
        assert page.status_code == 200, name
        assert {layer for layer, form in forms_on(page).items() if form} == layers, name
        for layer in JudgementLayer:
            Judgement.objects.all().delete()
            response = visit(people[name], page_url(kpi), typed(layer, **texts_for(layer)))
            expected = (302, 1) if layer in layers else (403, 0)
            assert (response.status_code, Judgement.objects.count()) == expected, (name, layer)


def test_other_towns_do_not_see_it(visit, people, plan, kpi):
    for name in REFUSED_AT_THE_DOOR:
        assert visit(people[name], page_url(kpi)).status_code == 404, name
        assert visit(people[name], list_url(plan)).status_code == 404, name
        for layer in JudgementLayer:
            data = typed(layer, **texts_for(layer))
            assert visit(people[name], page_url(kpi), data).status_code == 404, name

    assert Judgement.objects.count() == 0


def test_everyone_in_town_sees_the_list(visit, people, plan, late):
    for name in MAY_WRITE:
        response = visit(people[name], list_url(plan))
        may_enter = [line.may_write for line in response.context["list"].every]
        assert (response.status_code, may_enter) == (200, [SELF in MAY_WRITE[name]]), name


def test_nobody_sees_it_without_signing_in(client, plan, kpi):
    for url in (page_url(kpi), list_url(plan)):
        assert client.get(url).url.startswith("/accounts/login/")


def test_draft_is_seen_by_those_who_see_drafts(visit, dx_office, committee, town):
    kpi = make_kpi(make_plan(town, code="draft", state="draft"))

    answers = [
        visit(person, reverse("judgement", args=[kpi.pk])).status_code
        for person in (dx_office, committee)
    ]

    assert answers == [200, 404]


def test_layer_that_does_not_exist_is_404(visit, dx_office, kpi):
    for layer in ("", "mayor", "self\x00"):
        assert visit(dx_office, page_url(kpi), {"layer": layer}).status_code == 404


# ---- Texts -----------------------------------------------------------------------------------

ODD_TEXTS = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    '=HYPERLINK("x")',
    "😀𠮷髙﨑か\u3099",
    "前\u202e後",
    "  字下げ\n二行目",
]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_text_stays_as_typed_and_is_only_text(visit, dx_office, auditor, late, text):
    data = typed(
        SELF, comment=text.replace("\n", "\r\n"), cause=f"原因{text}", next_step=f"次{text}"
    )

    assert visit(dx_office, page_url(late), data).status_code == 302
    page = visit(auditor, page_url(late)).content.decode()

    assert stored(late, SELF) == ("", text, f"原因{text}", f"次{text}", 1)
    assert "<script>alert" not in page
    assert [behind_cells(late)["原因"], behind_cells(late)["今後の取組"]] == [
        *(f"原因{text}", f"次{text}"),
    ]


@pytest.mark.parametrize("name", ["comment", "cause", "next_step"])
def test_text_too_long_is_refused_with_its_count(visit, staff, late, name):
    data = typed(SELF, **EXPLAINED | {name: "あ" * 10_001})

    response = visit(staff, page_url(late), data)

    assert errors_of(response) == {name: ["10,000字までです（現在10,001字）。"]}
    assert forms_on(response)[SELF][name].value() == "あ" * 10_001


def test_longest_text_is_kept(visit, staff, kpi):
    assert visit(staff, page_url(kpi), typed(SELF, comment="😀" * 10_000)).status_code == 302


def test_control_character_zero_is_refused(visit, staff, kpi):
    assert visit(staff, page_url(kpi), typed(SELF, comment="a\x00b")).status_code == 422


# ---- The list --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_a_constant_number_of_queries(staff, plan, department, count_queries, count):
    for _ in range(count):
        kpi = make_kpi(plan, departments=[department], targets={2025: "10"})
        make_result(kpi, 2025, "3")
        say(kpi, SELF, symbol="C")
        say(kpi, OFFICE, symbol="B", comment="理由")

    listed = count_queries(12, staff, list_url(plan))
    opened = count_queries(13, staff, page_url(kpi))

    assert len(listed.context["table"].rows) == count
    assert opened.status_code == 200


def test_missing_ones_come_first_and_are_counted(visit, staff, plan, department, kpi, late):
    done = make_kpi(plan, departments=[department], targets={2025: "10"})
    make_result(done, 2025, "5")
    say(done, SELF, **EXPLAINED)
    half = make_kpi(plan, departments=[department], targets={2025: "10"})
    make_result(half, 2025, "5")
    say(half, SELF, cause="原因だけ")

    found = visit(staff, list_url(plan)).context["list"]

    assert (len(found.missing), len(found.behind), len(found.every)) == (2, 3, 4)
    assert [(line.row.id, line.cause_text) for line in found.shown] == [
        (late.pk, "未入力"),
        (half.pk, "未入力"),
        (kpi.pk, "―"),
        (done.pk, "入力済み"),
    ]


def test_list_is_narrowed_by_the_address(visit, staff, town, plan, kpi, late):
    elsewhere = make_kpi(
        plan, departments=[make_department(town, name="町民課")], targets={2025: "10"}
    )
    make_result(elsewhere, 2025, "3", review_state="checked")

    def shown(query):
        found = visit(staff, list_url(plan, f"fiscal_year=2025&{query}")).context["list"]
        return [line.row.id for line in found.shown], len(found.missing), found.missing_url

    own = "?fiscal_year=2025&missing=1"
    ours = f"{own}&department=%E4%BC%81%E7%94%BB%E8%AA%B2"
    assert shown("missing=1") == ([late.pk, elsewhere.pk], 2, own)
    assert shown("department=企画課") == ([late.pk, kpi.pk], 1, ours)
    assert shown("department=企画課&missing=1") == ([late.pk], 1, ours)
    assert shown("department=ない課")[0] == []


def test_list_shows_all_layers(visit, staff, plan, late):
    say(late, SELF, symbol="C", **EXPLAINED)
    say(late, OFFICE, symbol="B", comment="理由")

    cells = visit(staff, list_url(plan)).context["table"].rows[0]

    texts = [cells.get_cell_value(name) for name in ("cause",)]
    assert texts == ["入力済み"]
    assert ["D" in cells.get_cell("automatic"), "C" in cells.get_cell("own")] == [True, True]
    assert "概ね達成" in cells.get_cell("office")


def test_plan_without_years_says_so(visit, dx_office, town):
    empty = make_plan(town, code="empty")

    page = visit(dx_office, reverse("judgement_list", args=[empty.pk])).content.decode()

    assert "年度がまだありません" in page


# ---- Page and workbook agree -----------------------------------------------------------------


def behind_cells(kpi):
    """The one KPI of 遅れている指標 by its headers: its figures, and what is said below."""
    rows, year = kpi_progress(kpi.plan, EVERYTHING), FiscalYear(2025)
    content = committee_workbook(kpi.plan, rows, [year], year, has_previous=False)
    lines = list(openpyxl.load_workbook(BytesIO(content))["遅れている指標"].values)
    pairs = zip((*lines[2], *lines[3]), [cell for line in lines[4:] for cell in line], strict=False)
    return {header: cell for header, cell in pairs if header}


def test_workbook_marks_the_override_and_gives_its_reason(late, visit, auditor):
    say(late, SELF, symbol="C", **EXPLAINED)
    say(late, OFFICE, symbol="B", comment="災害対応のため")

    cells = behind_cells(late)

    assert [cells[name] for name in ("評語", "自己評価", "原因", "今後の取組")] == [
        *("B※", "C", *EXPLAINED.values()),
    ]
    assert cells["備考・理由"] == "※ DX推進担当が判定を変更: 災害対応のため"
    page = visit(auditor, reverse("kpi_list", args=[late.plan_id])).content.decode()
    assert page.count('<span class="badge-changed">変更<') == 1


def test_dashboard_marks_the_override_and_says_what_the_mark_means(late, visit, auditor):
    url = reverse("dashboard", args=[late.plan_id])
    before = visit(auditor, url).content.decode()
    say(late, OFFICE, symbol="B", comment="災害対応のため")

    page = visit(auditor, url).content.decode()

    mark = '<span class="badge-changed">変更<span class="visually-hidden">（DX推進担当による）'
    meaning = "「変更」は、DX推進担当が自動判定とは別の評語にしたものです。"
    assert [(text.count(mark), text.count(meaning)) for text in (before, page)] == [(0, 0), (2, 1)]


def test_list_of_kpis_in_the_workbook_says_what_its_mark_means(late):
    def last_line():
        rows, year = kpi_progress(late.plan, EVERYTHING), FiscalYear(2025)
        content = committee_workbook(late.plan, rows, [year], year, has_previous=False)
        return list(openpyxl.load_workbook(BytesIO(content))["指標一覧"].values)[-1]

    before = last_line()
    say(late, OFFICE, symbol="B", comment="災害対応のため")

    assert (before[0], before[-1]) == (late.number, "D")
    assert last_line()[0] == "評語の「※」は、DX推進担当が自動判定を変更したものです。"


def test_workbook_without_judgements_says_nothing(late):
    cells = behind_cells(late)

    assert [cells[name] for name in ("評語", "自己評価")] == ["D", "―"]
    assert "原因" not in cells


# ---- The database ----------------------------------------------------------------------------


def test_closed_year_keeps_its_judgements(kpi):
    kept = say(kpi, SELF, comment="前")
    PlanYear.objects.filter(fiscal_year=2025).update(state="closed")
    own = Judgement.objects.filter(pk=kept.pk)
    late_comer = make_kpi(kpi.plan)

    for action in (
        lambda: say(kpi, OFFICE, symbol="B", comment="理由"),
        lambda: own.update(comment="後"),
        lambda: own.update(fiscal_year=2026),
        own.delete,
        lambda: own.update(kpi=late_comer),
    ):
        assert refusal_of(action) == "closed_year_keeps_its_judgements"


def test_judgement_is_not_moved_into_a_closed_year(kpi):
    say(kpi, SELF, comment="前")

    def move():
        Judgement.objects.update(fiscal_year=2024)

    assert refusal_of(move) == "closed_year_keeps_its_judgements"


def test_same_row_may_be_written_again_in_a_closed_year(kpi):
    kept = say(kpi, SELF, comment="前")
    before = kept.entered_at
    PlanYear.objects.filter(fiscal_year=2025).update(state="closed")

    kept.save()

    assert Judgement.objects.get().entered_at > before


# ---- Races -----------------------------------------------------------------------------------


@pytest.fixture
def open_year(transactional_db):
    return make_plan_year(make_plan(make_town()), 2025)


@pytest.fixture
def writer(open_year):
    return make_person("writer", open_year.plan.municipality, role="dx_office")


def saving(plan_year, kpi, user, comment, version=0):
    return lambda: save_judgement(
        plan_year=plan_year,
        kpi_id=kpi.pk,
        layer=COMMITTEE,
        version=version,
        said=Said(comment=comment),
        user=User.objects.get(pk=user.pk),
    )


def test_two_savers_of_one_version_one_wins_one_is_told(open_year, writer):
    kpi = make_kpi(open_year.plan)
    say(kpi, COMMITTEE, comment="はじめ")

    for version in range(1, PAIRS + 1):
        outcomes = together(
            *(saving(open_year, kpi, writer, f"{version}{side}", version) for side in "ab"),
            refusals=Stale,
        )
        kept = Judgement.objects.get(kpi=kpi)
        told = [item.standing.comment for item in outcomes if isinstance(item, Stale)]
        assert (kept.version, told) == (version + 1, [kept.comment])


def test_two_first_savers_one_wins(open_year, writer):
    for _ in range(PAIRS):
        kpi = make_kpi(open_year.plan)
        outcomes = together(
            *(saving(open_year, kpi, writer, side) for side in "ab"), refusals=Stale
        )
        told = [item.standing.comment for item in outcomes if isinstance(item, Stale)]
        assert told == [Judgement.objects.get(kpi=kpi).comment]


def test_two_savers_without_the_guard_lose_updates(open_year):
    """The control: reading, checking and saving lets both believe they were saved."""
    kpi = make_kpi(open_year.plan)
    say(kpi, COMMITTEE, comment="はじめ")
    meeting = threading.Barrier(2)

    def save_unguarded(comment):
        def run():
            judgement = Judgement.objects.get(kpi=kpi)
            is_current = judgement.version == 1
            meeting.wait()
            judgement.comment, judgement.version = comment, 2
            judgement.save()
            return is_current

        return run

    assert together(save_unguarded("a"), save_unguarded("b")) == [True, True]


def closing(plan_year):
    """Closes the year, and says how many judgements stand at that moment."""

    def close():
        PlanYear.objects.filter(pk=plan_year.pk).update(state="closed")
        return Judgement.objects.count()

    return close


def reopen():
    put_years(PlanYear.objects.all(), "open")
    Judgement.objects.all().delete()


def test_closing_waits_for_a_save_under_way(open_year, writer):
    """Whatever the order, no judgement appears in a year after it was closed."""
    kpi = make_kpi(open_year.plan)
    for _ in range(PAIRS):
        reopen()
        saved, at_closing = together(
            saving(open_year, kpi, writer, "意見"), closing(open_year), refusals=YearNotOpen
        )
        assert at_closing == Judgement.objects.count() == int(saved is True)


def test_closing_waits_for_a_write_past_the_door(open_year):
    """The trigger alone keeps the promise: a write that did not ask for the year is held too."""
    kpi = make_kpi(open_year.plan)
    for _ in range(PAIRS):
        reopen()
        written, at_closing = together(
            lambda: say(kpi, COMMITTEE, comment="意見"), closing(open_year), refusals=IntegrityError
        )
        was_written = not isinstance(written, IntegrityError)
        assert at_closing == Judgement.objects.count() == int(was_written)


def test_closing_without_the_guard_lets_writes_land_after_it(open_year):
    """The control: reading that the year is open, then writing, comes too late."""
    kpi = make_kpi(open_year.plan)
    asked, closed = threading.Event(), threading.Event()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kpis_judgement DISABLE TRIGGER kpis_judgement_of_closed_year")

    def write():
        is_open = PlanYear.objects.get(pk=open_year.pk).is_open
        asked.set()
        closed.wait(5)
        return is_open and say(kpi, COMMITTEE, comment="意見").pk > 0

    def close():
        asked.wait(5)
        count = closing(open_year)()
        closed.set()
        return count

    try:
        assert together(write, close) == [True, 0]
        assert Judgement.objects.count() == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE kpis_judgement ENABLE TRIGGER kpis_judgement_of_closed_year"
            )
