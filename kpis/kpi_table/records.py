"""The lines of a KPI table, by its layout: one record per KPI, and what was left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.folding import folded
from kpis.kpi_table.cells import NO_FIGURE, FigureCell, joined, take_apart
from kpis.kpi_table.layout import TableLayout
from kpis.kpi_table.text import Grid
from kpis.kpi_table.wording import figure_in, is_every_year
from kpis.kpi_table.words import Meaning
from kpis.taken_at import TakenTime, read_taken

REMARK = re.compile(r"\s*(?:[※＊*]|[（(]?注[）)0-9０-９:：)]|注\s|出典[:：]|資料[:：])")
JOINED = (Meaning.DEFINITION, Meaning.NOTE, Meaning.SOURCE, Meaning.DEPARTMENT, Meaning.WORDING)
FIGURES = (Meaning.BASELINE, Meaning.TARGET)


@dataclass(frozen=True)
class Record:
    """One KPI as the table says it; `line` is its line in the table, `texts` are by meaning.

    `printed` holds the cells of name, baseline and targets as they stand in the table. Targets
    that `is_from_wording` are what the words of its 数値目標 seem to ask for by its 達成時期.
    """

    line: int
    policy: str
    texts: dict[Meaning, str]
    baseline: FigureCell = NO_FIGURE
    baseline_year: int | None = None
    targets: dict[int, FigureCell] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    is_from_wording: bool = False

    @property
    def name(self) -> str:
        return self.texts.get(Meaning.NAME, "")


@dataclass(frozen=True)
class LeftOut:
    """A line that is no KPI: a remark below the table, a heading between, a repeated heading."""

    line: int
    text: str
    why: str


NO_YEARS = range(0)
HEADING_AGAIN, NOTE_LINE, IS_HEADING = "見出しの行", "注の行", "分類の見出し"


@dataclass(frozen=True)
class Records:
    """All of a table's lines below its headings."""

    found: tuple[Record, ...]
    left_out: tuple[LeftOut, ...]


def records_of(grid: Grid, layout: TableLayout, years: range = NO_YEARS) -> Records:
    """The KPIs of a table; a blank 分類 is that of the line above, as in merged cells.

    `years` are the plan's: in all of them is asked for what 「毎年度」 is.
    """
    found, left_out, above = [], [], {}
    for number, row in _rows(grid, layout):
        why = _why_no_kpi(grid, layout, row)
        if why == IS_HEADING:
            above = {-1: next(text for text in row if text)}
        if why:
            left_out.append(LeftOut(number, " ".join(filter(None, row))[:100], why))
            continue
        above = _policies(layout, row, above)
        found.append(_with_wording(_record(number, row, layout, above), years))
    return Records(tuple(found), tuple(left_out))


def _rows(grid, layout) -> Iterator[tuple[int, list[str]]]:
    numbered = enumerate(grid, start=1)
    return ((number, row) for number, row in numbered if number > layout.below and any(row))


def _why_no_kpi(grid, layout, row) -> str:
    if row in grid[layout.first : layout.below]:
        return HEADING_AGAIN
    filled = [place for place, text in enumerate(row) if text]
    if len(filled) <= 2 and REMARK.match(row[filled[0]]):
        return NOTE_LINE
    is_named = any(row[place] for place in layout.having(Meaning.NAME))
    used = [place for place in filled if layout.columns[place].meaning != Meaning.SKIP]
    others = [place for place in used if layout.columns[place].meaning != Meaning.POLICY]
    if not is_named and (not others or len(filled) == 1):
        return IS_HEADING
    return ""


def _policies(layout, row, above) -> dict[int, str]:
    """The 分類 of every level; where an upper one changes, the lower ones start anew."""
    standing = dict(above)
    for place in layout.having(Meaning.POLICY):
        if row[place]:
            standing = {upper: text for upper, text in standing.items() if upper < place}
            standing[place] = joined(row[place])
    return standing


def _record(number, row, layout, above) -> Record:
    baseline = next(iter(layout.having(Meaning.BASELINE)), None)
    column = layout.columns[baseline] if baseline is not None else None
    targets = layout.having(Meaning.TARGET)
    return Record(
        line=number,
        policy=next(reversed(above.values()), ""),
        texts=_texts(row, layout),
        baseline=take_apart(row[baseline], column.taken) if column else NO_FIGURE,
        baseline_year=column.fiscal_year if column else None,
        targets={
            layout.columns[place].fiscal_year: take_apart(row[place], layout.columns[place].taken)
            for place in targets
            if layout.columns[place].fiscal_year and row[place]
        },
        printed=_printed(row, layout, baseline),
    )


def _with_wording(record, years) -> Record:
    """With the targets that the words speak for, where the table has no others."""
    wording, due = (record.texts.get(name, "") for name in (Meaning.WORDING, Meaning.DUE))
    figure, end = figure_in(wording), "末" if due.endswith("末") else ""
    asked = _years_asked(wording, due, years)
    if record.targets or not figure or not asked:
        return record
    return replace(
        record,
        targets={
            year: FigureCell(figure, f"{FiscalYear(year).era_label}{end}" if end else "")
            for year in asked
        },
        printed=record.printed | {f"target_{year}": wording for year in asked},
        is_from_wording=True,
    )


def _years_asked(wording, due, years) -> range:
    """The year of the 達成時期; all years up to it of what is asked for in every year."""
    time = _time(due)
    if time is None:
        return years if is_every_year(due) else NO_YEARS
    last = time.taken_fiscal_year or int(FiscalYear.of(time.taken_on))
    is_each = is_every_year(wording) and years and years[0] <= last
    return range(years[0] if is_each else last, last + 1)


def _time(text) -> TakenTime | None:
    try:
        time = read_taken(text)
    except ValueError:
        return None
    return time if any(time) else None


def _texts(row, layout) -> dict[Meaning, str]:
    found: dict[Meaning, str] = {}
    for place, column in enumerate(layout.columns):
        meaning = column.meaning
        if meaning in (Meaning.SKIP, Meaning.POLICY, *FIGURES) or not row[place]:
            continue
        text = row[place] if meaning in (Meaning.DEFINITION, Meaning.NOTE) else joined(row[place])
        has_more = meaning in JOINED and meaning in found
        found[meaning] = f"{found[meaning]}\n{text}" if has_more else text
    return found


def _printed(row, layout, baseline) -> dict[str, str]:
    found = {}
    for place in layout.having(Meaning.NAME):
        found["name"] = row[place]
    if baseline is not None:
        found["baseline_value"] = row[baseline]
    for place in layout.having(Meaning.TARGET):
        found[f"target_{layout.columns[place].fiscal_year}"] = row[place]
    return found


def same_name(name: str) -> str:
    """What two names have in common that are one to a reader: width, capitals, blanks aside."""
    return "".join(folded(name).split())
