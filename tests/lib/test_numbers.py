from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxplan.lib.numbers import (
    Mark,
    Outcome,
    Reading,
    half_width,
    quoted,
    read_number,
    round_half_up,
    show_number,
    show_rate,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=210)
CELL_LIKE = st.text(
    "0123456789０９.,，-−－ー▲△約程度※(累計)%％件 　万e_①½٣\u200b\ud800", max_size=40
)
UNITS = st.sampled_from(["", "%", "％", "手続", "千円", "㎡", "件(累計)"])


@pytest.mark.parametrize(
    ("typed", "unit", "decimals", "value"),
    [
        ("１２３", "", 0, "123"),
        ("１２．５", "", 1, "12.5"),
        ("1,234", "", 0, "1234"),
        ("１，２３４", "", 0, "1234"),
        ("12,345,678.9", "", 1, "12345678.9"),
        ("27手続", "手続", 0, "27"),
        ("27 手続", "手続", 0, "27"),
        ("２７ｋｍ", "km", 0, "27"),
        ("27km", "ｋｍ", 0, "27"),
        ("27㎡", "m2", 0, "27"),
        ("5千円", "千円", 0, "5"),
        ("3月", "月", 0, "3"),
        ("27件(累計)", "件(累計)", 0, "27"),
        ("12%", "%", 0, "12"),
        ("１２％", "%", 0, "12"),
        ("12%", "％", 0, "12"),
        ("12", "%", 0, "12"),
        ("0.12%", "%", 2, "0.12"),
        ("0", "%", 0, "0"),
        ("1", "%", 0, "1"),
        ("0.12", "手続", 2, "0.12"),
        ("▲3.5", "", 1, "-3.5"),
        ("△5", "", 0, "-5"),
        ("△３．５", "", 1, "-3.5"),
        ("△ 5", "", 0, "-5"),
        ("−5", "", 0, "-5"),
        ("－5", "", 0, "-5"),
        ("-5", "", 0, "-5"),
        ("+5", "", 0, "5"),
        ("12.", "", 0, "12"),
        (".5", "", 1, "0.5"),
        (" 12 ", "", 0, "12"),
        ("　12　", "", 0, "12"),
        ("\t12\r\n", "", 0, "12"),
        ("\u00a012", "", 0, "12"),
        ("−0", "", 0, "0"),
        ("-0.0", "", 1, "0.0"),
        ("007", "", 0, "7"),
        ("12.50", "", 1, "12.5"),
        ("12.00", "", 0, "12"),
        ("12.5", "", 3, "12.5"),
        ("99999999999999", "", 0, "99999999999999"),
        ("1234567890123.456", "", 3, "1234567890123.456"),
        ("10000000000000.000", "", 3, "10000000000000.000"),
    ],
)
def test_read_number_with_one_meaning_is_read(typed, unit, decimals, value):
    reading = read_number(typed, unit=unit, decimals=decimals)

    assert reading == Reading(Outcome.NUMBER, typed, value=Decimal(value))
    assert str(reading.value) == value


@pytest.mark.parametrize("typed", ["", " ", "　", "\r\n\t", "\u00a0"])
def test_read_number_blank_is_empty(typed):
    assert read_number(typed) == Reading(Outcome.EMPTY, typed)


@pytest.mark.parametrize("typed", ["－", "―", "-", "…", "–", "—", "−", " － ", "　…"])
def test_read_number_lone_dash_is_a_state(typed):
    assert read_number(typed) == Reading(Outcome.STATE, typed, mark=Mark.DASH)


@pytest.mark.parametrize("typed", ["未定", "未計測", "調査中", "集計中", "　未定 "])
def test_read_number_pending_word_is_a_state(typed):
    assert read_number(typed) == Reading(Outcome.STATE, typed, mark=Mark.PENDING)


