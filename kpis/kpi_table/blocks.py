"""KPIs printed one below the other, each in a small table of its own, turned into one table.

「KPI」 stands beside its name, below it 「数値目標」 and 「達成時期」, above it its measure.
"""

from kpis.kpi_table.text import Grid
from kpis.kpi_table.words import LONGEST_HEADING, Meaning, read_heading

POLICY_HEADING = "分類"
YEARLY = "目標"


def unstacked(grid: Grid) -> Grid:
    """The same KPIs with one row each, where they are printed so; else the grid as it is."""
    if not any(_starts_block(row) for row in grid):
        return grid
    records, heading, years = [], "", []
    for row in grid:
        texts = [text for text in row if text]
        if _starts_block(row):
            records.append({POLICY_HEADING: heading, row[0]: row[1]})
        elif len(texts) == 1 and not _heads_block_row(row):
            heading = texts[0] if _is_title(texts[0]) else heading
            years = []
        elif records:
            years = _add(records[-1], row, years)
    names = list(dict.fromkeys(name for record in records for name in record))
    return [names, *([record.get(name, "") for name in names] for record in records)]


def _add(record, row, years) -> list[str]:
    """Puts a row into its KPI; the years that it heads are those of the row below it."""
    if not row[0] and years:
        record |= {f"{YEARLY} {year}": text for year, text in zip(years, row[1:], strict=False)
                   if year and text}  # fmt: skip
        return []
    if _heads_block_row(row) and _are_years(row[1:]):
        return row[1:]
    if _heads_block_row(row):
        record.setdefault(row[0], row[1])
    return []


def _starts_block(row) -> bool:
    """「KPI」 with its name beside it and nothing else in the row."""
    is_pair = len(row) > 1 and bool(row[1]) and not any(row[2:])
    is_headed = is_pair and read_heading(row[0]).meaning == Meaning.NAME
    return is_headed and not read_heading(row[1]).is_one


def _heads_block_row(row) -> bool:
    return bool(row[0]) and read_heading(row[0]).meaning is not None and any(row[1:])


def _are_years(texts) -> bool:
    filled = [text for text in texts if text]
    headings = [read_heading(text) for text in filled]
    return bool(filled) and all(item.fiscal_year and not item.meaning for item in headings)


def _is_title(text) -> bool:
    return len(text) <= LONGEST_HEADING and not text.endswith("。") and text[0] not in "《※"
