"""工程表 of the committee's workbook: bars as filled cells, a column per half fiscal year.

Planned and actual stand in lines of their own and bear other marks, so that no colour is needed.
"""

from openpyxl.styles import PatternFill

from actionplans.schedule import HalfYear
from actionplans.sheets import Period
from actionplans.timetable import Bar, Block
from dxplan.lib import workbooks as wb
from dxplan.lib.workbook_texts import parts_of

TITLE = "工程表"
FIRST_LINE = 6
COLUMNS = (("施策NO.", 8), ("事業名", 25), ("担当課", 11), ("工程", 25), ("区分", 5))
STATE_COLUMN = ("状態", 7)
FRONT = len(COLUMNS)
PLANNED, ACTUAL, FIRST = "予定", "実績", "当初"
MARKS = {PLANNED: "□", ACTUAL: "■", FIRST: "◇"}
MILESTONE_MARKS = {PLANNED: "△", ACTUAL: "▲", FIRST: "◇"}
FILLS = {
    PLANNED: PatternFill("solid", fgColor="C5D7FB"),
    ACTUAL: PatternFill("solid", fgColor="7096F8"),
}
LEGEND = "□ 予定　■ 実績　◇ 当初の予定（変更前）　△▲ 節目の予定・実績　（状態は{}のもの）"


def schedule_sheet(book, blocks: list[Block], period: Period, today: HalfYear, *, notice, footer):
    sheet = book.create_sheet(TITLE)
    last = FRONT + len(period.halves) + 1
    wb.set_widths(sheet, _widths(period))
    wb.put_head(sheet, TITLE, notice, columns=last)
    wb.put(sheet, 3, 1, LEGEND.format(today.label), alignment=wb.FLAT)
    wb.set_heights(sheet, [2, 3])
    _headers(sheet, period, last)
    starts, line = [], FIRST_LINE
    for block in blocks:
        starts.append(line)
        line = _block(sheet, line, block, period, last)
    if period.note:
        _note(sheet, line, period, last)
    wb.break_pages(sheet, starts, title_rows=FIRST_LINE - 1, scale=wb.SMALLER)
    wb.set_up_page(sheet, title_rows=f"1:{FIRST_LINE - 1}", scale=wb.SMALLER, footer=footer)
    sheet.freeze_panes = f"C{FIRST_LINE}"


def _note(sheet, line, period, last):
    """What stands below the timetable, across all columns."""
    width = sum(_widths(period))
    for row, part in enumerate(parts_of(period.note, width), line):
        wb.put(sheet, row, 1, part)
        wb.merge(sheet, row, 1, last)
        wb.fit_height(sheet, row, [(part, width)])


def _widths(period):
    """What the texts leave goes to the half years."""
    texts = [width for _, width in COLUMNS]
    room = wb.SMALLER_WIDTH - sum(texts) - STATE_COLUMN[1]
    half = min(5, room / len(period.halves))
    return [*texts, *(half for _ in period.halves), STATE_COLUMN[1]]


def _headers(sheet, period, last):
    names = [name for name, _ in COLUMNS]
    years = [text for year in period.years for text in (year.era_label, "")]
    halves = [half.name[0] for half in period.halves]
    wb.put_header(sheet, 4, [*names, *years, STATE_COLUMN[0]])
    wb.put_header(sheet, 5, [*("" for _ in names), *halves, ""])
    for column in (*range(1, FRONT + 1), last):
        wb.merge_block(sheet, 4, 5, column, column)
    for column in range(FRONT + 1, last, 2):
        wb.merge(sheet, 4, column, column + 1)
    wb.fit_height(sheet, 4, [("二行\n二行", 20)])
    wb.set_heights(sheet, [5])


def _block(sheet, line, block, period, last) -> int:
    """Writes the headings and an action plan below them; the line after it."""
    for depth, label in block.headings:
        heading = "　" * (depth - 1) + label
        wb.put_group(sheet, line, heading, columns=last)
        wb.set_heights(sheet, [line])
        line += 1
    first, action = line, block.action
    for lane in block.lines:
        for bar in lane.bars:
            text = stage_text(bar.stage, lane.name)
            line = _stage(sheet, line, bar.stage, text, bar_lines(bar), period)
        for stage in lane.outside:
            text = f"{stage_text(stage, lane.name)}\n（期間外: {stage.planned.label}）"
            line = _stage(sheet, line, stage, text, [(PLANNED, range(0))], period)
    if line == first:
        line = _stage(sheet, line, None, "", [("", range(0))], period)
    _name(sheet, first, line - 1, (action.number, action.name, action.department_name))
    return line


def stage_text(stage, lane_name) -> str:
    """What a stage is called, and why it was changed, carried over or stopped."""
    reasons = (
        ("変更", stage.revision_reason),
        ("遅れ", stage.carry_over_reason),
        ("中止", stage.stopped_reason),
    )
    name = f"{lane_name}: {stage.label}" if lane_name else stage.label
    return "\n".join([name, *(f"{title}: {reason}" for title, reason in reasons if reason)])


def bar_lines(bar: Bar):
    """(予定・実績・当初, columns counted from 0) of the lines that a bar takes."""
    places = ((FIRST, bar.first), (PLANNED, bar.planned), (ACTUAL, bar.actual))
    offset = bar.place.first - 2
    return [
        (kind, range(offset + place.first, offset + place.first + place.width))
        for kind, place in places
        if place
    ]


def _stage(sheet, line, stage, text, kinds, period) -> int:
    """Writes a stage, a line per kind of bar; the line after it. An empty one without a stage."""
    last = FRONT + len(period.halves) + 1
    for place, (kind, columns) in enumerate(kinds, line):
        marks = MILESTONE_MARKS if stage and stage.is_milestone else MARKS
        halves = [marks[kind] if half in columns else "" for half in range(len(period.halves))]
        state = stage.state.label if stage else ""
        wb.put_line(sheet, place, ["", "", "", text, kind], text_alignment=wb.LEFT)
        wb.put_line(
            sheet, place, [*halves, state], first_column=FRONT + 1, text_alignment=wb.CENTER
        )
        for column in columns:
            if kind in FILLS:
                sheet.cell(place, FRONT + 1 + column).fill = FILLS[kind]
    wb.set_heights(sheet, range(line, line + len(kinds)))
    _stretch(sheet, line, line + len(kinds) - 1, text, COLUMNS[3][1])
    for column in (4, last):
        _merge_down(sheet, line, line + len(kinds) - 1, column)
    return line + len(kinds)


def _name(sheet, first, last, texts):
    """Number, title and department beside all lines of an action plan."""
    for column, (text, (_, width)) in enumerate(zip(texts, COLUMNS[:3], strict=True), 1):
        wb.put(sheet, first, column, text, border=wb.BOX)
        _stretch(sheet, first, last, text, width)
        _merge_down(sheet, first, last, column)


def _merge_down(sheet, first, last, column):
    if last > first:
        for row in range(first + 1, last + 1):
            sheet.cell(row, column).value = None
        wb.merge_block(sheet, first, last, column, column)


def _stretch(sheet, first, last, text, width):
    """Makes the first of some lines higher where a text needs more than they have together."""
    needed = 4 + wb.LINE_HEIGHT * wb.lines_needed(text, width)
    heights = [sheet.row_dimensions[row].height for row in range(first, last + 1)]
    missing = needed - sum(heights)
    if missing > 0:
        sheet.row_dimensions[first].height = min(400, heights[0] + missing)
