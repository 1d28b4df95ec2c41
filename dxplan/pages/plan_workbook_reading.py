"""A plan's workbook as it came back, beside what stands: read and compared, nothing saved.

Plain functions of plain values, so that pages and background work use them alike.
"""

from collections import Counter
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from dxplan.accounts.resources import DepartmentResource, TownResource
from dxplan.lib.exchange.book import Options
from dxplan.lib.exchange.findings import Line, LineFinding
from dxplan.lib.exchange.typed import TypedBook, WrongWorkbook, typed_book
from dxplan.lib.spreadsheets.sheets import Sheet
from dxplan.pages.plan_workbook import PlanSheets
from dxplan.pages.plan_workbook_file import ITEMS_SHEET
from dxplan.pages.plan_workbook_removal import told_of_removal
from plans.resources.basics import TEMPLATE

GUIDE_SHEET = "説明"
NO_PLAN = "シート「計画」に行がありません。計画名と期間を入力してください。"
OTHER_TEMPLATE = "様式の版が異なります。新しい様式を受け取り、入力内容を写してください。"
NO_TOWN = "団体コードがありません。シート「計画」の「団体コード」の列に入力してください。"
OTHER_TOWN = "この市区町村の様式ではありません。この画面で受け取った様式を選んでください。"
OTHER_PLAN = (
    "別の計画から出力したファイルです。登録済みの内容とくらべて、変わるところを確かめてください。"
)
TOWN_SHEETS = (TownResource, DepartmentResource)


def read_plan_book(sheets: list[Sheet], town) -> TypedBook:
    """The sheets of a workbook of this town. Raises WrongWorkbook, with all reasons."""
    wanted = [resource.wanted() for resource in PlanSheets(PlanSheets.new_plan(town)).all]
    names = {sheet.name.strip() for sheet in sheets}
    town_sheets = [kind(town).wanted() for kind in TOWN_SHEETS if kind.sheet in names]
    others = (GUIDE_SHEET, ITEMS_SHEET)
    book = typed_book(sheets, [*wanted, *town_sheets], others=others)
    check_origin(book, town)
    return book


def check_origin(book, town):
    """Raises WrongWorkbook where a workbook is not of this town, or of an older template."""
    rows = book.tables["計画"].rows
    if not rows:
        raise WrongWorkbook(NO_PLAN)
    first = rows[0]
    if first.text("様式").strip() != TEMPLATE:
        raise WrongWorkbook(OTHER_TEMPLATE)
    codes = {code for code in (first.text("団体コード").strip(), _town_code(book)) if code}
    if not codes:
        raise WrongWorkbook(NO_TOWN)
    if codes != {town.code}:
        raise WrongWorkbook(OTHER_TOWN)


def _town_code(book) -> str:
    table = book.tables.get(TownResource.sheet)
    return table.rows[0].text("団体コード").strip() if table and table.rows else ""


@dataclass(frozen=True)
class SheetPreview:
    """The lines of one sheet, those to look at first."""

    name: str
    lines: list[Line]

    @cached_property
    def counts(self) -> list[tuple[LineFinding, int]]:
        found = Counter(line.finding for line in self.lines)
        return [(finding, found[finding]) for finding in LineFinding if found[finding]]

    @cached_property
    def noticed(self) -> list[Line]:
        order = list(LineFinding)
        shown = [line for line in self.lines if _is_noticed(line)]
        return sorted(shown, key=lambda line: order.index(line.finding))


def _is_noticed(line):
    return line.finding != LineFinding.UNCHANGED or line.note or line.changes


@dataclass(frozen=True)
class PlanPreview:
    """All that a workbook would change; `marks` tell the state of what it was compared with."""

    resources: PlanSheets
    sheets: list[SheetPreview]
    marks: tuple[str, ...]
    remarks: tuple[str, ...]
    options: Options

    @property
    def lines(self) -> list[Line]:
        return [line for sheet in self.sheets for line in sheet.lines]

    def count(self, *findings) -> int:
        return sum(line.finding in findings for line in self.lines)

    @cached_property
    def counts(self) -> list[tuple[LineFinding, int]]:
        return [(finding, count) for finding in LineFinding if (count := self.count(finding))]

    @property
    def is_blocked(self) -> bool:
        return any(line.is_blocking for line in self.lines)

    @property
    def has_errors(self) -> bool:
        return self.count(LineFinding.ERROR) > 0

    @property
    def missing(self) -> int:
        return self.count(LineFinding.MISSING)

    @property
    def removed(self) -> int:
        return sum(len(resource.deletes) for resource in self.resources.all)

    @cached_property
    def emptied(self) -> int:
        """How many cells hold nothing where something stands."""
        states = (state for item in self.resources.all for state in item.states.values())
        return sum(len(state.emptied) for state in states)

    @property
    def changed_rows(self) -> int:
        """How many rows are written or removed when this is confirmed."""
        return sum(
            len(resource.creates) + len(resource.updates) + len(resource.deletes)
            for resource in self.resources.all
        )

    @property
    def may_confirm(self) -> bool:
        """Whether there is anything to save, once all is answered."""
        changing = (LineFinding.NEW, LineFinding.CHANGED, LineFinding.MISSING,
                    LineFinding.CONFLICT, LineFinding.QUESTION)  # fmt: skip
        return not self.has_errors and (self.count(*changing) > 0 or self.emptied > 0)


def is_own(book: TypedBook, plan) -> bool:
    """Whether a workbook was made from this very plan."""
    return bool(plan.pk) and book.tables["計画"].rows[0].text("計画コード").strip() == plan.code


def compare(plan, book: TypedBook, options: Options) -> PlanPreview:
    """What a workbook would change in a plan, or a plan that is not there yet.

    The plan itself is left as it is. About forty queries, however many lines there are.
    """
    sheets = PlanSheets(copy(plan)).load()
    marks = tuple(sheets.marks)
    for resource in sheets.all:
        resource.match(book.tables[resource.sheet], options)
    for resource in sheets.all:
        resource.note_old_keys()
    sheets.prepare()
    previews = [SheetPreview(resource.sheet, resource.read()) for resource in sheets.all]
    previews = told_of_removal(sheets, previews)
    other = (OTHER_PLAN,) if plan.pk and not options.is_own else ()
    return PlanPreview(sheets, previews, marks, (*other, *book.remarks), options)
