"""What a department's workbook would change, cell by cell: read and compared, nothing saved.

A file says by its version which result it was made from. What differs from that one is what the
person filled in; it conflicts where somebody saved another result meanwhile. An empty cell means
no change.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from dxplan.lib.numbers import read_number
from dxplan.lib.spreadsheets.sheets import CellKind
from kpis.actions import Change
from kpis.cells import Cells, cells_of
from kpis.checked_row import CheckedRow
from kpis.entry import check_row
from kpis.measurement import MeasurementType, ValueState
from kpis.preview import previewed
from kpis.result_columns import (
    FIGURES,
    HEADERS,
    INPUTS,
    MILESTONE_LABELS,
    STATE_LABELS,
    inputs_of,
    labelled,
)
from kpis.result_file import ResultFile, TypedRow
from kpis.rows import KpiProgress, ResultRow
from kpis.taken_at import read_taken

MANY_DECIMALS = 15
STATES = {label: value for value, label in STATE_LABELS.items()}
MILESTONES = {label: value for value, label in MILESTONE_LABELS.items()}

UNKNOWN_NUMBER = "番号「{number}」は、担当する指標にありません。"
NO_NUMBER = "番号がありません。様式の行をそのまま使ってください。"
DOUBLE_ROW = "番号「{number}」の行が2つ以上あります（{rows}行目）。1つだけ残してください。"
ODD_VERSION = "この行の隠れた欄が変わっています。様式を受け取り直してください。"
UNCALCULATED = "計算されていない数式です。Excelで開いて保存し直すか、値を入力してください。"
ERROR_VALUE = "「{text}」は表計算ソフトのエラー値です。値を入力してください。"
NOT_ASKED = "この指標では入力しない欄です。空にしてください。"
CALCULATED = "「{text}」は数式の計算結果です。この値でよろしいですか。"
CONFLICT = "様式を受け取った後に、{who}が別の内容を保存しています。"
SOMEBODY = "他の人"


class Finding(StrEnum):
    """What a cell or a line comes to, in the order in which people should look at them."""

    ERROR = "error"
    CONFLICT = "conflict"
    QUESTION = "question"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"

    @property
    def label(self) -> str:
        return FINDING_LABELS[self]


FINDING_LABELS = dict(
    zip(Finding, ("誤り", "競合", "確認", "新規", "変更", "変更なし"), strict=True)
)


@dataclass(frozen=True)
class ImportCell:
    """One filled-in cell: as typed, as read, what stands, and what stood when the file was made."""

    name: str
    header: str
    address: str
    typed: str
    read: str
    standing: str
    base: str
    finding: Finding
    message: str = ""


@dataclass(frozen=True)
class Choice:
    """What a person answered about one line: which side of a conflict, what was confirmed."""

    side: str = ""
    standing_version: int = 0
    confirmed: str = ""


@dataclass(frozen=True)
class ImportLine:
    """One line of the file beside its KPI; without a KPI only what is wrong with it."""

    typed: TypedRow
    row: KpiProgress | None = None
    error: str = ""
    base: Cells | None = None
    filled: tuple[str, ...] = ()
    cells: Cells | None = None
    checked: CheckedRow = field(default=CheckedRow(None))
    is_stale: bool = False
    choice: Choice = Choice()
    fiscal_year: int = 0

    @property
    def result(self) -> ResultRow:
        return self.row.at(self.fiscal_year).result

    @property
    def asks_side(self) -> bool:
        """Whether somebody else saved another content, and no side was chosen since then."""
        is_chosen = self.choice.side and self.choice.standing_version == self.result.version
        return self.is_stale and not is_chosen

    @property
    def is_left(self) -> bool:
        """Whether what stands is kept, by choice."""
        return self.is_stale and not self.asks_side and self.choice.side == "theirs"

    @property
    def finding(self) -> Finding:
        if self.is_left:
            return Finding.UNCHANGED
        if self.error or self.checked.errors:
            return Finding.ERROR
        if self.is_stale:
            return Finding.CONFLICT
        if not self.filled:
            return Finding.UNCHANGED
        if self.checked.question:
            return Finding.QUESTION
        return Finding.CHANGED if self.result.version else Finding.NEW

    @property
    def is_noticed(self) -> bool:
        """Whether there is anything to look at or to choose."""
        return self.finding != Finding.UNCHANGED or self.is_left

    @property
    def is_wanting(self) -> bool:
        """Whether a person has to do something before the file can be saved."""
        if self.is_left:
            return False
        if self.error or self.checked.errors:
            return True
        return bool(self.filled) and (self.asks_side or self.checked.entry is None)

    @property
    def change(self) -> Change | None:
        """What is to be saved; None where nothing is."""
        if self.error or not self.filled or self.is_left:
            return None
        return Change(self.row.id, self.result.version, self.checked.entry)

    @property
    def conflict_text(self) -> str:
        return CONFLICT.format(who=self.result.entered_by or SOMEBODY)

    @cached_property
    def found(self) -> list[ImportCell]:
        """Every cell that was filled in."""
        if self.row is None:
            return []
        return [self._cell(name) for name in INPUTS if name in self.typed.cells]

    @property
    def noticed(self) -> list[ImportCell]:
        """The cells to look at: all but those that say what stands."""
        return [cell for cell in self.found if cell.finding != Finding.UNCHANGED]

    @property
    def other_errors(self) -> list[str]:
        """What is wrong about cells that were left empty: a reason that lacks."""
        return [text for name, text in self.checked.errors.items() if name not in self.typed.cells]

    def _cell(self, name) -> ImportCell:
        typed = self.typed.cells[name]
        shown = self._shown
        finding, message = self._finding_of(name)
        return ImportCell(
            name=name,
            header=self._header(name),
            address=typed.address,
            typed=typed.text,
            read=shown["read"].get(name, ""),
            standing=shown["standing"][name],
            base=shown["base"][name],
            finding=finding,
            message=message,
        )

    def _header(self, name) -> str:
        own = self.row.scale.reference_name if name == "reference" else ""
        return own or HEADERS[name]

    def _finding_of(self, name) -> tuple[Finding, str]:
        if name in self.checked.errors:
            return Finding.ERROR, self.checked.errors[name]
        if name not in self.filled:
            return Finding.UNCHANGED, ""
        if self.is_stale:
            return Finding.CONFLICT, self.conflict_text
        if self.checked.question and name == self._asked_about:
            return Finding.QUESTION, self.checked.question
        has_stood = bool(self._shown["standing"][name])
        return (Finding.CHANGED if has_stood else Finding.NEW), ""

    @property
    def _asked_about(self) -> str:
        """The cell beside which the line's question stands."""
        filled = [name for name in FIGURES if name in self.filled]
        return filled[0] if filled else self.filled[0]

    @cached_property
    def _shown(self) -> dict[str, dict[str, str]]:
        """The texts of all cells: as read, as they stand, as they stood."""
        result = self.result
        shown = {
            "standing": labelled(
                self.row, cells_of(self.row, result), has_result=bool(result.version)
            ),
            "base": labelled(self.row, self.base, has_result=self.typed.version != "0"),
            "read": {},
        }
        entry = self.checked.entry
        if entry:
            stored = previewed(self.row, self.fiscal_year, entry).result
            shown["read"] = labelled(self.row, cells_of(self.row, stored), has_result=True)
        return shown


