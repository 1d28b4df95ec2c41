"""A kept table as the page of its columns shows it: first rows, headings, examples."""

from dataclasses import dataclass

from dxplan.lib.spreadsheets.sheets import column_letters
from kpis.kpi_table.keeping import KeptTable
from kpis.kpi_table.layout import guess_layout, heading_texts

SHOWN_ROWS = 12
EXAMPLES = 3
EXCERPT = 40


@dataclass(frozen=True)
class ColumnView:
    """One column: its letter, its heading, what stands in it, and the form of its meaning."""

    letters: str
    heading: str
    examples: str
    taken: str
    form: object


@dataclass(frozen=True)
class RowView:
    """One of the first rows, with its number; is it one of the headings?"""

    number: int
    texts: list[str]
    is_heading: bool


class SheetView:
    """The chosen sheet; another one than the kept one is guessed anew."""

    def __init__(self, table: KeptTable, plan, asked=None):
        self.names = table.names
        self.sheet = _place(asked, table)
        self.grid = table.grids[self.sheet]
        is_kept = self.sheet == table.sheet
        self.layout = table.layout if is_kept else guess_layout(self.grid, plan.last_fiscal_year)

    @property
    def name(self) -> str:
        return self.names[self.sheet]

    @property
    def sheets(self) -> list[tuple[int, str, bool]]:
        """(place, name, whether it is shown) where there are several."""
        numbered = enumerate(self.names)
        found = [(place, name, place == self.sheet) for place, name in numbered]
        return found if len(found) > 1 else []

    @property
    def heading_rows(self) -> dict[str, int]:
        """The first and the last row of the headings as people count, 0 for none."""
        first = self.layout.first + 1 if self.layout.below else 0
        return {"first": first, "last": self.layout.below}

    @property
    def letters(self) -> list[str]:
        return [column_letters(place) for place in range(1, len(self.grid[0]) + 1)]

    @property
    def rows(self) -> list[RowView]:
        return [
            RowView(
                number,
                [_excerpt(text) for text in row],
                self.layout.first < number <= self.layout.below,
            )
            for number, row in enumerate(self.grid[:SHOWN_ROWS], start=1)
        ]

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return max(len(self.grid) - SHOWN_ROWS, 0)

    def columns(self, forms) -> list[ColumnView]:
        layout, grid = self.layout, self.grid
        headings = heading_texts(grid, layout.first, layout.below)
        return [
            ColumnView(
                letters=column_letters(place + 1),
                heading=_excerpt(headings[place]),
                examples=self._examples(place),
                taken=layout.columns[place].taken,
                form=form,
            )
            for place, form in enumerate(forms.forms)
        ]

    def _examples(self, place) -> str:
        texts = (row[place] for row in self.grid[self.layout.below :] if row[place])
        found = [_excerpt(text) for _, text in zip(range(EXAMPLES), texts, strict=False)]
        return "、".join(found)


def _place(asked, table) -> int:
    """The sheet that an address asks for; the kept one where it names none of ours."""
    is_number = bool(asked) and asked.isascii() and asked.isdigit() and len(asked) < 4
    return int(asked) if is_number and int(asked) < len(table.names) else table.sheet


def _excerpt(text) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