@pytest.mark.parametrize(
    ("typed", "unit", "decimals", "value", "remark"),
    [
        ("約30", "", 0, "30", "約"),
        ("30程度", "", 0, "30", "程度"),
        ("100余り", "", 0, "100", "余り"),
        ("100余", "", 0, "100", "余"),
        ("約30人程度", "人", 0, "30", "約 程度"),
        ("約△３．５", "", 1, "-3.5", "約"),
        ("延べ2", "", 0, "2", "延べ"),
        ("27※1", "", 0, "27", "※1"),
        ("27 ※ 速報値", "", 0, "27", "※ 速報値"),
        ("27注1", "", 0, "27", "注1"),
        ("27(累計)", "", 0, "27", "(累計)"),
        ("２７（累計）", "", 0, "27", "(累計)"),
        ("27\n(累計)", "", 0, "27", "(累計)"),
        ("27手続(累計)", "手続", 0, "27", "(累計)"),
        ("27(累計)手続", "手続", 0, "27", "(累計)手続"),
        ("27【暫定】※が付く", "", 0, "27", "【暫定】※が付く"),
    ],
)
def test_read_number_with_remark_is_asked_about(typed, unit, decimals, value, remark):
    assert read_number(typed, unit=unit, decimals=decimals) == Reading(
        Outcome.QUESTION,
        typed,
        value=Decimal(value),
        remark=remark,
        message=f"「{remark}」は備考に残し、値は {value} でよろしいですか。",
    )


@pytest.mark.parametrize(
    ("typed", "decimals", "value", "message"),
    [
        ("0.12", 2, "0.12", "0.12% でよろしいですか。12% の場合は入力し直してください。"),
        ("-0.5", 1, "-0.5", "-0.5% でよろしいですか。-50% の場合は入力し直してください。"),
        ("0.12", 1, "12", "12% の意味でよろしいですか。"),
        ("0.12", 0, "12", "12% の意味でよろしいですか。"),
        ("０．５", 0, "50", "50% の意味でよろしいですか。"),
        ("0.6875", 2, "68.75", "68.75% の意味でよろしいですか。"),
    ],
)
def test_read_number_plain_share_in_percent_cell_is_asked_about(typed, decimals, value, message):
    reading = read_number(typed, unit="%", decimals=decimals)

    assert reading == Reading(Outcome.QUESTION, typed, value=Decimal(value), message=message)
    assert str(reading.value) == value


def test_read_number_share_with_remark_is_asked_about_both():
    assert read_number("約0.12", unit="%") == Reading(
        Outcome.QUESTION,
        "約0.12",
        value=Decimal(12),
        remark="約",
        message="12% の意味でよろしいですか。「約」は備考に残し、値は 12 でよろしいですか。",
    )


@pytest.mark.parametrize("typed", ["12345678901234.567", "-99999999999999.999"])
def test_read_number_of_17_digits_is_asked_about(typed):
    assert read_number(typed, decimals=3) == Reading(
        Outcome.QUESTION,
        typed,
        value=Decimal(typed),
        message="17桁以上の値です。桁が失われていないか確認してください。",
    )