def import_lines(
    file: ResultFile,
    rows: list[KpiProgress],
    fiscal_year: int,
    bases: dict[int, Cells],
    choices: dict[int, Choice],
) -> list[ImportLine]:
    """Every line of the file. `rows` are the KPIs that this person may enter.

    `bases` has the cells of older versions by KPI id, for lines whose KPI was saved since.
    """
    by_number = {row.number: row for row in rows}
    count = Counter(typed.number for typed in file.rows)
    lines = []
    for typed in file.rows:
        row = by_number.get(typed.number)
        error = _row_error(file, typed, row, count[typed.number])
        if error:
            lines.append(ImportLine(typed, row, error, fiscal_year=fiscal_year, base=Cells()))
            continue
        choice = choices.get(row.id, Choice())
        lines.append(_line(typed, row, fiscal_year, bases.get(row.id), choice))
    return lines


def stale_versions(file: ResultFile, rows, fiscal_year) -> dict[int, int]:
    """Which earlier version a line was made from, by KPI id, where another stands now."""
    by_number = {row.number: row for row in rows}
    found = {}
    for typed in file.rows:
        row = by_number.get(typed.number)
        if row and _version_of(typed) not in (None, row.at(fiscal_year).result.version):
            found[row.id] = _version_of(typed)
    return found


def _version_of(typed) -> int | None:
    text = typed.version
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _row_error(file, typed, row, count) -> str:
    if not typed.number:
        return NO_NUMBER
    if count > 1:
        places = "・".join(str(other.row) for other in file.rows if other.number == typed.number)
        return DOUBLE_ROW.format(number=typed.number, rows=places)
    if row is None:
        return UNKNOWN_NUMBER.format(number=typed.number)
    return ODD_VERSION if _version_of(typed) is None else ""


