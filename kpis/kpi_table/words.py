"""The words of a KPI table's headings: what a column holds, for which year, taken when."""

import re
from dataclasses import dataclass

from dxplan.lib.choices import LabelledEnum
from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.numbers import half_width
from kpis.taken_at import TakenTime, read_taken

LONGEST_HEADING = 60


class Meaning(LabelledEnum):
    """列の意味: what a column of a KPI table holds."""

    SKIP = "skip", "使わない"
    POLICY = "policy", "分類（施策）"
    NUMBER = "number", "番号"
    NAME = "name", "指標名"
    UNIT = "unit", "単位"
    BASELINE = "baseline", "基準値"
    TAKEN = "taken", "基準値の時点"
    TARGET = "target", "目標値"
    WORDING = "wording", "計画書の数値目標"
    DUE = "due", "達成時期"
    DEFINITION = "definition", "定義・算出方法"
    SOURCE = "source", "出典"
    DEPARTMENT = "department", "担当課"
    NOTE = "note", "備考"

    @property
    def has_year(self) -> bool:
        return self in (Meaning.BASELINE, Meaning.TARGET)


# The first that matches the whole heading, without its year and what stands in brackets.
WORDS = (
    (Meaning.NUMBER, r"(?:指標|KPI|施策)?(?:番号|連番|No\.?|№|NO\.?|no\.?)|#"),
    (Meaning.UNIT, "(?:目標|指標)?(?:の)?単位"),
    (Meaning.TAKEN, "(?:基準)?(?:値)?(?:の)?(?:時点|基準時点|把握時点)"),
    (Meaning.DEFINITION, r".{0,6}(?:定義|算出方法|算定方法|計算方法|算出式|算定式|測定方法|計算式)"
     r".{0,8}|(?:指標の)?(?:説明|考え方|内容)"),
    (Meaning.SOURCE, "(?:データ|数値|資料)?(?:の)?(?:出典|出所|根拠|把握方法|出典元|取得元)"),
    (Meaning.DEPARTMENT, ".{0,4}(?:担当|所管|主管|実施|関係)(?:課|課等|課室|部署|部局|係)(?:名)?"
     "|担当|所管|課名|部署|課"),
    (Meaning.NOTE, "備考|摘要|注記?|メモ|特記事項"),
    (Meaning.DUE, "(?:目標)?達成(?:時期|年度|期限)|目標(?:時期|年度|年次)|期限"),
    (Meaning.WORDING, "数値目標|目標の?内容|目指す姿"),
    (Meaning.TARGET, "(?:各?年度別|年度ごとの|最終|中間|計画)?(?:の)?(?:数値)?目標(?:値|数値)?"
     "|計画値|目標水準|期待値"),
    (Meaning.BASELINE, "(?:基準|現状|現況|当初|初期|策定時|計画策定時|直近|開始時)(?:の)?"
     "(?:値|数値|実績値?|年度)?|ベースライン|実績値?|現在値"),
    (Meaning.NAME, "(?:成果|評価|活動|管理|数値|重要業績評価|主な)?(?:指標|KPI|KGI)"
     "(?:の)?(?:名|名称|項目|/KPI|KPI)?|重要業績評価指標|目標指標|評価項目|測定項目"),
    (Meaning.POLICY, "(?:大|中|小)?(?:分類|区分|項目|分野|柱)"
     "|(?:基本|具体的な?|主な|重点|関連|該当|個別)?(?:施策|取組|取り組み|方針|事業|目標|計画)"
     "(?:等)?(?:施策)?(?:事項|項目|内容|分野|名|名称|の柱|の名称)?"),
)  # fmt: skip
MEANINGS = tuple((meaning, re.compile(pattern)) for meaning, pattern in WORDS)

