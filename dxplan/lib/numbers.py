"""One reader of numbers for forms and imports alike, and how numbers are shown.

What people type into office forms is read where it has one meaning, asked about where it has two,
and refused with a reason and an example otherwise. Only the full-width forms of ASCII characters
are taken for their plain ones; ① is not 1, and digits of other scripts are not read.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

MAX_LENGTH = 200  # characters of one cell
MAX_QUOTED = 30  # characters of it repeated in a message
MAX_INTEGER_DIGITS = 14  # what the database holds before the point
MANY_DIGITS = 17  # from here on a spreadsheet has certainly lost some

LIMIT = Decimal(10) ** MAX_INTEGER_DIGITS
EXACT = Context(prec=300)  # the default of 28 digits would round before we do

BLANKS = "\t\n\r \u00a0\u3000"
HALF_WIDTH = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
UNSEEN = {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"}  # Unicode categories


class Outcome(StrEnum):
    """What became of a typed text."""

    EMPTY = "empty"
    NUMBER = "number"
    STATE = "state"
    QUESTION = "question"
    REFUSED = "refused"


class Mark(StrEnum):
    """A text that stands for a state: the lone dash (該当なし/調査なし) or 未定 and its like."""

    DASH = "dash"
    PENDING = "pending"


MINUS = {"-", "−", "▲", "△"}
MARKS = dict.fromkeys("-−–—―…", Mark.DASH) | dict.fromkeys(
    ("未定", "未計測", "調査中", "集計中"), Mark.PENDING
)


@dataclass(frozen=True)
class Reading:
    """The outcome with its value, mark, Japanese message or question, and the remark to keep."""

    outcome: Outcome
    typed: str
    value: Decimal | None = None
    mark: Mark | None = None
    message: str = ""
    remark: str = ""

    @property
    def echo(self) -> str:
        """「入力 → 読み取り」 to show before saving; empty where the value was typed plainly."""
        if self.value is None or self.typed == f"{self.value:f}":
            return ""
        return f"入力「{quoted(self.typed)}」→ 読み取り {self.value:f}"


class Refusal(NamedTuple):
    """Texts that are no number, why, and an example ("" where the usual one serves)."""

    pattern: str
    reason: str
    example: str = ""


DATES = (
    r"令和|平成|昭和|^[RHSrhs][0-9]|[0-9][年時](?!間)|[0-9]月|[0-9][:/][0-9]"
    r"|^[0-9]{4}[-.][0-9]{1,2}[-.][0-9]"
)
RANGE = r"[0-9][^0-9]{0,3}(~|〜|-|−|–|—|―|から)[^0-9]{0,3}[0-9]"
SMALL_DIGITS = "[²³¹¼-¾⁰-₉⅐-↋①-⓿❶-➓㈠-㈩㉈-㉟㊀-㊉㊱-㊿]"

REFUSALS = (  # the first one found in the text speaks
    Refusal("^=", "は数式です。計算結果の値を入力してください。"),
    Refusal("^#", "は表計算ソフトのエラー値です。値を入力してください。"),
    Refusal(DATES, "は日付・時刻・分数のようです。数値を入力してください。"),
    Refusal("以上|以下|未満|超|より|平均|[<>≦≧≤≥]", "のような比較は目標の欄でだけ使えます。"),
    Refusal("^(完了|実施|設置|達成|着手|未着手|準備中)", "は数値ではなく状態です。"),
    Refusal("^(該当|調査|実績)?(なし|無し)$", "は数値ではありません。", "－"),
    Refusal("同[上左右じ]|〃|々|並み", "は他の値を指しています。値を入力してください。"),
    Refusal("割|半[数分]", "は割合を表す言葉です。数値を入力してください。"),
    Refusal("[0-9] ?[十百千万億兆]", "は「万」などを使わずに入力してください。", "12000"),
    Refusal("^[-+▲△▼▽○〇◯◎●×✕□■☆★. ]+$", "は記号です。数値を入力してください。"),
    Refusal("^[〇一二三四五六七八九十百千万億兆]+$", "は漢数字です。"),
    Refusal("^[ーｰ‐‑–—―─] ?[0-9.]", "の先頭は長音などで、マイナスではありません。", "-5"),
    Refusal("^[ーｰ]$", "は長音です。値がない場合は「－」です。", "－"),
    Refusal(RANGE, "は範囲です。一つの値を入力してください。"),
    Refusal("(?i)^[-+]?0[xob]|[0-9]e[-+]?[0-9]", "は指数や16進数の書き方です。"),
    Refusal("(?i)^[-+]?(s?nan|inf|∞)", "は有限の数値ではありません。"),
    Refusal("[_'、。・]", "の区切りは使えません。桁区切りは「,」です。", "1,234"),
    Refusal(",", "の「,」は3桁ごとの区切りになっていません。", "1,234"),
    Refusal(r"(?![0-9])\d", "は算用数字ではありません。"),
    Refusal(SMALL_DIGITS, "には丸数字・添え字・分数の文字があります。"),
    Refusal("[0-9.] [0-9.]", "は数字の間に空白があります。"),
    Refusal(r"^\(.*\)$", "は括弧付きです。負の値には「-」を付けてください。", "-5"),
)


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as plain ones, runs of blanks as one, none around."""
    return " ".join(text.translate(HALF_WIDTH).split())


