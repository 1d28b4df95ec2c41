"""Cells of a workbook that people filled in: which they are, and what one cannot use."""

from dataclasses import dataclass

from dxplan.lib.numbers import quoted
from dxplan.lib.spreadsheets.sheets import CellKind, SheetCell

HEADER_WITHIN = 30  # rows from the top
UNCALCULATED = "計算されていない数式です。Excelで開いて保存し直すか、値を入力してください。"
ERROR_VALUE = "「{text}」は表計算ソフトのエラー値です。値を入力してください。"
CALCULATED = "「{text}」は数式の計算結果です。この値でよろしいですか。"


@dataclass(frozen=True)
class TypedCell:
    """One cell as it was filled in."""

    address: str
    text: str
    kind: CellKind = CellKind.TEXT
    is_formula: bool = False

    @property
    def unusable(self) -> str:
        """Why it gives no value at all; blank where it does."""
        if self.kind == CellKind.UNCALCULATED:
            return UNCALCULATED
        is_error = self.kind == CellKind.ERROR
        return ERROR_VALUE.format(text=quoted(self.text)) if is_error else ""


def typed_cells(cells: dict[int, SheetCell], columns: dict[str, int], names) -> dict:
    """The cells of a row that hold something, by the names of their columns."""
    return {
        name: TypedCell(cell.address, cell.text, cell.kind, cell.is_formula)
        for name in names
        if (cell := cells.get(columns.get(name)))
        and (cell.text.strip() or cell.kind == CellKind.UNCALCULATED)
    }


def packed_cells(cells: dict[str, TypedCell]) -> dict[str, list]:
    """As JSON. Not by `asdict`, which copies every value and takes longer than reading them."""
    return {
        name: [cell.address, cell.text, cell.kind.value, cell.is_formula]
        for name, cell in cells.items()
    }


def unpacked_cells(packed: dict[str, list]) -> dict[str, TypedCell]:
    return {
        name: TypedCell(address, text, CellKind(kind), is_formula)
        for name, (address, text, kind, is_formula) in packed.items()
    }