ANY_YEAR = r"(?:(?:令和|平成|昭和|[RHSrhs]) ?(?:元|[0-9]{1,2})|(?<![0-9])[0-9]{4})"
DAY = re.compile(
    rf"{ANY_YEAR}(?:年度末|年 ?[0-9]{{1,2}}月(?: ?[0-9]{{1,2}}日| ?末)?"
    r"|[-./][0-9]{1,2}(?:[-./][0-9]{1,2}| ?末)?)(?:時点|現在)?"
)
YEAR = re.compile(rf"{ANY_YEAR}(?:年度?)?|(?<![0-9.])(?:元|[0-9]{{1,2}})年度")
BRACKETS = re.compile(r"[(\[【〔<〈](.*?)[)\]】〕>〉]")
ASIDE = re.compile(r"[ :・/\n,、ー-]|(?<=.)(?:見込み?|計画|実績|当初)$")
BARE_YEAR = re.compile("元|[0-9]{1,2}年度")


@dataclass(frozen=True)
class Heading:
    """What a heading says: meaning (None: unknown), fiscal year, 時点 of the column as text."""

    meaning: Meaning | None = None
    fiscal_year: int | None = None
    taken: str = ""

    @property
    def is_one(self) -> bool:
        """Whether the text may be a heading at all."""
        return self.meaning is not None or self.fiscal_year is not None


def read_heading(text: str) -> Heading:
    """「R8 目標値 (R7)」: a target of 2026, taken in 令和7年度. Never raises."""
    plain = half_width(text)
    if not plain or len(plain) > LONGEST_HEADING:
        return Heading()
    asides = BRACKETS.findall(plain)
    outside = BRACKETS.sub(" ", plain)
    day, outside = _cut(DAY, outside)
    year_text, words = _cut(YEAR, outside)
    year = _year(year_text)
    meaning = _meaning(ASIDE.sub("", words.strip()))
    if year_text and year is None:
        return Heading()
    taken = next((aside.strip() for aside in asides if _time(aside)), day)
    if meaning is None and words.strip(" :・/"):
        return Heading()
    if year is None and meaning and meaning.has_year:
        year = _year_in(asides) or (_year_of(taken) if meaning == Meaning.TARGET else None)
    says_year_again = year is not None and _time(taken) == (year, None)
    return Heading(meaning, year, "" if says_year_again else taken)


def is_remark(text: str) -> bool:
    """Whether a cell below a heading only says that a 時点 follows: 「(時点)」."""
    return bool(re.fullmatch(r"[(\[]?(?:時点|単位|年度)[)\]]?", half_width(text)))


def _cut(pattern, text):
    """(first match, the text without it)."""
    found = pattern.search(text)
    if found is None:
        return "", text
    return found[0], f"{text[: found.start()]} {text[found.end() :]}"


def _meaning(word) -> Meaning | None:
    found = (meaning for meaning, pattern in MEANINGS if word and pattern.fullmatch(word))
    return next(found, None)


def _year(text) -> int | None:
    """「R8」「2026年」「元年度」: a bare number counts in 令和, the era of our plans."""
    plain = text.replace(" ", "")
    era = "令和" if BARE_YEAR.match(plain) and not re.match("[0-9]{4}", plain) else ""
    try:
        return int(FiscalYear.parse(era + plain.removesuffix("度").removesuffix("年")))
    except ValueError:
        return None


def _year_in(asides) -> int | None:
    """The year in brackets of 「目標値（令和8年度）」; a day there is a 時点."""
    years = (_year(aside.strip()) for aside in asides if YEAR.fullmatch(aside.strip()))
    return next((year for year in years if year), None)


def _time(text) -> TakenTime | None:
    """The 時点 that a text is, None where it is none."""
    try:
        time = read_taken(text)
    except ValueError:
        return None
    return time if any(time) else None


def _year_of(taken) -> int | None:
    """The fiscal year in which the day of a column lies."""
    time = _time(taken)
    return int(FiscalYear.of(time.taken_on)) if time and time.taken_on else None
