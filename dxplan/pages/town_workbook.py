"""A new town out of a workbook: its own line and its departments. Plans are not looked at."""

from django.db import IntegrityError

from dxplan.accounts.models import Municipality
from dxplan.accounts.people_changes import hold_town
from dxplan.accounts.resources import DepartmentResource, TownResource
from dxplan.lib.exchange.book import Book, Options
from dxplan.lib.exchange.typed import TypedBook, WrongWorkbook, typed_book, unpacked
from dxplan.lib.exchange.workbooks import Page
from dxplan.lib.spreadsheets.sheets import Sheet
from dxplan.pages.plan_workbook import RESOURCES
from dxplan.pages.plan_workbook_file import (
    HOW_TO,
    ITEMS_SHEET,
    blank_workbook,
    examples_of,
)
from dxplan.pages.plan_workbook_reading import GUIDE_SHEET, PlanPreview, SheetPreview
from dxplan.pages.plan_workbook_saving import NotPossible, Waiting
from plans.models import Upload
from plans.uploads import take_over

NO_TOWN = "シート「自治体」に行がありません。団体コードと名称を入力してください。"
TAKEN = (
    "登録の決まりに合わないところがあるため、登録していません。もう一度取り込んで確かめてください。"
)
BLANK_LINES = {"自治体": 1, "部署": 30}


class TownSheets:
    """The sheets of one town, which may not be there yet."""

    def __init__(self, town):
        self.town, book = town, Book()
        self.all = [kind(town, book) for kind in (TownResource, DepartmentResource)]


def town_workbook() -> bytes:
    """A blank workbook for a new town: itself, its departments, its plan."""
    pages = [
        Page(
            name=resource.sheet,
            title=f"新しい市区町村　{resource.sheet}",
            meaning=f"{resource.meaning}{HOW_TO}",
            columns=resource.columns,
            examples=examples_of(resource),
            spare_lines=BLANK_LINES[resource.sheet],
        )
        for resource in TownSheets(Municipality()).all
    ]
    return blank_workbook(None, before=pages)


def read_town_book(sheets: list[Sheet]) -> TypedBook:
    """The sheets of a town. Raises WrongWorkbook, with all reasons."""
    wanted = [resource.wanted() for resource in TownSheets(Municipality()).all]
    others = (GUIDE_SHEET, ITEMS_SHEET, *(resource.sheet for resource in RESOURCES))
    book = typed_book(sheets, wanted, others=others)
    if not book.tables[TownResource.sheet].rows:
        raise WrongWorkbook(NO_TOWN)
    return book


def compare_town(book: TypedBook, options: Options) -> PlanPreview:
    """What a workbook would add; the town is found by its code. Two queries."""
    code = book.tables[TownResource.sheet].rows[0].text("団体コード").strip()
    known = Municipality.objects.filter(code=code).first() if code.isalnum() else None
    sheets = TownSheets(known or Municipality())
    previews = []
    for resource in sheets.all:
        resource.load()
        resource.match(book.tables[resource.sheet], options)
        resource.missing = []  # a town's departments are ended on their page, with a day
        previews.append(SheetPreview(resource.sheet, resource.read()))
    return PlanPreview(sheets, previews, (), book.remarks, options)


def take_over_town(*, upload: Upload, options: Options) -> tuple[Municipality, int]:
    """(town, how many rows were added), all or nothing, once. Raises Waiting, NotPossible."""
    try:
        count = take_over(upload, lambda: _take_over(upload, options))
    except IntegrityError as error:  # the same town or department came in at the same moment
        raise NotPossible(TAKEN) from error
    return compare_town(unpacked(upload.content), options).resources.town, count


def _take_over(upload, options) -> int:
    preview = compare_town(unpacked(upload.content), options)
    if preview.is_blocked:
        raise Waiting(preview)
    hold_town(preview.resources.town.pk)
    count = preview.changed_rows
    for resource in preview.resources.all:
        resource.write()
    return count
