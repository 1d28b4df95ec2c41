"""A plan's workbook handed in: what is shown, what is saved, what is refused."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dxplan.lib.audit import event_models
from kpis.models import Kpi, Target
from plans.models import (
    ChecklistItem,
    Framework,
    GlossaryTerm,
    Plan,
    PlanState,
    Policy,
    Upload,
)
from tests.factories import (
    furnish,
    make_action,
    make_department,
    make_kpi,
    make_person,
    make_plan,
    make_plan_year,
    make_result,
    make_stage,
    make_target,
    make_town,
)
from tests.hostile_workbooks import HOSTILE
from tests.plan_workbooks import drop, opened, put, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(town, department):
    plan = furnish(make_plan(town, code="draft", title="次の計画", state="draft"))
    for year in (2024, 2025, 2026):
        make_plan_year(plan, year, state="planned")
    kpi = plan.kpis.get()
    kpi.responsibilities.create(department=department)
    make_target(kpi, 2025, "10")
    action = make_action(plan, policy=kpi.policy, department=department, kpis=[kpi])
    make_stage(action)
    return plan


@pytest.fixture
def hand_in(visit, dx_office, draft):
    """Uploads a workbook into the draft: the answer, or the preview that it leads to."""

    def upload(content, *, plan=draft, person=dx_office, name="計画.xlsx"):
        url = reverse("plan_upload", args=[plan.pk]) if plan else reverse("plan_upload_new")
        content = content if isinstance(content, bytes) else saved(content)
        response = visit(person, url, {"file": SimpleUploadedFile(name, content)})
        return visit(person, response.url) if response.status_code == 302 else response

    return upload


def confirm(visit, person, preview, **answers):
    """Says yes to a preview, as its form would."""
    text = preview.content.decode()
    seen = re.search('name="seen" value="([^"]*)"', text)[1]
    return visit(person, preview.request["PATH_INFO"], {"seen": seen} | answers)


def counts_of(response):
    return {finding.value: count for finding, count in response.context["page"].preview.counts}


def problems_of(response):
    return [
        (line.sheet, problem.address, problem.header, problem.message)
        for line in response.context["page"].preview.lines
        for problem in line.problems
    ]


def changes_of(response):
    return [
        (line.sheet, change.header, change.before, change.after)
        for line in response.context["page"].preview.lines
        for change in line.changes
    ]


def events():
    return {
        model.__name__: count
        for model, found in event_models().items()
        if (count := found.objects.count())
    }


def new_events(before):
    return {name: more for name, count in events().items() if (more := count - before.get(name, 0))}


def test_workbook_into_its_own_draft_changes_nothing(visit, hand_in, dx_office, draft):
    preview = hand_in(opened(draft))

    assert counts_of(preview) == {"unchanged": 22}
    assert "登録済みの内容から変わるところはありません。" in preview.content.decode()
    assert "この内容で保存する" not in preview.content.decode()


def test_changes_are_shown_old_and_new_and_saved_with_one_event_each(
    visit, hand_in, dx_office, draft
):
    book = opened(draft)
    put(book, "用語", 1, 説明="人の知的なふるまいを計算機にさせる技術")
    put(book, "用語", 2, 用語="DX", 説明="デジタルによる変革")
    put(book, "成果指標", 1, 基準値="１，２３４件")
    put(book, "目標", 1, 目標="20以上")
    before = events()

    preview = hand_in(book)
    response = confirm(visit, dx_office, preview)

    assert response.url == draft.get_absolute_url()
    assert counts_of(preview) == {"new": 1, "changed": 3, "unchanged": 19}
    assert changes_of(preview) == [
        ("成果指標", "基準値", "", "1234"),
        ("目標", "目標", "10", "20"),
        ("用語", "説明", "人工知能", "人の知的なふるまいを計算機にさせる技術"),
    ]
    assert new_events(before) == {"GlossaryTerm": 2, "Kpi": 1, "Target": 1, "PlanChange": 1}
    assert list(draft.glossary_terms.values_list("term", "definition")) == [
        ("AI", "人の知的なふるまいを計算機にさせる技術"),
        ("DX", "デジタルによる変革"),
    ]
    assert draft.changes.get().detail == (
        "Excelファイル「計画.xlsx」の取込み\n成果指標: 変更1件\n目標: 変更1件\n"
        "用語: 追加1件、変更1件"
    )


def test_confirmation_sent_twice_saves_once(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "用語", 2, 用語="DX", 説明="デジタルによる変革")
    preview = hand_in(book)
    confirm(visit, dx_office, preview)
    before = events()

    response = confirm(visit, dx_office, preview)

    assert response.url == draft.get_absolute_url()
    assert new_events(before) == {}
    assert draft.glossary_terms.count() == 2


def test_all_mistakes_are_told_at_once_and_nothing_is_saved(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "方針・施策", 2, コード="新", 上位コード="99")
    put(book, "成果指標", 1, 測定の種類="割合", 担当課="出納室", 基準値="3割")
    put(book, "目標", 1, 年度="2025年")
    put(book, "工程", 1, 始まり="R8上期", 終わり="R7下期")
    put(book, "用語", 1, 用語="\u202eAI", 説明="あ" * 10_001)
    before = events()

    preview = hand_in(book)
    response = confirm(visit, dx_office, preview)

    assert problems_of(preview) == [
        ("方針・施策", "E6", "上位コード", "「99」は、シート「方針・施策」にありません。"),
        (
            "成果指標",
            "H5",
            "担当課",
            "課「出納室」がありません。課室の一覧の名称で入力し、2つ以上は「、」で区切ります。",
        ),
        (
            "成果指標",
            "I5",
            "測定の種類",
            "「割合」は選択肢にありません。（単年度・累計（増分を入力）・累計（累計値を入力）"
            "・時点・率・到達・定性）",
        ),
        (
            "成果指標",
            "Q5",
            "基準値",
            "「3割」は割合を表す言葉です。数値を入力してください。（例: 12）",
        ),
        (
            "目標",
            "D5",
            "年度",
            "「2025年」は暦年です。年度は「令和8年度」「R8」「2026年度」のように入力してください。",
        ),
        ("工程", "I5", "終わり", "終わりは始まり以後にしてください。"),
        (
            "用語",
            "B5",
            "用語",
            "目に見えない文字が含まれています。入力し直してください。",
        ),
        ("用語", "D5", "説明", "10,000字までです（現在10,001字）。"),
    ]
    assert response.status_code == 422
    assert new_events(before) == {}


def test_rows_missing_from_the_file_go_only_when_ticked(visit, hand_in, dx_office, draft):
    GlossaryTerm.objects.create(plan=draft, term="RPA", definition="自動化", position=2)
    book = opened(draft)
    drop(book, "用語", 2)
    put(book, "用語", 1, 説明="人工の知能")

    preview = hand_in(book)
    confirm(visit, dx_office, preview)
    kept = set(draft.glossary_terms.values_list("term", flat=True))
    again = hand_in(book)
    confirm(visit, dx_office, again, removes_missing="on")

    assert counts_of(preview) == {"changed": 1, "missing": 1, "unchanged": 21}
    assert kept == {"AI", "RPA"}
    assert list(draft.glossary_terms.values_list("term", "definition")) == [("AI", "人工の知能")]


def test_row_with_a_result_stays_though_it_is_to_go(visit, hand_in, dx_office, draft):
    make_result(draft.kpis.get(), 2025, "5")
    book = opened(draft)
    for name in ("成果指標", "目標", "個票の指標"):
        drop(book, name, 1)

    preview = hand_in(book)
    response = confirm(visit, dx_office, preview, removes_missing="on")

    assert response.status_code == 422
    assert [item[3] for item in problems_of(response)] == [
        "次のものが付いているため、削除できません: 実績1件"
    ]
    assert Kpi.objects.filter(plan=draft).count() == 1


def test_everything_goes_when_the_file_holds_only_the_plan(visit, hand_in, dx_office, draft):
    book = opened(draft)
    for sheet in book.worksheets[2:]:
        sheet.delete_rows(5, 100)

    preview = hand_in(book)
    response = confirm(visit, dx_office, preview, removes_missing="on")

    assert response.url == draft.get_absolute_url()
    rows = (draft.policies, draft.levels, draft.kpis, draft.action_plans, draft.glossary_terms)
    assert [found.count() for found in rows] == [0, 0, 0, 0, 0]


def test_emptied_cell_is_emptied_only_when_ticked(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "方針・施策", 2, 概要=None)

    preview = hand_in(book)
    confirm(visit, dx_office, preview)
    kept = set(draft.policies.values_list("summary", flat=True))
    confirm(visit, dx_office, hand_in(book), empties_cells="on")

    assert changes_of(preview) == [("方針・施策", "概要", "概要", "")]
    assert kept == {"", "概要"}
    assert set(draft.policies.values_list("summary", flat=True)) == {""}


def test_renamed_key_is_the_same_row_with_all_that_points_to_it(visit, hand_in, dx_office, draft):
    kpi, old = draft.kpis.get(), draft.kpis.get().policy
    book = opened(draft)
    put(book, "成果指標", 1, 番号="K-1", 施策コード="A-1")
    put(book, "目標", 1, 指標番号="K-1")
    put(book, "個票の指標", 1, 指標番号="K-1")
    put(book, "方針・施策", 2, コード="A-1")
    put(book, "方針との対応", 1, 施策コード="A-1")
    put(book, "項目との対応", 1, 施策コード="A-1")
    put(book, "アクションプラン", 1, 施策コード="A-1")

    confirm(visit, dx_office, hand_in(book))

    kpi.refresh_from_db()
    assert (kpi.number, kpi.policy_id, kpi.policy.code) == ("K-1", old.pk, "A-1")
    assert Target.objects.get(kpi__plan=draft).kpi == kpi


def test_two_rows_exchange_their_keys(visit, hand_in, dx_office, draft):
    make_kpi(draft, number="2", name="二番", policy=draft.kpis.get().policy)
    book = opened(draft)
    put(book, "成果指標", 1, 番号="2")
    put(book, "成果指標", 2, 番号="1")
    put(book, "目標", 1, 指標番号="2")
    put(book, "個票の指標", 1, 指標番号="2")

    response = confirm(visit, dx_office, hand_in(book))

    assert response.url == draft.get_absolute_url()
    assert list(draft.kpis.order_by("number").values_list("number", "name")) == [
        ("1", "二番"),
        ("2", "指標1"),
    ]


def test_row_changed_since_the_export_is_a_conflict(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "用語", 1, 説明="私の説明")
    GlossaryTerm.objects.update(definition="他の人の説明")

    preview = hand_in(book)
    refused = confirm(visit, dx_office, preview)
    name = re.search(r'name="(side-\d+-\d+)"', preview.content.decode())[1]
    kept = draft.glossary_terms.get().definition
    confirm(visit, dx_office, preview, **{name: "mine"})

    assert counts_of(preview) == {"conflict": 1, "unchanged": 21}
    assert changes_of(preview) == [("用語", "説明", "他の人の説明", "私の説明")]
    assert "ファイルを受け取ったとき: 人工知能" in preview.content.decode()
    assert (refused.status_code, kept) == (422, "他の人の説明")
    assert draft.glossary_terms.get().definition == "私の説明"


def test_row_that_only_others_changed_since_the_export_keeps_their_words(
    visit, hand_in, dx_office, draft
):
    book = opened(draft)
    put(book, "推進組織", 1, 役割="推進する")
    GlossaryTerm.objects.update(definition="他の人の説明")

    preview = hand_in(book)
    confirm(visit, dx_office, preview)

    assert counts_of(preview) == {"changed": 1, "unchanged": 21}
    assert draft.glossary_terms.get().definition == "他の人の説明"
    assert draft.committees.get().duty == "推進する"


def test_row_added_by_others_since_the_export_does_not_go(visit, hand_in, dx_office, draft):
    book = opened(draft)
    GlossaryTerm.objects.create(plan=draft, term="RPA", definition="自動化", position=2)
    put(book, "用語", 1, 説明="人工の知能")

    confirm(visit, dx_office, hand_in(book), removes_missing="on")

    assert set(draft.glossary_terms.values_list("term", flat=True)) == {"AI", "RPA"}


def test_rows_that_others_removed_come_back_only_together(visit, hand_in, dx_office, draft):
    kpi = make_kpi(draft, number="2", name="二番", policy=draft.kpis.get().policy)
    make_target(kpi, 2025, "10")
    book = opened(draft)
    kpi.delete()
    preview = hand_in(book)
    names = re.findall(r'name="(side-\d+-\d+)" value="mine"', preview.content.decode())

    split = confirm(visit, dx_office, preview, **{names[0]: "theirs", names[1]: "mine"})
    after_split = draft.kpis.count()
    gone = confirm(visit, dx_office, preview, **dict.fromkeys(names, "theirs"))
    again = hand_in(book)
    back = confirm(visit, dx_office, again, **dict.fromkeys(names, "mine"))

    assert names == ["side-9-6", "side-10-6"]
    assert (split.status_code, after_split) == (422, 1)
    assert "この行が指している行は、残さないことになっています。" in split.content.decode()
    assert gone.url == back.url == draft.get_absolute_url()
    assert [str(row.targets.get().value) for row in draft.kpis.order_by("number")] == [
        "10.000000",
        "10.000000",
    ]


def test_row_changed_since_the_preview_answers_409_and_names_it(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "推進組織", 1, 役割="推進する")
    preview = hand_in(book)
    GlossaryTerm.objects.update(definition="他の人の説明")
    before = events()

    response = confirm(visit, dx_office, preview)

    assert response.status_code == 409
    assert "他の人が次の行を変えました: 用語「AI」。" in response.content.decode()
    assert new_events(before) == {}


def test_formula_and_rough_figure_are_asked_about(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "成果指標", 1, 基準値="約30")
    preview = hand_in(book)
    refused = confirm(visit, dx_office, preview)
    name, text = re.search(
        r'name="(yes-[\d-]+)" value="([^"]*)"', preview.content.decode()
    ).groups()

    confirm(visit, dx_office, preview, **{name: text})

    assert counts_of(preview) == {"question": 1, "unchanged": 21}
    assert refused.status_code == 422
    assert problems_of(preview) == []
    assert draft.kpis.get().baseline_value == 30


def test_answers_travel_while_others_are_missing(visit, hand_in, dx_office, draft):
    make_kpi(draft, number="2", name="二番", policy=draft.kpis.get().policy)
    book = opened(draft)
    put(book, "成果指標", 1, 基準値="約30")
    put(book, "成果指標", 2, 基準値="40程度")
    preview = hand_in(book)
    questions = re.findall(r'name="(yes-[\d-]+)" value="([^"]*)"', preview.content.decode())

    again = confirm(visit, dx_office, preview, **dict(questions[:1]))

    text = again.content.decode()
    assert [name for name, _ in questions] == ["yes-9-5-14", "yes-9-6-14"]
    assert counts_of(again) == {"question": 1, "changed": 1, "unchanged": 21}
    assert 'name="yes-9-5-14" value="約30" checked' in text
    assert 'name="yes-9-6-14" value="40程度">' in text


def test_choice_that_cannot_be_is_taken_back(visit, hand_in, dx_office, draft):
    make_result(draft.kpis.get(), 2025, "5")
    book = opened(draft)
    for name in ("成果指標", "目標", "個票の指標"):
        drop(book, name, 1)
    put(book, "推進組織", 1, 役割="推進する")
    refused = confirm(visit, dx_office, hand_in(book), removes_missing="on")

    response = confirm(visit, dx_office, refused)

    assert "この内容で保存する" in refused.content.decode()
    assert response.url == draft.get_absolute_url()
    assert (draft.committees.get().duty, draft.kpis.count()) == ("推進する", 1)


def test_characters_that_nothing_can_hold_are_refused(visit, hand_in, draft):
    book = opened(draft)
    put(book, "用語", 1, 説明="人工\ufffd知能")

    assert [item[3] for item in problems_of(hand_in(book))] == [
        "読み取れない文字（\ufffd）が含まれています。入力し直してください。"
    ]


def test_plan_in_force_says_how_to_get_a_draft(visit, hand_in, dx_office, plan):
    response = hand_in(opened(plan), plan=plan)

    assert response.status_code == 409
    text = response.content.decode()
    assert "取り込めるのは、策定中の計画（下書き）だけです。" in text
    assert reverse("edition_new", args=[plan.pk]) in text


def test_plan_that_came_into_force_after_the_preview_takes_nothing(
    visit, hand_in, dx_office, draft
):
    book = opened(draft)
    put(book, "用語", 1, 説明="私の説明")
    preview = hand_in(book)
    Plan.objects.filter(pk=draft.pk).update(state=PlanState.IN_FORCE)

    response = confirm(visit, dx_office, preview)

    assert response.status_code == 409
    assert draft.glossary_terms.get().definition == "人工知能"


def test_workbook_of_another_town_is_refused(visit, hand_in, outsider):
    other = furnish(make_plan(outsider.municipality, state="draft"))

    response = hand_in(opened(other))

    assert response.status_code == 422
    assert "この市区町村の様式ではありません。" in response.content.decode()


def test_sheets_and_columns_that_lack_or_stand_twice_are_all_told(visit, hand_in, draft):
    book = opened(draft)
    del book["用語"]
    missing = hand_in(book)
    book = opened(draft)
    book.copy_worksheet(book["用語"]).title = "用語 (2)"
    doubled = hand_in(book)
    book = opened(draft)
    book["用語"].cell(3, 4).value = "用語"
    columns = hand_in(book)

    assert "シート「用語」がありません。" in missing.content.decode()
    assert "シート「用語」が2枚以上あります。" in doubled.content.decode()
    assert "列「用語」が2つ以上あります。" in columns.content.decode()
    assert "列「説明」がありません。" in columns.content.decode()
    assert [page.status_code for page in (missing, doubled, columns)] == [422, 422, 422]


def test_extra_and_moved_columns_are_said_and_read(visit, hand_in, draft):
    book = opened(draft)
    sheet = book["用語"]
    for row in range(3, 6):
        term, definition = sheet.cell(row, 2).value, sheet.cell(row, 4).value
        sheet.cell(row, 2).value, sheet.cell(row, 4).value = definition, term
    sheet.cell(3, 9).value = "メモ"
    book.create_sheet("控え")

    preview = hand_in(book)

    assert preview.context["page"].preview.remarks == (
        "シート「用語」の列「メモ」は様式にないため、読み取りません。",
        "シート「用語」は列の順序が様式と異なりますが、見出しで読み取りました。",
        "シート「控え」は読み取りません。",
    )
    assert counts_of(preview) == {"unchanged": 22}


def test_older_template_is_refused(visit, hand_in, draft):
    book = opened(draft)
    put(book, "計画", 1, 様式="計画一式-0")

    assert "様式の版が異なります。" in hand_in(book).content.decode()


def test_text_like_a_formula_stays_text(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "用語", 1, 説明='=HYPERLINK("http://example.com")')

    confirm(visit, dx_office, hand_in(book))

    assert draft.glossary_terms.get().definition == '=HYPERLINK("http://example.com")'
    assert opened(draft)["用語"]["D5"].data_type == "s"


def test_uncalculated_formula_and_error_value_are_refused(visit, hand_in, draft):
    book = opened(draft)
    book["用語"]["D5"].value = "=1+1"
    book["推進組織"]["C5"].value = "#N/A"
    book["推進組織"]["C5"].data_type = "e"

    assert [(item[0], item[3]) for item in problems_of(hand_in(book))] == [
        (
            "用語",
            "計算されていない数式です。Excelで開いて保存し直すか、値を入力してください。",
        ),
        ("推進組織", "「#N/A」は表計算ソフトのエラー値です。値を入力してください。"),
    ]


def test_same_line_twice_is_told_with_its_rows(visit, hand_in, draft):
    book = opened(draft)
    put(book, "用語", 2, 用語="AI", 説明="二つめ")

    assert {item[3] for item in problems_of(hand_in(book))} == {
        "「AI」の行が2つ以上あります（5・6行目）。1つだけ残してください。"
    }


def test_new_draft_from_a_file_is_made_once(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "計画", 1, 計画名="Excelの計画")
    preview = hand_in(book, plan=None)

    first = confirm(visit, dx_office, preview)
    second = confirm(visit, dx_office, preview)

    made = Plan.objects.get(title="Excelの計画")
    assert first.url == second.url == made.get_absolute_url()
    assert (made.state, made.code, made.years.count()) == ("draft", "dx-2024", 3)
    assert made.policies.count() == draft.policies.count()
    assert made.kpis.get().responsibilities.get().department.name == "企画課"
    assert ChecklistItem.objects.filter(checklist__plan=made).count() == 1


def test_draft_of_the_same_name_and_years_is_not_made_again(visit, hand_in, dx_office, draft):
    preview = hand_in(opened(draft), plan=None)

    response = confirm(visit, dx_office, preview)

    assert response.status_code == 409
    assert "同じ計画名と期間の下書きがすでにあります。" in response.content.decode()
    assert Plan.objects.count() == 1


def test_upload_of_another_person_is_not_found(visit, hand_in, draft, town, outsider):
    preview = hand_in(opened(draft))
    url = preview.request["PATH_INFO"]
    colleague = make_person("colleague", town, role="dx_office")

    assert [visit(person, url).status_code for person in (colleague, outsider)] == [404, 404]


@pytest.mark.parametrize("name", sorted(HOSTILE)[:3])
def test_hostile_file_is_refused_with_words(visit, hand_in, name):
    response = hand_in(HOSTILE[name][0]())

    assert response.status_code == 422
    assert Upload.objects.count() == 0


def test_hierarchy_turned_upside_down_is_moved(visit, hand_in, dx_office, draft):
    top = draft.policies.get(name="方針")
    book = opened(draft)
    lines = draft.policies.count()
    put(book, "方針・施策", lines + 1, コード="N1", 階層の名称="方針", 番号="②", 名称="新しい方針")
    put(book, "方針・施策", 2, 上位コード="N1", 番号="(9)")

    confirm(visit, dx_office, hand_in(book))

    moved = Policy.objects.get(plan=draft, number="(9)")
    assert (moved.parent.code, moved.version, top.children.count()) == ("N1", 2, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_export_and_preview_do_not_grow(
    visit, hand_in, dx_office, town, count, django_assert_num_queries
):
    plan = furnish(make_plan(town, code="many", title="多い計画", state="draft"), count=count)
    for kpi in plan.kpis.all():
        make_target(kpi, 2025, "10")
        make_stage(make_action(plan, policy=kpi.policy, kpis=[kpi]))
    book = opened(plan)
    put(book, "用語", 1, 説明="人工の知能")
    preview = hand_in(book, plan=plan)
    url = preview.request["PATH_INFO"]

    with django_assert_num_queries(28):
        visit(dx_office, reverse("plan_workbook", args=[plan.pk]))
    with django_assert_num_queries(43):
        visit(dx_office, url)


def test_department_and_town_of_others_are_answered_alike(visit, hand_in, draft):
    make_department(make_town(code="345458", name="神石高原町"), name="未来創造課")
    book = opened(draft)
    put(book, "アクションプラン", 1, 担当課="未来創造課")
    foreign = problems_of(hand_in(book))
    put(book, "アクションプラン", 1, 担当課="どこにもない課")
    unknown = problems_of(hand_in(book))

    assert foreign[0][3].replace("未来創造課", "") == unknown[0][3].replace("どこにもない課", "")


def test_sections_seats_and_numbers_change_places(visit, hand_in, dx_office, draft):
    draft.sections.create(position=2, number="2", title="第2章")
    draft.committees.get().seats.create(position=2, role="委員", post="副町長")
    measure = draft.kpis.get().policy
    draft.policies.create(
        level=measure.level, parent=measure.parent, code="9", number="(9)", name="九", position=9
    )
    book = opened(draft)
    put(book, "章・節", 1, 表示順=2)
    put(book, "章・節", 2, 表示順=1)
    put(book, "構成員", 1, 表示順=2)
    put(book, "構成員", 2, 表示順=1)
    put(book, "方針・施策", 2, 番号="(9)")
    put(book, "方針・施策", 3, 番号=measure.number)

    response = confirm(visit, dx_office, hand_in(book))

    assert response.url == draft.get_absolute_url()
    assert list(draft.sections.values_list("number", "position", "version")) == [
        ("2", 1, 2),
        ("1", 2, 3),
    ]
    assert [seat.post for seat in draft.committees.get().seats.all()] == ["副町長", "町長"]
    assert dict(draft.policies.filter(level=measure.level).values_list("code", "number")) == {
        measure.code: "(9)",
        "9": measure.number,
    }


def test_kpi_keeps_the_type_that_targets_left_out_of_the_file_need(
    visit, hand_in, dx_office, draft
):
    book = opened(draft)
    drop(book, "目標", 1)
    put(book, "成果指標", 1, 測定の種類="到達")

    assert [item[1:] for item in problems_of(hand_in(book))] == [
        (
            "I5",
            "測定の種類",
            "登録済みの目標（数値）が合わなくなるため、測定の種類を変えられません。"
            "先に目標を直すか、この指標はそのまま残し、新しい指標として登録してください。",
        )
    ]


def test_frameworks_of_the_town_come_with_items_and_links(visit, hand_in, dx_office, draft):
    measure = draft.kpis.get().policy
    book = opened(draft)
    put(book, "上位計画", 1, コード="sogo-6", 名称="第6次総合計画")
    put(book, "上位計画の項目", 1, 上位計画コード="sogo-6", 番号="1-2", 名称="便利なまち")
    put(book, "項目との対応", 2, 施策コード=measure.code, 上位計画コード="sogo-6", 項目の番号="1-2")

    confirm(visit, dx_office, hand_in(book))

    names = measure.framework_links.values_list("item__framework__municipality", "item__name")
    assert list(names) == [(None, "項目"), (draft.municipality_id, "便利なまち")]


def test_framework_that_another_plan_uses_stays_and_foreign_codes_are_refused(
    visit, hand_in, dx_office, draft, plan, outsider
):
    own = Framework.objects.create(code="own", name="総合計画", municipality=draft.municipality)
    plan.related_plans.create(name="総合計画", relation="above", framework=own)
    Framework.objects.create(code="theirs", name="計画", municipality=outsider.municipality)
    book = opened(draft)
    put(book, "上位計画", 1, 名称="新しい名称")
    put(book, "上位計画", 2, コード="theirs", 名称="第6次総合計画")

    preview = hand_in(book)

    assert problems_of(preview) == [
        ("上位計画", "C5", "名称", "ほかの計画でも使われているため、ここでは変えられません。"),
        ("上位計画", "B6", "コード", "コード「theirs」は使えません。別のコードにしてください。"),
    ]


def test_plan_of_other_years_and_levels_of_another_axis(visit, hand_in, dx_office, draft):
    book = opened(draft)
    put(book, "計画", 1, 終了年度="R9")
    put(book, "階層", 3, 体系の名称="見方")
    put(book, "方針・施策", 3, 体系の名称="見方")

    response = confirm(visit, dx_office, hand_in(book))

    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert (draft.last_fiscal_year, draft.version, draft.years.count()) == (2027, 2, 4)
    assert list(draft.levels.values_list("axis", "depth")) == [("", 1), ("", 2), ("見方", 1)]
