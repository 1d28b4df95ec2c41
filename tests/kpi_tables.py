"""What tests of KPI tables share: the towns' tables as printed, and the steps as a person takes."""

from html.parser import HTMLParser
from pathlib import Path

from django.urls import reverse

PRINTED = Path(__file__).parent / "printed_tables"
JINSEKIKOGEN = (PRINTED / "jinsekikogen.tsv").read_text("utf-8")


class _Fields(HTMLParser):
    """What a browser would send of the page's main form."""

    def __init__(self):
        super().__init__()
        self.sent, self.select, self.area, self.text = {}, None, None, ""

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "select":
            self.select = said.get("name")
            self.sent.setdefault(self.select, "")
        elif tag == "option" and self.select and "selected" in said:
            self.sent[self.select] = said.get("value", "")
        elif tag == "textarea":
            self.area, self.text = said.get("name"), ""
        elif tag == "input" and said.get("name"):
            self._input(said)

    def _input(self, said):
        is_box = said.get("type") in ("checkbox", "radio")
        if not is_box or "checked" in said:
            self.sent[said["name"]] = said.get("value", "on" if is_box else "")

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea" and self.area:
            self.sent[self.area], self.area = self.text.removeprefix("\n"), None


def fields_of(response) -> dict[str, str]:
    """What is sent when the page's form is sent as it stands."""
    parser = _Fields()
    parser.feed(response.content.decode().split("<main", 1)[1])
    return {name: value for name, value in parser.sent.items() if name}


def paste(visit, person, plan, text):
    """The page of columns that a pasted table leads to, or the page that refuses it."""
    answer = visit(person, reverse("kpi_table", args=[plan.pk]), {"text": text})
    return visit(person, answer.url) if answer.status_code == 302 else answer


def go_on(visit, person, columns, **changes):
    """The preview that the page of columns leads to, with what is changed there by hand."""
    path = columns.wsgi_request.get_full_path()
    answer = visit(person, path, fields_of(columns) | changes)
    return visit(person, answer.url) if answer.status_code == 302 else answer


def preview(visit, person, plan, text, **changes):
    return go_on(visit, person, paste(visit, person, plan, text), **changes)


def confirmed(page, **changes) -> dict[str, str]:
    """What is sent with every 測り方 said yes to."""
    lines = page.context["page"].lines
    yes = {f"l{line.record.line}-is_confirmed": "on" for line in lines if line.proposals}
    return fields_of(page) | yes | changes


def take(visit, person, page, **changes):
    return visit(person, page.wsgi_request.path, confirmed(page, **changes))


def problems(page) -> dict[int, list[str]]:
    """What is wrong, by line of the table."""
    return {
        line.record.line: [message for _, message in line.all_errors]
        for line in page.context["page"].lines
        if line.errors
    }