ERROR_VALUE = "は表計算ソフトのエラー値です。値を入力してください。（例: 12）"
DATE = "は日付・時刻・分数のようです。数値を入力してください。（例: 12）"
COMPARISON = "のような比較は目標の欄でだけ使えます。（例: 12）"
STATE = "は数値ではなく状態です。（例: 12）"
NOTHING = "は数値ではありません。（例: －）"
ELSEWHERE = "は他の値を指しています。値を入力してください。（例: 12）"
SHARE = "は割合を表す言葉です。数値を入力してください。（例: 12）"
MYRIAD = "は「万」などを使わずに入力してください。（例: 12000）"
SYMBOL = "は記号です。数値を入力してください。（例: 12）"
KANJI = "は漢数字です。（例: 12）"
NO_MINUS = "の先頭は長音などで、マイナスではありません。（例: -5）"
RANGE = "は範囲です。一つの値を入力してください。（例: 12）"
EXPONENT = "は指数や16進数の書き方です。（例: 12）"
NOT_FINITE = "は有限の数値ではありません。（例: 12）"
SEPARATOR = "の区切りは使えません。桁区切りは「,」です。（例: 1,234）"
COMMA = "の「,」は3桁ごとの区切りになっていません。（例: 1,234）"
FOREIGN_DIGIT = "は算用数字ではありません。（例: 12）"
SMALL_DIGIT = "には丸数字・添え字・分数の文字があります。（例: 12）"
INNER_BLANK = "は数字の間に空白があります。（例: 12）"
TOO_LARGE = "は大きすぎます。整数部は14桁までです。（例: 12）"
NO_NUMBER = "は数値として読み取れません。（例: 12）"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1,23", COMMA),
        ("0,123", COMMA),
        ("1,2345", COMMA),
        ("1,234,56", COMMA),
        (",123", COMMA),
        ("1、234", SEPARATOR),
        ("12。5", SEPARATOR),
        ("1_000", SEPARATOR),
        ("30～40", RANGE),
        ("30〜40", RANGE),
        ("30-40", RANGE),
        ("30件から40件", RANGE),
        ("3割", SHARE),
        ("半数", SHARE),
        ("1万", MYRIAD),
        ("1.2億", MYRIAD),
        ("5千円", MYRIAD),
        ("ー5", NO_MINUS),
        ("ｰ5", NO_MINUS),
        ("–5", NO_MINUS),
        ("―5", NO_MINUS),
        ("ー", "は長音です。値がない場合は「－」です。（例: －）"),
        ("△", SYMBOL),
        ("○", SYMBOL),
        ("〇", SYMBOL),
        ("×", SYMBOL),
        ("--", SYMBOL),
        (".", SYMBOL),
        ("①", SMALL_DIGIT),
        ("②", SMALL_DIGIT),
        ("²", SMALL_DIGIT),
        ("½", SMALL_DIGIT),
        ("5②", SMALL_DIGIT),
        ("1½", SMALL_DIGIT),
        ("٣٤", FOREIGN_DIGIT),
        ("1٣", FOREIGN_DIGIT),
        ("𝟏𝟐", FOREIGN_DIGIT),
        ("0x1F", EXPONENT),
        ("1e5", EXPONENT),
        ("１ｅ５", EXPONENT),
        ("1E400", EXPONENT),
        ("NaN", NOT_FINITE),
        ("-sNaN", NOT_FINITE),
        ("Infinity", NOT_FINITE),
        ("-inf", NOT_FINITE),
        ("十二", KANJI),
        ("二〇", KANJI),
        ("R7.3.31", DATE),
        ("令和7年3月", DATE),
        ("2026/3/31", DATE),
        ("2026-03-31", DATE),
        ("2026.3.31", DATE),
        ("12:30", DATE),
        ("3月", DATE),
        ("3/10", DATE),
        ("#N/A", ERROR_VALUE),
        ("#DIV/0!", ERROR_VALUE),
        ("=A1+B1", "は数式です。計算結果の値を入力してください。（例: 12）"),
        ("同上", ELSEWHERE),
        ("〃", ELSEWHERE),
        ("前年度並み", ELSEWHERE),
        ("45%以上", COMPARISON),
        ("50未満", COMPARISON),
        ("≧45", COMPARISON),
        ("全国平均以上", COMPARISON),
        ("完了", STATE),
        ("該当なし", NOTHING),
        ("12 34", INNER_BLANK),
        ("(27)", "は括弧付きです。負の値には「-」を付けてください。（例: -5）"),
        ("100000000000000", TOO_LARGE),
        ("-100,000,000,000,000", TOO_LARGE),
        ("12345678901234567", TOO_LARGE),
        ("約", NO_NUMBER),
        ("%", NO_NUMBER),
        ("1.2.3", NO_NUMBER),
        ("27*1", NO_NUMBER),
        ("27👍", NO_NUMBER),
        ("実績は27", NO_NUMBER),
    ],
)
def test_read_number_without_one_meaning_is_refused(typed, reason):
    assert read_number(typed) == Reading(Outcome.REFUSED, typed, message=f"「{typed}」{reason}")


