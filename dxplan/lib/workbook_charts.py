"""Native charts of workbooks, drawn from cells of their own sheet."""

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.label import DataLabel, DataLabelList
from openpyxl.chart.series import SeriesLabel, StrRef
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

OUTLINE = "767676"
LABEL_PARTS = ("showVal", "showSerName", "showCatName", "showLegendKey", "showPercent")
NO_LABEL = dict.fromkeys(LABEL_PARTS, False)


def add_stacked_chart(
    sheet: Worksheet, place: str, *, header_row: int, columns: tuple[int, int],
    colors: list[str], width: float = 11, height: float = 7,
):  # fmt: skip
    """Stacked columns of the lines below a header, one for each colour; sizes in centimetres.

    The lines' names stand in column A. Counts stand in the bars, so that no colour has to be told.
    """
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 60
    chart.width, chart.height = width, height
    for row, color in enumerate(colors, header_row + 1):
        chart.append(_series(sheet, row, columns, color))
    first, last = columns
    chart.set_categories(Reference(sheet, min_row=header_row, min_col=first, max_col=last))
    chart.x_axis.delete = chart.y_axis.delete = False  # openpyxl leaves them out otherwise
    chart.y_axis.number_format, chart.y_axis.majorUnit = "0", None
    chart.legend.position = "r"
    sheet.add_chart(chart, place)


def _series(sheet, row, columns, color) -> Series:
    first, last = columns
    series = Series(Reference(sheet, min_row=row, min_col=first, max_col=last))
    series.tx = SeriesLabel(strRef=StrRef(f"{quote_sheetname(sheet.title)}!$A${row}"))
    series.graphicalProperties.solidFill = color.removeprefix("#")
    series.graphicalProperties.line.solidFill = OUTLINE
    counts = [sheet.cell(row, column).value for column in range(first, last + 1)]
    silent = [DataLabel(idx=place, **NO_LABEL) for place, count in enumerate(counts) if not count]
    series.dLbls = DataLabelList(dLbl=silent, **NO_LABEL | {"showVal": True})
    return series
