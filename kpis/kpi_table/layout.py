"""How a KPI table lies: its heading rows and what its columns hold, guessed from any grid of texts.

A guess is a proposal: the person sees it beside the table and changes it by hand.
"""

from dataclasses import dataclass, replace

from kpis.kpi_table.text import Grid
from kpis.kpi_table.words import Heading, Meaning, is_remark, read_heading

HEADING_WITHIN = 30  # rows
MOST_HEADING_ROWS = 5
ONCE = (Meaning.NUMBER, Meaning.NAME, Meaning.UNIT, Meaning.BASELINE, Meaning.TAKEN, Meaning.DUE)


@dataclass(frozen=True)
class TableColumn:
    """What a column holds; `taken` is the 時点 that its heading gives to all of its cells."""

    meaning: Meaning = Meaning.SKIP
    fiscal_year: int | None = None
    taken: str = ""


@dataclass(frozen=True)
class TableLayout:
    """The rows `first` up to `below` are headings, what is above them titles."""

    first: int
    below: int
    columns: tuple[TableColumn, ...]

    def having(self, meaning: Meaning) -> list[int]:
        """The columns of one meaning, from left to right."""
        return [place for place, column in enumerate(self.columns) if column.meaning == meaning]


def guess_layout(grid: Grid, last_year: int | None = None) -> TableLayout:
    """The layout that the headings speak for. Never raises, whatever the texts.

    `last_year` is what a target without a year is for: the plan's last.
    """
    first, below = _heading_rows(grid)
    return TableLayout(first, below, guess_columns(grid, first, below, last_year))


def guess_columns(
    grid: Grid, first: int, below: int, last_year: int | None
) -> tuple[TableColumn, ...]:
    """What the columns hold by the headings in the rows from `first` up to `below`."""
    columns = [_column(read_heading(text)) for text in heading_texts(grid, first, below)]
    for place, column in enumerate(columns):
        if column.meaning == Meaning.WORDING and _holds_figures(grid, below, place):
            columns[place] = replace(column, meaning=Meaning.TARGET)
    columns = [_in_year(column, last_year) for column in columns]
    return tuple(_once(columns))


def heading_texts(grid: Grid, first: int, below: int) -> list[str]:
    """The heading of every column over all storeys: 「目標値」 over 「R8」 is 「目標値 R8」."""
    rows = [grid[row] for row in range(first, below)]
    storeys = [_spread(row, rows[place + 1 :]) for place, row in enumerate(rows)]
    width = len(grid[0]) if grid else 0
    return [
        " ".join(dict.fromkeys(storey[place] for storey in storeys if storey[place]))
        for place in range(width)
    ]


def _spread(row, below):
    """A storey whose merged headings stand over every column that has a text further below."""
    spread, left = [], ""
    for place, text in enumerate(row):
        if not text and left and any(storey[place] for storey in below):
            text = left
        left = text
        spread.append(text)
    return spread


def _heading_rows(grid) -> tuple[int, int]:
    """(first, below) of the storeys of headings; (0, 0) where no row looks like one."""
    scores = [_score(row) for row in grid[:HEADING_WITHIN]]
    best = max(scores, default=0)
    if best < 2:
        return 0, 0
    first = below = scores.index(best)
    while first > 0 and below - first < MOST_HEADING_ROWS and _is_storey(grid[first - 1]):
        first -= 1
    while below < len(grid) and below - first < MOST_HEADING_ROWS and _is_storey(grid[below]):
        below += 1
    return first, below


def _score(row) -> float:
    """How many headings a row has, a name of KPIs most of all; 0 where it has other texts too."""
    texts = [text for text in row if text]
    headings = [heading for heading in map(read_heading, texts) if heading.is_one]
    if len(headings) * 2 <= len(texts):
        return 0
    words = {heading.meaning for heading in headings if heading.meaning}
    return len(headings) + 2 * len(words) + 3 * (Meaning.NAME in words) - 1


def _is_storey(row) -> bool:
    """Whether a row is part of the headings: nothing but headings, more than a lone title."""
    texts = [text for text in row if text]
    is_all = all(is_remark(text) or read_heading(text).is_one for text in texts)
    return is_all and (len(texts) > 1 or (bool(texts) and not row[0]))


def _column(heading: Heading) -> TableColumn:
    if heading.meaning is None and heading.fiscal_year is None:
        return TableColumn()
    return TableColumn(heading.meaning or Meaning.TARGET, heading.fiscal_year, heading.taken)


def _in_year(column, last_year):
    if column.meaning == Meaning.TARGET and column.fiscal_year is None:
        return replace(column, fiscal_year=last_year)
    return column if column.meaning.has_year else replace(column, fiscal_year=None)


def _once(columns):
    """What can be there but once stays at its first place."""
    seen = set()
    for column in columns:
        mark = (column.meaning, column.fiscal_year if column.meaning == Meaning.TARGET else None)
        if column.meaning in (*ONCE, Meaning.TARGET) and mark in seen:
            column = TableColumn()
        seen.add(mark)
        yield column


def _holds_figures(grid, below, place) -> bool:
    """Whether more than half of a column's cells begin with a figure."""
    texts = [row[place] for row in grid[below:] if row[place]]
    return sum(text[0].isdecimal() for text in texts) * 2 > len(texts)
