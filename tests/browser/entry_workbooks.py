"""A department's workbook as people use it: fetched, filled in by LibreOffice, handed in."""

from io import BytesIO

from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook

from tests.hostile_workbooks import saved
from tests.spreadsheets import printed_files, saved_by_libreoffice

HEADER = 3


def fetched(page, name):
    """The bytes behind a button or link that hands out a file."""
    with page.expect_download() as download:
        page.get_by_text(name).first.click()
    return download.value.path().read_bytes()


def filled_in(content, cells, folder):
    """A workbook with cells (number, header, value) filled in, as LibreOffice saves it."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[HEADER]}
    rows = {str(sheet.cell(row, 1).value): row for row in range(HEADER + 1, sheet.max_row + 1)}
    for number, header, value in cells:
        sheet.cell(rows[number], columns[header]).value = value
    return saved_by_libreoffice(saved(book), folder)


def hand_in(page, content):
    file = {"name": "回答.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("入力したファイル").set_input_files(file)
    page.get_by_role("button", name="取り込んで確認する").click()


def findings(page):
    return page.locator(".findings").inner_text().split()


def check_accessible(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    violations = [(item["id"], node["html"]) for item in found for node in item["nodes"]]
    assert violations == [], violations


def check_printable(content, folder):
    """LibreOffice opens and prints it."""
    (folder / "marked.xlsx").write_bytes(content)
    assert printed_files([folder / "marked.xlsx"], folder)[0].exists()


def remarks_of(content):
    """What the marked workbook says beside each line, by number, and of how many cells."""
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    place = next(cell.column for cell in sheet[HEADER] if cell.value == "確認してほしいこと")
    rows = range(HEADER + 1, sheet.max_row + 1)
    commented = sum(bool(cell.comment) for row in sheet for cell in row)
    said = {str(sheet.cell(row, 1).value): sheet.cell(row, place).value for row in rows}
    return {number: text for number, text in said.items() if text}, commented
