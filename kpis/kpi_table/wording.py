"""The figure in a target of words: 「申請業務45手続の達成」 asks for 45手続. A proposal only."""

import re

from dxplan.lib.numbers import half_width
from kpis.kpi_table.words import DAY, YEAR
from kpis.measurement import Milestone

FIGURE = re.compile(
    r"(?<![0-9.,])[0-9][0-9,]*(?:\.[0-9]+)? ?(?:%|[^\s0-9、。,.()のをにへはがでとも達以未超]{1,4})"
    r"(?:以上|以下|以内|未満|超)?"
)
EVERY_YEAR = re.compile("毎年度?|各年度")


def figure_in(wording: str) -> str:
    """The only figure with a unit, years aside, or 「完了」; blank for none and for several."""
    plain = YEAR.sub(" ", DAY.sub(" ", half_width(wording)))
    found = FIGURE.findall(plain)
    if found:
        return found[0] if len(found) == 1 else ""
    return Milestone.DONE.label if Milestone.DONE.label in plain else ""


def is_every_year(wording: str) -> bool:
    """Whether it is asked for in every year up to the last: 「毎年度1回以上」."""
    return bool(EVERY_YEAR.search(half_width(wording)))