def _is_unseen(character: str) -> bool:
    """Controls, zero-width and direction marks, lone surrogates, unusual spaces."""
    return character not in BLANKS and unicodedata.category(character) in UNSEEN


def quoted(text: str) -> str:
    """The beginning of any text, fit for a message: what cannot be seen stands as [U+200B]."""
    shown = (
        f"[U+{ord(character):04X}]" if _is_unseen(character) else character
        for character in text[:MAX_QUOTED]
    )
    return "".join(shown) + ("…" if len(text) > MAX_QUOTED else "")


def read_number(typed: str, *, unit: str = "", decimals: int = 0) -> Reading:
    """What a person meant by `typed` in a cell with this unit and number of decimals.

    NUMBER has a finite value with at most `decimals` decimals and 14 digits before the point, in
    `unit` (12% is 12 where the unit is %). STATE has a mark. QUESTION has the value to save when
    the Japanese question in `message` is answered with yes, and the remark to keep with it.
    REFUSED has the reason and an example in `message`. Never raises, whatever the text.
    """
    if len(typed) > MAX_LENGTH:
        return _refused(typed, f"は長すぎます。{MAX_LENGTH}文字以内です。", decimals)
    unseen = next(filter(_is_unseen, typed), None)
    if unseen is not None:
        reason = f"には目に見えない文字（U+{ord(unseen):04X}）があります。"
        return _refused(typed, reason, decimals)
    plain = half_width(typed)
    if not plain:
        return Reading(Outcome.EMPTY, typed)
    if plain in MARKS:
        return Reading(Outcome.STATE, typed, mark=MARKS[plain])
    return _read_plain(typed, plain, unit, decimals)


def _refused(typed: str, reason: str, decimals: int, example: str = "") -> Reading:
    example = example or ("12.5" if decimals else "12")
    return Reading(Outcome.REFUSED, typed, message=f"「{quoted(typed)}」{reason}（例: {example}）")


@lru_cache(maxsize=256)
def _shape(unit: str) -> re.Pattern[str]:
    """Word, sign, digits, unit, word, note; the unit is the given one or whatever stands there."""
    return re.compile(
        r"(?P<before>約|およそ|おおよそ|おおむね|概ね|ほぼ|延べ|累計|合計|計)? ?"
        r"(?P<sign>[-+−▲△]?) ?"
        r"(?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+) ?"
        rf"(?P<unit>{re.escape(half_width(unit))}|.*?) ?"
        r"(?P<after>程度|前後|くらい|ぐらい|ほど|余り?|強|弱|見込み?)? ?"
        r"(?P<note>[※(\[【〔].*|注 ?[0-9]*)?"
    )


def _same_unit(one: str, other: str) -> bool:
    """Whether two units are the same but for the form of letters (㎡ is m2)."""
    return unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)


