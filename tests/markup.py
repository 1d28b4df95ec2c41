"""Pages as a reader sees them: a small tree of elements, and its tables as cells under headers."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict = field(default_factory=dict)
    children: list = field(default_factory=list)

    @property
    def classes(self):
        return (self.attributes.get("class") or "").split()

    def all(self, tag=None, *, css=None, **attributes):
        """The elements below of a tag, with a class, with attributes (`aria_label`), in order."""
        for child in self.children:
            if isinstance(child, Element):
                if child._is(tag, css, attributes):
                    yield child
                yield from child.all(tag, css=css, **attributes)

    def first(self, tag=None, **conditions):
        return next(self.all(tag, **conditions), None)

    def _is(self, tag, css, attributes):
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        return (
            tag in (None, self.tag)
            and css in (None, *self.classes)
            and all(self.attributes.get(name) == value for name, value in named.items())
        )

    def text(self, *, without=()):
        """What stands in it on one line, without what has one of these classes."""
        found = self._pieces(set(without))
        return " ".join("".join(found).split())

    def _pieces(self, without):
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif not without.intersection(child.classes):
                yield from child._pieces(without)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = [Element("page")]

    def handle_starttag(self, tag, attributes):
        element = Element(tag, dict(attributes))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read_page(response) -> Element:
    """The tree of a page that a client was answered with."""
    reader = _Reader()
    reader.feed(response.content.decode())
    assert [element.tag for element in reader.open] == ["page"]
    return reader.open[0]


def table_lines(place):
    """The body of the table in a place, a {header: cell} a line; lines that span are left out."""
    headers = [header.text() for header in place.first("thead").all("th")]
    for row in place.first("tbody").all("tr"):
        cells = [cell for cell in row.children if isinstance(cell, Element)]
        if len(cells) == len(headers):
            yield dict(zip(headers, cells, strict=True))


def charts_of(page):
    """The figures that the page gives to its script."""
    script = page.first("script", id="charts")
    return json.loads(script.children[0]) if script else {}