@pytest.mark.parametrize(
    ("typed", "unit", "reason"),
    [
        ("27件", "手続", "の単位「件」は使えません。この欄の単位は「手続」です。（例: 12）"),
        (
            "約27件(累計)",
            "手続",
            "の単位「件」は使えません。この欄の単位は「手続」です。（例: 12）",
        ),
        ("12%", "手続", "の単位「%」は使えません。この欄の単位は「手続」です。（例: 12）"),
        ("27件", "", "の単位「件」は使えません。数字だけを入力してください。（例: 12）"),
        ("24時間", "件", "の単位「時間」は使えません。この欄の単位は「件」です。（例: 12）"),
        ("27注文", "件", "の単位「注文」は使えません。この欄の単位は「件」です。（例: 12）"),
        ("1万", "万人", MYRIAD),
        ("45%以上", "%", COMPARISON),
    ],
)
def test_read_number_with_another_unit_is_refused_by_name(typed, unit, reason):
    assert read_number(typed, unit=unit) == Reading(
        Outcome.REFUSED, typed, message=f"「{typed}」{reason}"
    )


@pytest.mark.parametrize(
    ("typed", "unit", "decimals", "reason"),
    [
        ("12.5", "", 0, "この欄は整数です。（例: 12）"),
        ("12.55", "", 1, "この欄は小数1桁までです。（例: 12.5）"),
        ("約12.55", "", 1, "この欄は小数1桁までです。（例: 12.5）"),
        ("0.30000000000000004", "", 1, "この欄は小数1桁までです。（例: 12.5）"),
        ("0.123", "%", 0, "この欄は整数です。（例: 12）"),
        ("0.12%", "%", 1, "この欄は小数1桁までです。（例: 12.5）"),
    ],
)
def test_read_number_with_more_decimals_is_refused(typed, unit, decimals, reason):
    assert read_number(typed, unit=unit, decimals=decimals) == Reading(
        Outcome.REFUSED, typed, message=f"「{typed}」は小数の桁が多すぎます。{reason}"
    )


@pytest.mark.parametrize(
    ("typed", "shown", "code"),
    [
        ("1\u200b2", "1[U+200B]2", "U+200B"),
        ("\ufeff12", "[U+FEFF]12", "U+FEFF"),
        ("12\u202e", "12[U+202E]", "U+202E"),
        ("12\x00", "12[U+0000]", "U+0000"),
        ("12\x1c", "12[U+001C]", "U+001C"),
        ("12\u2009", "12[U+2009]", "U+2009"),
        ("\ud800", "[U+D800]", "U+D800"),
        ("27(累計\ud800)", "27(累計[U+D800])", "U+D800"),
    ],
)
def test_read_number_with_unseen_character_is_refused_and_shows_it(typed, shown, code):
    assert read_number(typed) == Reading(
        Outcome.REFUSED,
        typed,
        message=f"「{shown}」には目に見えない文字（{code}）があります。（例: 12）",
    )


def test_read_number_reads_200_characters_and_refuses_201():
    assert read_number("12" + " " * 198) == Reading(
        Outcome.NUMBER, "12" + " " * 198, value=Decimal(12)
    )
    assert read_number("1" * 201) == Reading(
        Outcome.REFUSED,
        "1" * 201,
        message=f"「{'1' * 30}…」は長すぎます。200文字以内です。（例: 12）",
    )


@pytest.mark.parametrize("text", ["1a" + " " * 197 + "b", "1" + " a" * 99, "1,111" * 40])
def test_read_number_of_long_nonsense_is_refused(text):
    assert read_number(text).outcome == Outcome.REFUSED


@pytest.mark.parametrize(
    ("typed", "unit", "decimals", "echo"),
    [
        ("１２．５", "", 1, "入力「１２．５」→ 読み取り 12.5"),
        ("1,234", "", 0, "入力「1,234」→ 読み取り 1234"),
        ("△5", "", 0, "入力「△5」→ 読み取り -5"),
        ("27手続", "手続", 0, "入力「27手続」→ 読み取り 27"),
        ("12.50", "", 1, "入力「12.50」→ 読み取り 12.5"),
        ("-0", "", 0, "入力「-0」→ 読み取り 0"),
        ("0.12", "%", 0, "入力「0.12」→ 読み取り 12"),
        ("約30", "", 0, "入力「約30」→ 読み取り 30"),
        ("27\n(累計)", "", 0, "入力「27\n(累計)」→ 読み取り 27"),
        ("12.5", "", 1, ""),
        ("12.0", "", 1, ""),
        ("-5", "", 0, ""),
        ("", "", 0, ""),
        ("未定", "", 0, ""),
        ("1万", "", 0, ""),
    ],
)
def test_echo_shows_what_was_read_where_it_was_not_typed_plainly(typed, unit, decimals, echo):
    assert read_number(typed, unit=unit, decimals=decimals).echo == echo


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("髙﨑と𠮷が", "髙﨑と𠮷が"),
        ("a\tb c　d", "a\tb c　d"),
        ("\u202e<b>", "[U+202E]<b>"),
        ("あ" * 30, "あ" * 30),
        ("あ" * 31, "あ" * 30 + "…"),
    ],
)
def test_quoted_shows_the_unseen_and_cuts(text, shown):
    assert quoted(text) == shown


