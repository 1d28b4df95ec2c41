"""The lines of a KPI table, by its layout: one record per KPI, and what was left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dxplan.lib.folding import folded
from kpis.table_cells import NO_FIGURE, FigureCell, joined, take_apart
from kpis.table_layout import Layout
from kpis.table_text import Grid
from kpis.table_words import Meaning

REMARK = re.compile(r"\s*(?:[※＊*]|[（(]?注[）)0-9０-９:：)]|注\s|出典[:：]|資料[:：])")
JOINED = (Meaning.DEFINITION, Meaning.NOTE, Meaning.SOURCE, Meaning.DEPARTMENT, Meaning.WORDING)
FIGURES = (Meaning.BASELINE, Meaning.TARGET)


@dataclass(frozen=True)
class Record:
    """One KPI as the table says it; `line` is its line in the table, `texts` are by meaning.

    `printed` holds the cells of name, baseline and targets as they stand in the table.
    """

    line: int
    policy: str
    texts: dict[Meaning, str]
    baseline: FigureCell = NO_FIGURE
    baseline_year: int | None = None
    targets: dict[int, FigureCell] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.texts.get(Meaning.NAME, "")


@dataclass(frozen=True)
class LeftOut:
    """A line that is no KPI: a remark below the table, a heading between, a repeated heading."""

    line: int
    text: str
    why: str


HEADING_AGAIN, NOTE_LINE, IS_HEADING = "見出しの行", "注の行", "分類の見出し"


@dataclass(frozen=True)
class Records:
    """All of a table's lines below its headings."""

    found: tuple[Record, ...]
    left_out: tuple[LeftOut, ...]


def records_of(grid: Grid, layout: Layout) -> Records:
    """The KPIs of a table; a blank 分類 is that of the line above, as in merged cells."""
    found, left_out, above = [], [], {}
    for number, row in _rows(grid, layout):
        why = _why_no_kpi(grid, layout, row)
        if why == IS_HEADING:
            above = {-1: next(text for text in row if text)}
        if why:
            left_out.append(LeftOut(number, " ".join(filter(None, row))[:100], why))
            continue
        above = _policies(layout, row, above)
        found.append(_record(number, row, layout, above))
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
