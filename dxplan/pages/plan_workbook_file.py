"""The workbook of a whole plan, or a blank one with which a plan begins."""

from openpyxl.utils import get_column_letter

from dxplan.lib import workbooks as wb
from dxplan.lib.exchange.workbooks import Page, add_guide, add_page
from dxplan.pages.plan_workbook import PlanSheets
from plans.models import FrameworkItem
from plans.resources.basics import TEMPLATE

ITEMS_SHEET = "項目一覧"
HOW_TO = "見出しの下に1行に1件ずつ入力します。「行」の欄が「説明」「見本」の行は読み取りません。"
GUIDE = (
    (
        "使い方",
        "各シートを直して保存し、画面の「Excelから取り込む」で取り込みます。"
        "取り込む前に、変わるところの一覧を確認できます。",
    ),
    ("必須の列", "見出しに「※必須」とある列は、入力が必要です。"),
    ("行の追加", "下の空いている行に入力します。行の途中に挿入してもかまいません。"),
    (
        "行の削除",
        "行を消しただけでは削除されません。"
        "取込みの画面で「ファイルにない行を削除する」を選んだときだけ削除されます。",
    ),
    (
        "空欄",
        "空欄にしただけでは消えません。"
        "取込みの画面で「空欄にした内容を消す」を選んだときだけ消えます。",
    ),
    ("並べ替え", "行や列を並べ替えても読み取れます。シート名と見出しは変えないでください。"),
    ("灰色の列", "参考に載せている列です。直しても読み取りません。"),
    (
        "年度・日付",
        "年度は「令和8年度」「R8」「2026」、日付は「令和8年3月31日」「R8.3.31」、"
        "時点は「R7.3末」のように入力します。",
    ),
    ("ほかのシートの行", "施策や指標などは、そのシートのコードや番号で指します。"),
    ("選択肢", "選択肢のある列では、セルの▼から選べます。"),
)
ITEM_COLUMNS = ("上位計画コード", "計画", "項目の番号", "項目")


def plan_workbook(plan) -> bytes:
    """A plan as it stands, to be edited and taken over into a draft."""
    sheets = PlanSheets(plan).load()
    pages = [_page(resource, plan.title) for resource in sheets.all]
    return workbook_of(f"{plan.title}（計画一式）", pages, sheets)


def _page(resource, title) -> Page:
    rows = resource.rows
    return Page(
        name=resource.sheet,
        title=f"{title}　{resource.sheet}",
        meaning=f"{resource.meaning}{HOW_TO}",
        columns=resource.columns,
        lines=[resource.texts[id(row)] for row in rows],
        marks=[resource.marks[id(row)] for row in rows],
        spare_lines=0 if resource.sheet == "計画" else 10,
    )


def blank_workbook(town, *, before=()) -> bytes:
    """A workbook without a plan: explanations, and an example in every sheet.

    `before` are pages of further sheets to stand first.
    """
    sheets = PlanSheets(PlanSheets.new_plan(town)).load()
    pages = [*before, *(_blank_page(resource, town) for resource in sheets.all)]
    return workbook_of("新しい計画（計画一式）", pages, sheets)


def _blank_page(resource, town) -> Page:
    keys = {"様式": TEMPLATE, "団体コード": town.code if town else ""}
    is_plan = resource.sheet == "計画"
    return Page(
        name=resource.sheet,
        title=f"新しい計画　{resource.sheet}",
        meaning=f"{resource.meaning}{HOW_TO}",
        columns=resource.columns,
        lines=[keys] if is_plan else (),
        marks=[""] if is_plan else (),
        examples=examples_of(resource),
        spare_lines=0 if is_plan else 20,
    )


def examples_of(resource) -> list[dict[str, str]]:
    """Lines that show how a sheet is filled in; together they would make a plan."""
    first = {column.header: column.example for column in resource.columns if column.example}
    return [first, *(first | more for more in resource.more_examples)] if first else []


def workbook_of(title, pages, sheets) -> bytes:
    book = wb.new_workbook(title)
    add_guide(
        book, title, GUIDE, [(page.name, page.meaning.removesuffix(HOW_TO)) for page in pages]
    )
    key_columns = {page.name: get_column_letter(_key_place(page, sheets)) for page in pages}
    for page in pages:
        add_page(book, page, key_columns)
    _add_items(book, sheets.plan)
    return wb.to_bytes(book)


def _key_place(page, sheets) -> int:
    """Where the key stands by which other sheets name the lines of this one."""
    named = {"階層": "階層の名称"}
    resource = next((item for item in sheets.all if item.sheet == page.name), None)
    keys = [column.header for column in resource.key_columns] if resource else []
    header = named.get(page.name) or (keys[0] if keys else "")
    headers = [column.header for column in page.columns]
    return 2 + (headers.index(header) if header in headers else 0)


def _add_items(book, plan):
    """What measures may point to, of the national frameworks and the town's own. One query."""
    sheet = book.create_sheet(ITEMS_SHEET)
    notice = "「項目との対応」シートで使うコードと番号の一覧です。読み取りません。"
    wb.put_head(sheet, ITEMS_SHEET, notice, columns=4)
    wb.put_header(sheet, 3, ITEM_COLUMNS)
    items = FrameworkItem.objects.open_to(plan).select_related("framework")
    for number, item in enumerate(items, 4):
        framework = item.framework
        wb.put_line(sheet, number, (framework.code, str(framework), item.number, item.name))
        wb.fit_height(sheet, number, [(str(framework), 44), (item.name, 50)])
    wb.set_widths(sheet, (26, 44, 14, 50))
    sheet.freeze_panes = "A4"
    wb.set_up_page(sheet, title_rows="3:3")
