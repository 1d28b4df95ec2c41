"""What a line of a KPI table says of how its KPI is measured: proposals, each with its reason.

Direction and type are stored, never guessed: a person says yes to every proposal, or another.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.numbers import MAX_LENGTH, half_width, read_number
from kpis.kpi_table.cells import compared_series, unit_of
from kpis.kpi_table.records import Record
from kpis.kpi_table.words import Meaning
from kpis.measurement import Direction, MeasurementType, Milestone

FALLING = re.compile("減少|削減|短縮|抑制|低減|縮減|縮小|軽減|解消|以下|未満|以内|下回る")
RISING = re.compile("増加|向上|拡充|拡大|増大|上昇|以上|上回る|超")
KEPT = re.compile("維持|徹底|継続|毎年度")
TOTAL = re.compile("累計|延べ|累積|延[0-9０-９]")
BOUNDS = re.compile("[0-9%] ?[~〜–—―] ?[0-9]")
PERCENT = ("%", "％")
STAGES = {stage.label for stage in Milestone}
FINEST = 6  # decimals that a KPI may have

NO_DIRECTION = "表からは分かりません。選んでください。"
CONTRARY = "名称の「{word}」と数値の動きが合いません。選んでください。"


@dataclass(frozen=True)
class Proposal:
    """What to propose, blank for nothing, and why."""

    value: str = ""
    why: str = ""


def propose_unit(record: Record) -> Proposal:
    """The unit of its column, or the one that all figures carry."""
    text = record.texts.get(Meaning.UNIT, "")
    if text:
        plain = half_width(text).strip("()")
        return Proposal("%" if plain in ("%", "パーセント") else text.strip("()（）"))
    units = {unit_of(cell) for cell in _figures(record)} - {""}
    return Proposal(units.pop(), "数値に付いている単位") if len(units) == 1 else Proposal()


def propose_reference(record: Record) -> Proposal:
    """「全国平均」 where targets are compared with it, or the baseline names its value."""
    names = {compared_series(cell.figure) for cell in record.targets.values()} - {""}
    name = names.pop() if len(names) == 1 else record.baseline.reference_name
    return Proposal(name, "目標・基準値の言葉") if name else Proposal()


def propose_type(record: Record, unit: str) -> Proposal:
    """The way of measuring that words, unit and figures speak for."""
    figures = [half_width(cell) for cell in _figures(record)]
    said = f"{record.name} {record.texts.get(Meaning.WORDING, '')}"
    if figures and all(text in STAGES for text in figures):
        return Proposal(MeasurementType.MILESTONE.value, "目標が段階の言葉")
    if figures and not any(re.search("[0-9]|平均", text) for text in figures):
        return Proposal(MeasurementType.QUALITATIVE.value, "目標が文章")
    total = TOTAL.search(half_width(said))
    if total and unit not in PERCENT:
        return Proposal(MeasurementType.CUMULATIVE_TOTAL.value, f"「{total[0]}」の語")
    if unit in PERCENT and re.search("割合|比率|率(?!全国)", said) and not _is_by_day(record):
        return Proposal(MeasurementType.RATIO.value, "割合の指標")
    if _is_by_day(record):
        return Proposal(MeasurementType.POINT_IN_TIME.value, "時点が日付")
    kind = MeasurementType.RATIO if unit in PERCENT else MeasurementType.YEARLY_FLOW
    return Proposal(kind.value, "単位が%" if unit in PERCENT else "ほかの手がかりなし")


def propose_direction(record: Record, unit: str) -> Proposal:
    """The side that words and figures both speak for; nothing where they contradict."""
    said = " ".join([record.name, record.texts.get(Meaning.WORDING, ""), *_figures(record)])
    falling, rising, kept = (found.search(said) for found in (FALLING, RISING, KEPT))
    targets = [half_width(cell.figure) for cell in record.targets.values() if cell.figure]
    if targets and all(map(BOUNDS.search, targets)):
        return Proposal(Direction.RANGE.value, "目標が範囲")
    if falling and rising:
        return Proposal(why=NO_DIRECTION)
    course = _course(record, unit)
    if (falling and course > 0) or (rising and not kept and course < 0):
        return Proposal(why=CONTRARY.format(word=(falling or rising)[0]))
    if kept and not course:
        side = Direction.MAINTAIN_AT_MOST if falling else Direction.MAINTAIN_AT_LEAST
        return Proposal(side.value, f"「{kept[0]}」の語")
    word = falling or rising
    if word:
        return Proposal((Direction.DECREASE if falling else Direction.INCREASE).value,
                        f"「{word[0]}」の語")  # fmt: skip
    if course:
        return Proposal((Direction.INCREASE if course > 0 else Direction.DECREASE).value,
                        "基準値・目標の動き")  # fmt: skip
    return Proposal(why=NO_DIRECTION)


def propose_decimals(record: Record, unit: str) -> Proposal:
    return Proposal(str(decimals_of(record, unit)), "表の数値")


def decimals_of(record: Record, unit: str) -> int:
    """As many as the finest figure of the line has."""
    texts = [*_figures(record), record.baseline.reference]
    digits = [-int(value.as_tuple().exponent) for value in _values(texts, unit)]
    return min(max([0, *digits]), FINEST)


def _figures(record) -> list[str]:
    cells = [record.baseline, *(record.targets[year] for year in sorted(record.targets))]
    return [cell.figure for cell in cells if cell.figure and len(cell.figure) <= MAX_LENGTH]


def _values(texts, unit) -> list[Decimal]:
    """The numbers among them, without the words of comparison; by the one reader."""
    bare = (re.sub("以上|以下|超|未満|以内|[<>≦≧≤≥=]", "", half_width(text)) for text in texts)
    readings = (read_number(text, unit=unit, decimals=FINEST) for text in bare)
    return [reading.value for reading in readings if reading.value is not None]


def _course(record, unit) -> int:
    """1 where the figures rise, -1 where they fall, 0 for neither."""
    values = _values(_figures(record), unit)
    return (values[-1] > values[0]) - (values[-1] < values[0]) if values else 0


def _is_by_day(record) -> bool:
    takens = [record.baseline.taken, *(cell.taken for cell in record.targets.values())]
    return any(re.search("[月末]|[0-9][./][0-9]", half_width(text)) for text in takens)
