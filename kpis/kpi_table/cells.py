"""One cell of a KPI table taken apart: the figure, its 時点 and its reference value in brackets.

Nothing is read as a number here: what is left of a cell goes to the readers of the forms.
"""

import re
from dataclasses import dataclass

from dxplan.lib.numbers import MAX_LENGTH, half_width
from kpis.taken_at import read_taken

LAST_BRACKET = re.compile(
    r"(?P<before>.*?)\s*[(（\[［【〔](?P<inside>[^()（）\[\]［］【】〔〕]*)[)）\]］】〕]", re.DOTALL
)
REFERENCE = re.compile(
    r"(?P<name>(?:全国|県内|県|都道府県|圏域|郡内|管内|類似団体|国)(?:の)?(?:平均|値)?) ?[:=]? ?"
    r"(?P<figure>[0-9][0-9,.]* ?[%]?)"
)
COMPARED = re.compile(
    r"(?P<name>[^0-9、。]{1,20}?平均)(?:値)?(?:以上|以下|超|未満|を上回る|を下回る)"
)
JAPANESE = r"[\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff（）「」、。・％]"
BETWEEN = re.compile(rf"(?<={JAPANESE})\n|\n(?={JAPANESE})|(?<={JAPANESE}) (?={JAPANESE})")
UNIT = re.compile(r"(?:約|延べ)? ?[-+−▲△]? ?[0-9][0-9,.]* ?(?P<unit>[^0-9.,()※~〜–-]{1,10}?)"
                  r"(?:以上|以下|超|未満|程度|以内)?")  # fmt: skip


@dataclass(frozen=True)
class FigureCell:
    """「80.5 (全国 78.2) (R7.3末)」: figure, 時点 and reference as texts, blank where not there."""

    figure: str = ""
    taken: str = ""
    reference: str = ""
    reference_name: str = ""


NO_FIGURE = FigureCell()


def take_apart(text: str, column_taken: str = "") -> FigureCell:
    """A cell of a baseline or target; what its brackets do not say is the heading's 時点."""
    rest, taken, reference, name = joined(text), "", "", ""
    if len(rest) > MAX_LENGTH:
        return FigureCell(rest)
    while found := LAST_BRACKET.fullmatch(rest):
        inside = half_width(found["inside"])
        compared = REFERENCE.fullmatch(inside)
        if not taken and _is_time(inside):
            taken = inside
        elif compared and not reference:
            reference, name = compared["figure"], series_name(compared["name"])
        else:
            break
        rest = found["before"]
    return FigureCell(rest.strip(), taken or (column_taken if rest else ""), reference, name)


def joined(text: str) -> str:
    """A text on one line: where Japanese was broken to fit a narrow cell, nothing stands between.

    So does a lone blank between two Japanese characters, which is what copying makes of a break.
    """
    lines = "\n".join(line.strip(" \t\r") for line in text.strip().splitlines())
    return " ".join(BETWEEN.sub("", lines).split("\n"))


def series_name(word: str) -> str:
    """「全国」 is the series 全国平均."""
    return f"{word.removesuffix('値').removesuffix('の').removesuffix('平均')}平均"


def compared_series(text: str) -> str:
    """「全国平均」 of a target 「全国平均以上」; blank for any other."""
    found = COMPARED.fullmatch(half_width(text))
    return found["name"] if found else ""


def unit_of(text: str) -> str:
    """The unit that follows a figure: 「手続」 of 「27手続」; blank where none does."""
    found = UNIT.fullmatch(half_width(text))
    return found["unit"].strip() if found else ""


def _is_time(text) -> bool:
    try:
        return any(read_taken(text))
    except ValueError:
        return False
