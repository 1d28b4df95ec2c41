"""The layout of a workbook that a department fills in and sends back: 様式.

Writer and reader know the columns from here. Keys stand hidden in every row, so that a sheet can be
sorted, cut and copied; the version of the layout tells a file of an older one apart.
"""

from dataclasses import dataclass
from functools import cached_property

from dxplan.lib.fiscal_years import FiscalYear

REMARKS = "確認してほしいこと"  # beside the cells of a file that came back marked


@dataclass(frozen=True)
class Column:
    """A column by its name in the code. Texts stand to the left, all else in the middle."""

    name: str
    header: str
    width: int
    is_text: bool = False
    is_hidden: bool = False


KEY_COLUMNS = (
    Column("template", "様式", 12, is_hidden=True),
    Column("town", "団体コード", 12, is_hidden=True),
    Column("plan", "計画コード", 12, is_hidden=True),
    Column("fiscal_year", "年度", 8, is_hidden=True),
    Column("version", "版", 6, is_hidden=True),
)
KEYS = ("number", *(column.name for column in KEY_COLUMNS))


@dataclass(frozen=True)
class Layout:
    """What a sheet is called, its version, its visible columns, and which of them are filled in.

    `thing` is what a line stands for, `guide` what to write where.
    """

    template: str
    sheet_name: str
    thing: str
    shown: tuple[Column, ...]
    inputs: tuple[str, ...]
    guide: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.shown, *KEY_COLUMNS)

    @cached_property
    def headers(self) -> dict[str, str]:
        """Headers by column name."""
        return {column.name: column.header for column in self.columns}


@dataclass(frozen=True)
class Origin:
    """Of which town, plan and year a workbook is."""

    town: str
    plan: str
    title: str
    fiscal_year: FiscalYear

    @classmethod
    def of(cls, plan, fiscal_year: int) -> "Origin":
        return cls(plan.municipality.code, plan.code, plan.title, FiscalYear(fiscal_year))

    def keys(self, layout: Layout, *, number: str, version: str) -> dict[str, str]:
        """The key cells of one line."""
        return {
            "number": number,
            "template": layout.template,
            "town": self.town,
            "plan": self.plan,
            "fiscal_year": str(int(self.fiscal_year)),
            "version": version,
        }