def test_half_width_leaves_circled_digits_alone():
    assert half_width("　Ｒ８．３\u00a0 末①½ｱ") == "R8.3 末①½ｱ"


@given(typed=ANY_TEXT | CELL_LIKE, unit=UNITS, decimals=st.integers(0, 6))
def test_read_number_never_raises_and_values_fit_the_cell(typed, unit, decimals):
    reading = read_number(typed, unit=unit, decimals=decimals)

    has_value = reading.outcome in (Outcome.NUMBER, Outcome.QUESTION)
    assert (reading.value is not None) == has_value
    assert (reading.mark is not None) == (reading.outcome == Outcome.STATE)
    assert bool(reading.message) == (reading.outcome in (Outcome.QUESTION, Outcome.REFUSED))
    said = reading.message + reading.echo + reading.remark
    assert said.encode().decode() == said
    if has_value:
        assert reading.value.is_finite()
        assert abs(reading.value) < 10**14
        assert round_half_up(reading.value, decimals) == reading.value


@given(
    value=st.decimals(min_value=-(10**10), max_value=10**10, allow_nan=False, places=6),
    decimals=st.integers(0, 6),
)
def test_read_number_reads_what_show_number_shows(value, decimals):
    shown = show_number(value, decimals)

    assert read_number(shown, decimals=decimals) == Reading(
        Outcome.NUMBER, shown, value=round_half_up(value, decimals)
    )


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("0.5", 0, "1"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("1.005", 2, "1.01"),
        ("89.96", 1, "90.0"),
        ("2.4999999999999999999999999999999999", 0, "2"),
        ("99999999999999.99999999999999999999", 6, "100000000000000.000000"),
        ("-0.04", 1, "0.0"),
        ("12", 2, "12.00"),
        ("1.5", 30, "1.5" + "0" * 29),
    ],
)
def test_round_half_up_rounds_ties_away_from_zero(value, decimals, rounded):
    assert str(round_half_up(Decimal(value), decimals)) == rounded


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (None, 0, ""),
        (Decimal("0"), 0, "0"),
        (Decimal("-0"), 0, "0"),
        (Decimal("-0.04"), 1, "0.0"),
        (Decimal("1234567.25"), 1, "1,234,567.3"),
        (Decimal("-1234.5"), 0, "-1,235"),
        (Decimal("999.95"), 1, "1,000.0"),
        (Decimal("1E+3"), 0, "1,000"),
        (Decimal("12"), 2, "12.00"),
        (Decimal("99999999999999.123456"), 6, "99,999,999,999,999.123456"),
    ],
)
def test_show_number(value, decimals, shown):
    assert show_number(value, decimals) == shown


@pytest.mark.parametrize(
    ("ratio", "decimals", "shown"),
    [
        (None, 1, ""),
        (Decimal("0.6875"), 1, "68.8%"),
        (Decimal(33) / Decimal(48), 1, "68.8%"),
        (Decimal(1), 1, "100.0%"),
        (Decimal("13.4"), 0, "1,340%"),
        (Decimal("-0.25"), 1, "-25.0%"),
        (Decimal("-0.0001"), 1, "0.0%"),
        (Decimal(2) / Decimal(3), 1, "66.7%"),
        (Decimal("0.68749999999999999999999999999999"), 1, "68.7%"),
    ],
)
def test_show_rate(ratio, decimals, shown):
    assert show_rate(ratio, decimals) == shown


def test_show_rate_has_one_decimal_unless_told():
    assert show_rate(Decimal("0.6875")) == "68.8%"