def _line(typed, row, fiscal_year, base, choice) -> ImportLine:
    result = row.at(fiscal_year).result
    standing = cells_of(row, result)
    is_stale = _version_of(typed) != result.version
    base = (base or Cells()) if is_stale else standing
    codes = {name: _code(row, name, cell.text) for name, cell in typed.cells.items()}
    filled = _filled(typed, row, codes, base, has_base=typed.version != "0")
    if is_stale:  # what says the same as what stands is no conflict
        filled = tuple(
            name for name in filled
            if not _is_same(row, name, codes[name], standing, has_result=result.version > 0)
        )  # fmt: skip
    cells = replace(_over(standing, codes, filled), confirmed=choice.confirmed)
    return ImportLine(
        typed=typed,
        row=row,
        base=base,
        filled=filled,
        cells=cells,
        checked=_checked(typed, row, fiscal_year, cells, filled),
        is_stale=is_stale and bool(filled),
        choice=choice,
        fiscal_year=fiscal_year,
    )


def _code(row, name, text) -> str:
    """What the grid would send for a word of a drop-down list; other texts as they are."""
    if name == "state":
        return STATES.get(text.strip(), text)
    if name == "value" and row.scale.measurement_type == MeasurementType.MILESTONE:
        return MILESTONES.get(text.strip(), text)
    return text


def _filled(typed, row, codes, base, *, has_base) -> tuple[str, ...]:
    """The cells that say another thing than the result from which the file was made."""
    return tuple(
        name
        for name in INPUTS
        if name in codes and not _is_same(row, name, codes[name], base, has_result=has_base)
    )


def _is_same(row, name, text, cells, *, has_result) -> bool:
    shown = getattr(cells, name)
    if name == "state":
        return has_result and text == shown
    if _plain(text) == _plain(shown):
        return True
    if name == "taken":
        return _taken(text) == _taken(shown)
    if name == "note" or row.scale.measurement_type == MeasurementType.QUALITATIVE:
        return False
    number, other = (read_number(item, unit=row.scale.unit, decimals=MANY_DECIMALS)
                     for item in (text, shown))  # fmt: skip
    return number.value is not None and (number.value, number.remark) == (other.value, other.remark)


def _plain(text):
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _taken(text):
    try:
        return read_taken(text)
    except ValueError:
        return text


def _over(standing: Cells, codes, filled) -> Cells:
    """What stands with what was filled in; the figures come together or not at all.

    A state without a value takes the figures away where the file has none.
    """
    told = {name: codes[name] for name in filled}
    typed_figures = {name: codes.get(name, "") for name in FIGURES}
    if any(name in filled for name in FIGURES) or (
        _has_no_value(told.get("state")) and not any(typed_figures.values())
    ):
        told |= typed_figures
    return replace(standing, **told)


def _has_no_value(state) -> bool:
    return state in STATE_LABELS and not ValueState(state).has_value


def _checked(typed, row, fiscal_year, cells, filled) -> CheckedRow:
    """The line read by the grid's own reader, with what only a workbook can hold."""
    errors = {name: error for name in typed.cells
              if (error := _cell_error(typed.cells[name], name, row))}  # fmt: skip
    if not filled and not errors:
        return CheckedRow(None)
    checked = check_row(row, fiscal_year, cells)
    if "state" in checked.errors and cells.state not in STATE_LABELS:
        final = check_row(row, fiscal_year, replace(cells, state=ValueState.FINAL.value))
        checked = replace(checked, errors=final.errors | checked.errors)
    checked = _with_formulas(checked, typed, cells, filled)
    if not errors:
        return checked
    return replace(checked, entry=None, errors=checked.errors | errors)


def _cell_error(cell, name, row) -> str:
    if name not in inputs_of(row):
        return NOT_ASKED
    if cell.kind == CellKind.UNCALCULATED:
        return UNCALCULATED
    return ERROR_VALUE.format(text=cell.text) if cell.kind == CellKind.ERROR else ""


def _with_formulas(checked, typed, cells, filled) -> CheckedRow:
    """Asks about figures that a formula gave: nobody knows when it was last worked out."""
    asked = [CALCULATED.format(text=typed.cells[name].text)
             for name in (*FIGURES, "reference")
             if name in filled and typed.cells[name].is_formula
             and typed.cells[name].kind == CellKind.NUMBER]  # fmt: skip
    if not asked or checked.errors:
        return checked
    is_confirmed = cells.content == cells.confirmed
    return replace(
        checked,
        entry=checked.entry if is_confirmed else None,
        question="".join([checked.question, *asked]),
        is_confirmed=is_confirmed,
    )
