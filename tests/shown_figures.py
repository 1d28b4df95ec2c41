"""What every output shows of a plan's KPIs, read as a person or a program reads it.

A reader gives ((KPI's number, fiscal year, figure), text) for all that it finds. The figures are
target, value, verdict, rate, progress and grade; blank where the output has 「―」 or nothing.
"""

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO, StringIO

import openpyxl

from dxplan.lib.fiscal_years import FiscalYear
from tests.markup import charts_of, table_lines
from tests.spreadsheets import displayed

CHANGED = "※"
PAGE_COLUMNS = {
    "目標": "target",
    "実績": "value",
    "判定": "verdict",
    "達成率": "rate",
    "進捗率": "progress",
    "評語": "grade",
}
LIST_COLUMNS = ("number", "target", "result", "verdict", "rate", "progress", "grade")
ASIDE = ("table__sub", "visually-hidden")


def seen(text):
    return "" if text == "―" else text


def cell_text(cell):
    badge = cell.first("span", css="badge")
    return grade_text(cell) if badge else seen(cell.text(without=ASIDE))


def grade_text(place):
    """The symbol of a badge, or the name of a class without one; ※ where the office changed it."""
    badge = place.first("span", css="badge")
    shown = badge.first("span", css="badge__symbol") or badge.first("span", css="badge__label")
    return shown.text() + (CHANGED if place.first("span", css="badge-changed") else "")


def figures_of(number, year, line):
    """The figures of a table's line under the headers that pages use."""
    for header, figure in PAGE_COLUMNS.items():
        if header in line:
            yield (number, year, figure), cell_text(line[header])


def number_of(place, numbers):
    """The number of the KPI to whose page the first link leads."""
    return numbers[int(re.search(r"/kpis/(\d+)/", place.first("a").attributes["href"])[1])]


def from_kpi_page(page, number):
    for line in table_lines(page.first("div", aria_label="年度ごとの目標と実績")):
        year = line["年度"].first("span", css="table__sub")
        if not line["年度"].text().startswith("基準値"):
            yield from figures_of(number, int(year.text().removesuffix("年度")), line)


def from_list(page, year):
    place = page.first("div", css="table-scroll")
    for line in table_lines(place) if place else ():
        yield from figures_of(line["番号"].text(), year, line)


def from_matrix(page, numbers):
    """Grades with the target, and the value where there is one."""
    place = page.first("div", aria_label="指標と年度の一覧")
    for line in table_lines(place) if place else ():
        number = number_of(line["指標"], numbers)
        for header, cell in line.items():
            if cell.first("span", css="matrix__symbol"):
                yield from _from_matrix_cell((number, int(FiscalYear.parse(header))), cell)


def _from_matrix_cell(key, cell):
    mark = CHANGED if cell.first("span", css="badge-changed") else ""
    grade = cell.first("span", css="matrix__symbol").text(without=ASIDE)
    texts = [value.text() for value in cell.all("span", css="matrix__value")]
    targets = [text.removeprefix("目標 ") for text in texts if text.startswith("目標 ")]
    values = [text for text in texts if not text.startswith("目標 ")]
    yield (*key, "grade"), f"{grade}{mark}"
    yield (*key, "target"), "".join(targets)
    yield (*key, "reached"), "".join(values)


def from_behind(page, year, numbers):
    place = page.first("div", aria_label="遅れている指標")
    for line in table_lines(place) if place else ():
        number = number_of(line["指標"], numbers)
        yield from figures_of(number, year, line)
        yield (number, year - 1, "rate"), cell_text(line["前年度の達成率"])


def from_year_tables(page, numbers):
    """The tables beside the dashboard's small charts."""
    for place in page.all("figure"):
        if place.first("div", css="chart--small"):
            number = number_of(place, numbers)
            for line in table_lines(place.first("div", css="table-scroll")):
                if not line["年度"].text().startswith("基準値"):
                    yield from figures_of(number, int(FiscalYear.parse(line["年度"].text())), line)


def from_bars(page, year):
    """The bars of this year's and last year's rates, as the pointer tells them."""
    chart = charts_of(page).get("rate-comparison", {"data": []})
    for bars in chart["data"]:
        shown_year = {"当年度": year, "前年度": year - 1}[bars["name"]]
        for name, percent, text in zip(bars["y"], bars["x"], bars["customdata"], strict=True):
            assert (percent is None) == (text == "")
            if text:
                assert text == f"{rounded(percent, 1)}%"
                yield (name.split(" ")[0], shown_year, "rate"), text


def tile_counts(page):
    """{grade: count} of the dashboard's tiles."""
    return {
        tile.first(css="tile__label").text().split(" ")[0]: int(
            tile.first(css="tile__value").text(without=["unit"])
        )
        for tile in page.all("a", css="tile")
    }


def from_chart(figure, number, years):
    """Texts at the points of results and targets; blank where no point is drawn."""
    traces = {trace["name"]: trace for trace in figure["data"]}
    for year in years:
        bounds = [_told(traces, name, year) for name in ("目標", "目標の下限", "目標の上限")]
        yield (number, year, "drawn"), _told(traces, "実績", year)
        yield (number, year, "aimed"), "〜".join(text for text in bounds if text)


def _told(traces, name, year):
    place = place_of(traces, name, year)
    return traces[name]["customdata"][place] if place is not None else ""


def place_of(traces, name, year):
    """Where a year's point stands in a trace, None where none is drawn."""
    label = FiscalYear(year).short_label
    trace = traces.get(name, {"x": []})
    if label not in trace["x"] or trace["y"][trace["x"].index(label)] is None:
        return None
    return trace["x"].index(label)


