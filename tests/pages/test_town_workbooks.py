"""A new town begins from one workbook: the administrator's part first, then its DX office's."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from dxplan.accounts.models import Department, Municipality
from dxplan.lib.exchange.workbooks import FIRST_ROW
from plans.models import Plan
from tests.factories import make_department, make_person
from tests.plan_workbooks import column_of, saved

pytestmark = pytest.mark.django_db
TOWN = {"団体コード": "345458", "市区町村名": "神石高原町", "読み": "じんせきこうげんちょう",
        "都道府県": "広島県"}  # fmt: skip


@pytest.fixture
def administrator(db):
    return make_person("admin", role="system_administrator")


@pytest.fixture
def blank(visit, administrator):
    """The blank workbook as the administrator fetches it, and fills in town and departments."""
    content = visit(administrator, reverse("town_workbook")).content
    book = load_workbook(BytesIO(content))
    write(book, "自治体", 1, **TOWN)
    write(book, "部署", 1, 課名="未来創造課", 課コード="010")
    write(book, "部署", 2, 課名="総務課", 設置日="令和8年4月1日")
    return book


def write(book, name, row, **cells):
    """Types into a line of a blank sheet, below its example."""
    sheet = book[name]
    for header, value in cells.items():
        sheet.cell(FIRST_ROW + row, column_of(sheet, header)).value = value


def send(visit, person, url, book):
    response = visit(person, url, {"file": SimpleUploadedFile("町.xlsx", saved(book))})
    return visit(person, response.url) if response.status_code == 302 else response


def say_yes(visit, person, preview):
    text = preview.content.decode()
    seen = re.search('name="seen" value="([^"]*)"', text)[1]
    return visit(person, preview.request["PATH_INFO"], {"seen": seen})


def problems_of(response):
    return [
        (line.sheet, problem.address, problem.message)
        for line in response.context["page"].preview.lines
        for problem in line.problems
    ]


def fill_in_plan(book):
    write(book, "計画", 1, 計画名="神石高原町DX推進計画", 開始年度="R8", 終了年度="R10")
    write(book, "階層", 2, 深さ=1, 階層の種類="基本方針", 階層の名称="基本方針")
    write(book, "階層", 3, 深さ=2, 階層の種類="施策", 階層の名称="施策")
    write(book, "方針・施策", 2, コード="1", 階層の名称="基本方針", 名称="便利なまち")
    write(book, "方針・施策", 3, コード="1-1", 階層の名称="施策", 上位コード="1", 名称="手続")
    write(
        book, "成果指標", 1, 番号=1, 施策コード="1-1", 名称="申請の割合", 担当課="未来創造課",
        測定の種類="率", 目指す方向="増加", 単位="%", 小数点以下の桁数=1, 測定開始年度="R8",
        測定終了年度="R10", 基準値="２２．７％", 基準値の時点="R7.3末",
    )  # fmt: skip
    write(book, "目標", 1, 指標番号="1", 年度="令和8年度", 目標="30%以上")
    write(book, "アクションプラン", 1, **{"施策NO.": "1", "事業名": "オンライン申請"})
    write(book, "工程", 1, **{"施策NO.": "1", "表示順": 1, "工程": "導入", "始まり": "R8上期",
                            "終わり": "R8下期"})  # fmt: skip


def test_one_workbook_starts_a_town_from_end_to_end(visit, administrator, blank):
    fill_in_plan(blank)

    preview = send(visit, administrator, reverse("town_upload"), blank)
    done = say_yes(visit, administrator, preview)
    town = Municipality.objects.get(code="345458")
    office = make_person("office", town, role="dx_office")
    plan_preview = send(visit, office, reverse("plan_upload_new"), blank)
    made = say_yes(visit, office, plan_preview)

    assert done.url == f"{reverse('people')}?town=345458"
    assert list(Department.objects.values_list("name", "code", "position")) == [
        ("未来創造課", "010", 1),
        ("総務課", "", 2),
    ]
    assert problems_of(plan_preview) == []
    plan = Plan.objects.get()
    kpi = plan.kpis.get()
    assert made.url == plan.get_absolute_url()
    assert (plan.municipality, plan.state, plan.code) == (town, "draft", "dx-2026")
    assert [policy.code for policy in plan.policies.order_by("code")] == ["1", "1-1"]
    assert (str(kpi.baseline_value), str(kpi.taken_on)) == ("22.700000", "2025-03-31")
    assert str(kpi.targets.get().value) == "30.000000"
    assert kpi.responsibilities.get().department.name == "未来創造課"
    assert plan.action_plans.get().stages.get().label == "導入"


def test_examples_are_not_read_and_said(visit, administrator, blank):
    preview = send(visit, administrator, reverse("town_upload"), blank)

    assert preview.context["page"].preview.remarks == (
        "シート「自治体」の「見本」の行（5行目）は読み取りません。",
        "シート「部署」の「見本」の行（5行目）は読み取りません。",
    )


def test_examples_of_the_blank_workbook_would_make_a_plan(visit, town, dx_office):
    """What is shown as an example is what is taken."""
    for name in ("企画課", "総務課"):
        make_department(town, name=name)
    book = load_workbook(BytesIO(visit(dx_office, reverse("plan_workbook_blank")).content))
    for sheet in book.worksheets[1:-1]:
        for row in range(FIRST_ROW, FIRST_ROW + 3):
            if sheet.cell(row, 1).value == "見本":
                sheet.cell(row, 1).value = None
    plan = book["計画"]
    for column in range(2, 9):
        plan.cell(FIRST_ROW + 1, column).value = plan.cell(FIRST_ROW, column).value
    plan.delete_rows(FIRST_ROW)

    preview = send(visit, dx_office, reverse("plan_upload_new"), book)
    say_yes(visit, dx_office, preview)

    assert problems_of(preview) == []
    made = Plan.objects.get()
    assert (made.title, made.policies.count(), made.kpis.count()) == ("○○町DX推進計画", 2, 1)


def test_same_file_twice_adds_nothing(visit, administrator, blank):
    first = send(visit, administrator, reverse("town_upload"), blank)
    say_yes(visit, administrator, first)

    twice = say_yes(visit, administrator, first)
    again = send(visit, administrator, reverse("town_upload"), blank)

    assert twice.url == f"{reverse('people')}?town=345458"
    assert [line.finding.value for line in again.context["page"].preview.lines] == [
        *["unchanged"] * 3
    ]
    assert (Municipality.objects.count(), Department.objects.count()) == (1, 2)


def test_mistakes_of_town_and_departments_are_told_at_once(visit, administrator, blank):
    write(blank, "自治体", 1, 団体コード="345459", 都道府県="広島")
    write(blank, "部署", 2, 課名="未来創造課", 設置日="R8.4")

    preview = send(visit, administrator, reverse("town_upload"), blank)

    assert problems_of(preview) == [
        (
            "自治体",
            "B6",
            "全国地方公共団体コードは、検査数字を含む6桁の数字で入力してください。例: 285854",
        ),
        ("部署", "C6", "「未来創造課」の行が2つ以上あります（6・7行目）。1つだけ残してください。"),
        ("部署", "C7", "「未来創造課」の行が2つ以上あります（6・7行目）。1つだけ残してください。"),
        ("部署", "D7", "日まで入力してください。例: 令和5年8月9日"),
    ]
    assert Municipality.objects.count() == 0


def test_departments_that_stand_are_not_changed_by_a_file(visit, administrator, blank):
    say_yes(visit, administrator, send(visit, administrator, reverse("town_upload"), blank))
    write(blank, "部署", 1, 課コード="020")
    write(blank, "部署", 3, 課名="町民課")

    preview = send(visit, administrator, reverse("town_upload"), blank)

    assert problems_of(preview) == [
        ("部署", "C6", "登録済みの課は、ここでは変えられません。課室の画面で変えてください。")
    ]


def test_workbook_of_another_town_starts_no_plan(visit, administrator, blank, dx_office):
    fill_in_plan(blank)

    response = send(visit, dx_office, reverse("plan_upload_new"), blank)

    assert response.status_code == 422
    assert "この市区町村の様式ではありません。" in response.content.decode()
