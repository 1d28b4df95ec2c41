"""What a person typed as a target, read for one KPI: from a cell to a target.

Beside plain numbers a target may be 45%以上, ≧45, 50未満, 40〜60, 全国平均以上, 完了, or words,
as the KPI is measured. The direction of a KPI is stored, so a comparison must agree with it.
"""

import re
from dataclasses import asdict, dataclass
from decimal import Decimal

from dxplan.lib.numbers import MARKS, Mark, half_width, quoted, show_number
from kpis.figures import UNDECIDED, read_figure
from kpis.measurement import Direction, MeasurementType, Milestone, TargetKind
from kpis.rows import Scale
from kpis.target_rows import target_text

LONGEST_WORDS = 500
NOTHING = ("なし", "無し", "目標なし", "目標無し")
AT_LEAST, AT_MOST, MORE, LESS = "以上", "以下", "超", "未満"
SIGNS = {
    AT_LEAST: ("≧", "≥", ">=", "=>", "以上"),
    AT_MOST: ("≦", "≤", "<=", "=<", "以下", "以内"),
    MORE: (">", "超", "を超える", "を上回る"),
    LESS: ("<", "未満", "を下回る"),
}
COMPARISON_BY_SIGN = {sign: comparison for comparison, signs in SIGNS.items() for sign in signs}
SIGN = "|".join(sorted(map(re.escape, COMPARISON_BY_SIGN), key=len, reverse=True))
COMPARED = re.compile(rf"(?P<before>{SIGN})? ?(?P<rest>.*?) ?(?P<after>{SIGN})?")
STRICT_SIGN = re.compile("(?<!=)[<>](?!=)|超|未満|上回|下回")
BOUNDS = re.compile(
    r"(?P<lower>.*[^ ]) ?(?:~|〜|–|—|―|から|(?<=[0-9%])[-−]) ?(?P<upper>[^ ].*)"
    r"|(?P<least>.+)以上,? ?(?P<most>.+)以下"
)
# How the reader of numbers refuses what belongs into this very cell.
ABOUT_OTHERS = re.compile("平均|以上|以下|未満|超|より|[<>≦≧≤≥]")

WRONG_SIDE = "目指す方向が「{direction}」の指標なので、「{typed}」は登録できません。"
ONLY_RANGES = "目指す方向が「範囲」の指標です。下限と上限を入力してください。（例: 40〜60）"
NO_RANGE = "「{typed}」は範囲です。範囲の目標は、目指す方向が「範囲」の指標だけに使えます。"
UPSIDE_DOWN = "下限が上限より大きくなっています。（例: 40〜60）"
NO_REFERENCE = (
    "「{typed}」は読み取れません。参照値との比較は、指標に「参照値の名称」を登録すると使えます。"
)
UNREADABLE = "「{typed}」は目標として読み取れません。（例: 45、45以上）"
OTHER_REFERENCE = "「{typed}」は読み取れません。この指標の参照値は「{name}」です。"
NO_FIGURE = "「{typed}」に数値がありません。（例: 45以上）"
STRICT_RANGE = (
    "範囲の目標は下限と上限を含みます。「{typed}」のような「超」「未満」は登録できません。"
    "（例: 40〜60）"
)
NO_STAGE = "「{typed}」は到達段階にありません。未着手・準備中・実施中・完了から選んでください。"
TOO_LONG = "目標の文章は{limit}字以内です（現在{length}字）。"


@dataclass(frozen=True)
class TargetValue:
    """What a target says, as its row in the database holds it; strict where it is 超 or 未満."""

    kind: TargetKind
    value: Decimal | None = None
    upper_value: Decimal | None = None
    milestone: Milestone | None = None
    text: str = ""
    is_strict: bool = False

    @property
    def columns(self) -> dict:
        own = {"kind": self.kind.value, "milestone": self.milestone or ""}
        return asdict(self) | own


TAKEN_AWAY = TargetValue(TargetKind.NONE)


@dataclass(frozen=True)
class TargetReading:
    """A target or none (blank), or an error; a question is to be answered before it is saved."""

    target: TargetValue | None = None
    error: str = ""
    question: str = ""


def read_target(typed: str, scale: Scale) -> TargetReading:
    """What was meant by `typed` for a KPI of this scale. Never raises, whatever the text.

    「なし」 takes a target away, which only a revision can do.
    """
    plain = half_width(typed)
    if not plain or MARKS.get(plain) == Mark.DASH:
        return TargetReading()
    if MARKS.get(plain) == Mark.PENDING:
        return TargetReading(error=UNDECIDED.format(typed=plain))
    if plain in NOTHING:
        return TargetReading(TAKEN_AWAY)
    readers = {
        TargetKind.MILESTONE: _stage,
        TargetKind.TEXT: _words,
        TargetKind.RANGE: _range,
        TargetKind.NUMBER: _compared,
    }
    kind = kind_of_targets(scale.measurement_type, scale.direction)
    return readers[kind](typed, plain, scale)