def from_workbook(content):
    """The committee's sheets 指標一覧 and 遅れている指標."""
    book = openpyxl.load_workbook(BytesIO(content))
    yield from _from_kpi_sheet([[*map(displayed, row)] for row in book["指標一覧"].iter_rows()])
    lines = [[*map(displayed, row)] for row in book["遅れている指標"].iter_rows()]
    year = int(re.search(r"(\d{4})年度", lines[0][0])[1])
    for cells in lines[3:]:
        if cells[1]:
            line = dict(zip(lines[2], cells, strict=True))
            for header in ("目標", "実績", "達成率", "評語"):
                yield (cells[0], year, PAGE_COLUMNS[header]), seen(line[header])
            yield (cells[0], year - 1, "rate"), seen(line["前年度の達成率"])


def _from_kpi_sheet(lines):
    columns = list(_headed(lines[2], lines[3]))
    for cells in lines[4:]:
        for place, year, header in columns:
            if cells[1] and year:
                yield (cells[0], year, PAGE_COLUMNS[header]), seen(cells[place])


def _headed(labels, headers):
    """(place, year, header) of the columns below a year."""
    year = None
    for place, (label, header) in enumerate(zip(labels, headers, strict=True)):
        if label.startswith(("令和", "平成")):
            year = int(FiscalYear.parse(label))
        if header:
            yield place, year, header


def tidy_csv(content):
    """The lines of the CSV as {column: text}."""
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def tidy_xlsx(content):
    """The same of the workbook, numbers in the digits that its cells have."""
    headers, *lines = openpyxl.load_workbook(BytesIO(content))["data"].iter_rows(values_only=True)
    texts = [["" if value is None else str(value) for value in line] for line in lines]
    return [dict(zip(headers, line, strict=True)) for line in texts]


def from_tidy(lines):
    """The figures as the pages would show them, made of a tidy file's columns alone."""
    for line in lines:
        key = (line["kpi_number"], int(line["fiscal_year"]))
        mark = CHANGED if line["is_overridden"] == "true" else ""
        yield (*key, "target"), _tidy_target(line)
        yield (*key, "value"), _tidy_value(line)
        yield (*key, "verdict"), line["verdict_label"]
        yield (*key, "rate"), _tidy_rate(line, "achievement_rate")
        yield (*key, "progress"), _tidy_rate(line, "progress_rate")
        yield (*key, "grade"), (line["grade_symbol"] or line["grade_label"]) + mark


def _tidy_target(line):
    lower, upper = (_measured(line, name) for name in ("target_value", "target_upper_value"))
    return {
        "": "",
        "number": lower,
        "range": f"{lower}〜{upper}",
        "reference": f"{line['reference_name']}{line['target_comparator_label']}",
        "milestone": line["target_milestone_label"],
        "text": line["target_text"],
    }[line["target_kind"]]


def _tidy_value(line):
    if line["value_state"] == "not_yet_asked":
        return ""
    if line["value_state"] not in ("final", "preliminary"):
        return line["value_state_label"]
    shown = line["milestone_label"] or line["text"] or _measured(line, "value")
    if line["reference_value"]:
        shown += f"（{line['reference_name']} {_measured(line, 'reference_value')}）"
    return shown + ("（速報）" if line["value_state"] == "preliminary" else "")


def _tidy_rate(line, name):
    return f"{rounded(line[name], 1)}{line['rate_unit']}" if line[name] else ""


def _measured(line, name):
    if not line[name]:
        return ""
    unit = line["unit"] if line["unit"] in ("", "%") else f" {line['unit']}"
    return f"{rounded(line[name], int(line['shown_decimals']))}{unit}"


def rounded(number, decimals):
    """「1,234.5」, rounded half up; never a negative zero."""
    exact = Decimal(str(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{exact or abs(exact):,f}"


def from_grid(page, year, numbers):
    """Target and judgement of every line of the entry grid."""
    place = page.first("table", css="grid-table")
    for line in place.first("tbody").all("tr") if place else ():
        number = number_of(line, numbers)
        yield (number, year, "target"), cell_text(line.first("td", data_label="目標"))
        yield from from_judgement(line.first("td", data_label="判定"), number, year)


def from_judgement(place, number, year):
    """What the grid says of a line as stored or typed: grade, 達成率 and 進捗率."""
    texts = [note.text() for note in place.all("p", css="grid-table__rate")]
    rates = dict(text.split(" ") for text in texts if text.startswith(("達成率", "進捗率")))
    yield (number, year, "grade"), grade_text(place)
    yield (number, year, "rate"), rates.get("達成率", "")
    yield (number, year, "progress"), rates.get("進捗率", "")


def typed_lines(page):
    """{KPI's id: its fields} as the grid's form would be sent."""
    found = {}
    for line in page.all("tr"):
        fields = {name: value for name, value in map(_field, _inputs(line)) if name}
        if fields:
            found[next(iter(fields)).rsplit("-")[-1]] = fields
    return found


def _inputs(line):
    return (e for tag in ("input", "select", "textarea") for e in line.all(tag))


def _field(element):
    value = element.attributes.get("value", "")
    if element.tag == "textarea":
        value = "".join(element.children)
    if element.tag == "select":
        chosen = [option for option in element.all("option") if "selected" in option.attributes]
        value = (chosen or [element.first("option")])[0].attributes["value"]
    return element.attributes.get("name"), value