def _read_plain(typed: str, plain: str, unit: str, decimals: int) -> Reading:
    found = _shape(unit).fullmatch(plain)
    typed_unit = found["unit"] if found else ""
    if found is None or (typed_unit and not _same_unit(typed_unit, unit)):
        return _explained(typed, plain, unit, decimals, typed_unit)
    sign = "-" if found["sign"] in MINUS else ""
    value = Decimal(sign + found["digits"].replace(",", ""))
    if value.copy_abs() >= LIMIT:
        reason = f"は大きすぎます。整数部は{MAX_INTEGER_DIGITS}桁までです。"
        return _refused(typed, reason, decimals)
    remark = " ".join(filter(None, (found["before"], found["after"], found["note"])))
    if _same_unit(unit, "%") and not typed_unit and 0 < value.copy_abs() < 1:
        return _read_share(typed, value, decimals, remark)
    return _judged(typed, value, decimals, remark)


def _explained(typed: str, plain: str, unit: str, decimals: int, typed_unit: str) -> Reading:
    """The refusal that helps most: a known mistake, another unit, or simply no number."""
    for refusal in REFUSALS:
        if re.search(refusal.pattern, plain):
            return _refused(typed, refusal.reason, decimals, refusal.example)
    if not re.fullmatch(r"[^\W\d_]\D*|[%‰℃㎡]", typed_unit):
        return _refused(typed, "は数値として読み取れません。", decimals)
    expected = f"この欄の単位は「{quoted(unit)}」です。" if unit else "数字だけを入力してください。"
    reason = f"の単位「{quoted(typed_unit)}」は使えません。{expected}"
    return _refused(typed, reason, decimals)


def _read_share(typed: str, value: Decimal, decimals: int, remark: str) -> Reading:
    """0.12 without a sign in a % cell: 0.12% where the cell can hold that, 12% otherwise."""
    share = value.scaleb(2, EXACT)
    if _held(value, decimals) is None and _held(share, decimals) is not None:
        return _judged(typed, share, decimals, remark, f"{share:f}% の意味でよろしいですか。")
    question = f"{value:f}% でよろしいですか。{share:f}% の場合は入力し直してください。"
    return _judged(typed, value, decimals, remark, question)


def _held(value: Decimal, decimals: int) -> Decimal | None:
    """The value as a cell holds it: no zeros past its decimals, no -0; None where it cannot."""
    typed_decimals = max(0, -int(value.as_tuple().exponent))
    rounded = round_half_up(value, min(decimals, typed_decimals))
    return rounded if rounded == value else None


def _judged(typed: str, value: Decimal, decimals: int, remark: str, question: str = "") -> Reading:
    """NUMBER, or QUESTION where something has to be confirmed, or too many decimals."""
    held = _held(value, decimals)
    if held is None:
        limit = f"小数{decimals}桁まで" if decimals else "整数"
        return _refused(typed, f"は小数の桁が多すぎます。この欄は{limit}です。", decimals)
    if remark:
        question += f"「{quoted(remark)}」は備考に残し、値は {held:f} でよろしいですか。"
    if len(held.normalize(EXACT).as_tuple().digits) >= MANY_DIGITS:
        question += f"{MANY_DIGITS}桁以上の値です。桁が失われていないか確認してください。"
    outcome = Outcome.QUESTION if question else Outcome.NUMBER
    return Reading(outcome, typed, value=held, message=question, remark=remark)


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """四捨五入 of a finite value: ties go away from zero; never a negative zero."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, EXACT)
    return rounded or rounded.copy_abs()


def show_number(value: Decimal | None, decimals: int) -> str:
    """`1,234.5`: rounded half up, thousands grouped, "-" before negative ones; "" for None."""
    return "" if value is None else f"{round_half_up(value, decimals):,f}"


def show_rate(ratio: Decimal | None, decimals: int = 1) -> str:
    """A ratio (1 is 100%) as `68.8%`, rounded only here; "" for None."""
    return "" if ratio is None else f"{show_number(ratio.scaleb(2, EXACT), decimals)}%"
