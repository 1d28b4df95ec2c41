"""Workbooks as people fill them in, hand them in and confirm them; `name` begins the addresses."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.hostile_workbooks import saved

FIRST = 4


class FilledForm:
    """The first sheet: `form[2, "実績"] = 41` is the cell of the second line."""

    def __init__(self, content):
        self.book = load_workbook(BytesIO(content))
        self.sheet = self.book.worksheets[0]

    def column(self, header):
        found = [cell.column for cell in self.sheet[FIRST - 1] if cell.value == header]
        return found[0]

    def cell(self, line, header):
        return self.sheet.cell(FIRST - 1 + line, self.column(header))

    def __getitem__(self, place):
        return self.cell(*place).value

    def __setitem__(self, place, value):
        self.cell(*place).value = value

    def line(self, number):
        return [cell.value for cell in self.sheet[FIRST - 1 + number]]


def upload_url(name, plan, fiscal_year=2025):
    return f"{reverse(f'{name}_upload', args=[plan.pk])}?fiscal_year={fiscal_year}"


def fetched(visit, name, person, plan, fiscal_year=2025, **query):
    url = reverse(f"{name}_workbook", args=[plan.pk])
    response = visit(person, url, query_params={"fiscal_year": fiscal_year} | query)
    assert response.status_code == 200
    return FilledForm(response.content)


def handed_in(visit, name, person, plan, form, fiscal_year=2025):
    """Uploads a form and gives the page that answers, the preview where it was read."""
    content = form if isinstance(form, bytes) else saved(form.book)
    file = SimpleUploadedFile("回答.xlsx", content)
    response = visit(person, upload_url(name, plan, fiscal_year), {"file": file})
    return visit(person, response.url) if response.status_code == 302 else response


def confirm(visit, person, page, **answers):
    return visit(person, page.wsgi_request.path, answers or {"ok": "1"})


def findings(page):
    """What every line comes to."""
    return [line.finding.value for line in page.context["page"].lines]


def messages(page):
    """(column, what is said) of every cell with an error."""
    return {
        cell.header: cell.message
        for line in page.context["page"].lines
        for cell in line.found
        if cell.finding == "error"
    }


def refusal(page):
    return page.context["form"].errors.get("file", page.context["form"].non_field_errors())[0]
