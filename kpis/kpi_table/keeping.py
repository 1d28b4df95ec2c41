"""A KPI table kept between its steps: its sheets, the one chosen, its layout as guessed or set."""

from dataclasses import dataclass

from dxplan.lib.spreadsheets.reading import read_workbook
from kpis.kpi_table.blocks import unstacked
from kpis.kpi_table.layout import TableColumn, TableLayout, guess_layout
from kpis.kpi_table.text import Grid, NoTable, read_grid, sheet_grid
from kpis.kpi_table.words import Meaning
from plans.models import Upload, UploadKind
from plans.uploads import keep

PASTED = "貼り付けた表"
NO_SHEETS = "表のあるシートがありません。"


@dataclass(frozen=True)
class KeptTable:
    """What is kept of a table: its sheets by name with their grids."""

    names: tuple[str, ...]
    grids: tuple[Grid, ...]
    sheet: int
    layout: TableLayout

    @property
    def grid(self) -> Grid:
        return self.grids[self.sheet]


def keep_text(*, plan, owner, text: str) -> Upload:
    """Reads a pasted table and keeps it. Raises NoTable."""
    return _keep(plan, owner, PASTED, {PASTED: unstacked(read_grid(text))})


def keep_file(*, plan, owner, name: str, content: bytes) -> Upload:
    """Reads a workbook and keeps the tables of its sheets. Raises UnreadableWorkbook, NoTable."""
    grids, refusal = {}, NoTable(NO_SHEETS)
    for sheet in read_workbook(content):
        if sheet.is_hidden or not sheet.cells:
            continue
        try:
            grids[sheet.name] = unstacked(sheet_grid(sheet))
        except NoTable as no_table:
            refusal = no_table
    if not grids:
        raise refusal
    return _keep(plan, owner, name, grids)


def _keep(plan, owner, name, grids):
    first = _likeliest(grids, plan)
    layout = guess_layout(list(grids.values())[first], plan.last_fiscal_year)
    content = {"sheets": list(grids.items()), "sheet": first} | {"layout": _packed(layout)}
    return keep(kind=UploadKind.KPI_TABLE, owner=owner, plan=plan, name=name, content=content)


def _likeliest(grids, plan) -> int:
    """The first sheet with a column that is headed as the name of KPIs, else the first."""
    layouts = [guess_layout(grid, plan.last_fiscal_year) for grid in grids.values()]
    named = [place for place, layout in enumerate(layouts) if layout.having(Meaning.NAME)]
    return named[0] if named else 0


def kept_table(upload: Upload) -> KeptTable:
    content = upload.content
    names, grids = zip(*content["sheets"], strict=True)
    return KeptTable(names, grids, content["sheet"], _unpacked(content["layout"]))


def set_layout(upload: Upload, sheet: int, layout: TableLayout) -> None:
    """Keeps which sheet was chosen and what its columns hold."""
    upload.content |= {"sheet": sheet, "layout": _packed(layout)}
    upload.save(update_fields=["content"])


def _packed(layout) -> dict:
    columns = [[item.meaning.value, item.fiscal_year, item.taken] for item in layout.columns]
    return {"first": layout.first, "below": layout.below, "columns": columns}


def _unpacked(packed) -> TableLayout:
    columns = tuple(
        TableColumn(Meaning(meaning), year, taken) for meaning, year, taken in packed["columns"]
    )
    return TableLayout(packed["first"], packed["below"], columns)