def cell_text(target: TargetValue | None, scale: Scale) -> str:
    """A target as one would type it: what `read_target` reads as the same target."""
    if target is None:
        return ""
    lower, upper = (
        show_number(value, scale.decimals) for value in (target.value, target.upper_value)
    )
    texts = {
        TargetKind.NUMBER: f"{lower}{_strict_word(target, scale)}",
        TargetKind.RANGE: f"{lower}〜{upper}",
        TargetKind.REFERENCE: target_text(target, target.kind, scale),
        TargetKind.MILESTONE: target.milestone.label if target.milestone else "",
        TargetKind.TEXT: target.text,
        TargetKind.NONE: NOTHING[0],
    }
    return texts[target.kind]


def meaning_of(target: TargetValue, scale: Scale) -> str:
    """What a target asks for, its side said too: 「45%以上」 for a plain 45."""
    if target.kind != TargetKind.NUMBER:
        return target_text(target, target.kind, scale)
    side = scale.direction.comparator(is_strict=target.is_strict)
    return f"{scale.show(target.value)}{side}"


def kind_of_targets(measurement_type: str, direction: str) -> TargetKind:
    """The kind of target that a KPI measured so has, references aside."""
    if measurement_type == MeasurementType.MILESTONE:
        return TargetKind.MILESTONE
    if measurement_type == MeasurementType.QUALITATIVE:
        return TargetKind.TEXT
    return TargetKind.RANGE if direction == Direction.RANGE else TargetKind.NUMBER


def _strict_word(target, scale) -> str:
    return scale.direction.comparator(is_strict=True) if target.is_strict else ""


def _stage(typed, plain, scale) -> TargetReading:
    stage = next((stage for stage in Milestone if stage.label == plain), None)
    if stage is None:
        return TargetReading(error=NO_STAGE.format(typed=quoted(typed)))
    return TargetReading(TargetValue(TargetKind.MILESTONE, milestone=stage))


def _words(typed, plain, scale) -> TargetReading:
    words = typed.strip()
    if len(words) > LONGEST_WORDS:
        return TargetReading(error=TOO_LONG.format(limit=LONGEST_WORDS, length=f"{len(words):,}"))
    return TargetReading(TargetValue(TargetKind.TEXT, text=words))


def _range(typed, plain, scale) -> TargetReading:
    if STRICT_SIGN.search(plain):
        return TargetReading(error=STRICT_RANGE.format(typed=quoted(typed)))
    found = BOUNDS.fullmatch(plain)
    if found is None:
        figure = _figure(plain, scale)
        is_number = not figure.error or COMPARED.fullmatch(plain)["after"]
        return TargetReading(error=ONLY_RANGES if is_number else figure.error)
    texts = (found["lower"] or found["least"], found["upper"] or found["most"])
    lower, upper = (_figure(text, scale) for text in texts)
    error = lower.error or upper.error
    if error or lower.value is None or upper.value is None:
        return TargetReading(error=error or ONLY_RANGES)
    if lower.value > upper.value:
        return TargetReading(error=UPSIDE_DOWN)
    target = TargetValue(TargetKind.RANGE, value=lower.value, upper_value=upper.value)
    return TargetReading(target, question=lower.question or upper.question)


def _compared(typed, plain, scale) -> TargetReading:
    found = COMPARED.fullmatch(plain)
    signs = [found[name] for name in ("before", "after") if found[name]]
    rest, shown = found["rest"], quoted(typed)
    comparison = COMPARISON_BY_SIGN[signs[0]] if signs else ""
    if not rest or len(signs) > 1:
        return TargetReading(error=NO_FIGURE.format(typed=shown))
    if comparison and (comparison in (AT_LEAST, MORE)) != scale.direction.is_upward:
        direction = scale.direction.label
        return TargetReading(error=WRONG_SIDE.format(direction=direction, typed=shown))
    is_strict = comparison in (MORE, LESS)
    if scale.reference_name and rest == half_width(scale.reference_name):
        return TargetReading(TargetValue(TargetKind.REFERENCE, is_strict=is_strict))
    figure = _figure(rest if signs else typed, scale)
    if figure.error or figure.value is None:
        return TargetReading(error=_explained(figure, rest, shown, scale))
    target = TargetValue(TargetKind.NUMBER, value=figure.value, is_strict=is_strict)
    return TargetReading(target, question=figure.question)


def _figure(text, scale):
    return read_figure(text, unit=scale.unit, decimals=scale.decimals)


def _explained(figure, rest, shown, scale) -> str:
    if BOUNDS.fullmatch(rest) and all(map(str.isdigit, (rest[0], rest.rstrip("%")[-1:]))):
        return NO_RANGE.format(typed=shown)
    if not ABOUT_OTHERS.search(rest) and figure.error:
        return figure.error
    if "平均" not in rest:
        return UNREADABLE.format(typed=shown)
    if scale.reference_name:
        return OTHER_REFERENCE.format(typed=shown, name=scale.reference_name)
    return NO_REFERENCE.format(typed=shown)
