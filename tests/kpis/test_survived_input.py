"""Everything offices type into the cells of the grid: read, taken for a state, asked or refused."""

import datetime
from decimal import Decimal

import pytest

from kpis.cells import Cells
from kpis.checked_row import Entry
from kpis.entry import check_row
from kpis.measurement import ValueState
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from kpis.taken_at import read_taken
from tests.factories import make_kpi, make_result


@pytest.fixture
def row_in(plan):
    """The row of a KPI in a unit, with one decimal."""

    def row_in(unit, **overrides):
        make_kpi(plan, **{"unit": unit, "decimals": 1} | overrides)
        return kpi_progress(plan, EVERYTHING)[-1]

    return row_in


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("１２３", "手続", "123"),
        ("１２．５", "手続", "12.5"),
        ("1,234", "手続", "1234"),
        ("１，２３４", "手続", "1234"),
        ("27手続", "手続", "27"),
        ("12%", "%", "12"),
        ("１２％", "%", "12"),
        ("▲3.5", "手続", "-3.5"),
        ("△5", "手続", "-5"),
        ("△３．５", "手続", "-3.5"),
        ("−5", "手続", "-5"),
        ("－5", "手続", "-5"),
        ("12.", "手続", "12"),
        (".5", "手続", "0.5"),
        ("　12 ", "手続", "12"),
        ("−0", "手続", "0"),
    ],
)
def test_figure_with_one_meaning_is_read(row_in, typed, unit, value):
    checked = check_row(row_in(unit), 2025, Cells(typed))

    assert checked.entry == Entry(ValueState.FINAL, value=Decimal(value))
    assert checked.echo == f"入力「{typed}」→ 読み取り {value}"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("R7.3末", datetime.date(2025, 3, 31)),
        ("令和7年3月", datetime.date(2025, 3, 31)),
        ("H31.4.1", datetime.date(2019, 4, 1)),
    ],
)
def test_day_is_read_as_offices_write_it(typed, day):
    assert read_taken(typed) == (None, day)


@pytest.mark.parametrize("typed", ["－", "―", "-", "…"])
def test_lone_dash_is_a_state(row_in, typed):
    assert check_row(row_in("手続"), 2025, Cells(typed)).entry == Entry(ValueState.NOT_SURVEYED)


@pytest.mark.parametrize("typed", ["未定", "未計測", "調査中", "集計中"])
def test_pending_word_is_a_value_still_missing(row_in, typed):
    entry = check_row(row_in("手続"), 2025, Cells(typed)).entry

    assert entry == Entry(ValueState.MISSING, note=typed)


@pytest.mark.parametrize(
    ("typed", "unit", "decimals", "value", "note"),
    [
        ("約30", "手続", 1, "30", "約"),
        ("30程度", "手続", 1, "30", "程度"),
        ("0.12", "%", 2, "0.12", ""),
        ("27※1", "手続", 1, "27", "※1"),
        ("27(累計)", "手続", 1, "27", "(累計)"),
        ("12345678901234.567", "手続", 3, "12345678901234.567", ""),
    ],
)
def test_figure_in_doubt_is_kept_back_until_it_is_confirmed(
    row_in, typed, unit, decimals, value, note
):
    row = row_in(unit, decimals=decimals)

    asked = check_row(row, 2025, Cells(typed))
    confirmed = check_row(row, 2025, Cells(typed, confirmed=typed))

    assert (asked.entry, asked.errors, asked.question != "") == (None, {}, True)
    assert confirmed.entry == Entry(ValueState.FINAL, value=Decimal(value), note=note)


def test_total_that_falls_is_kept_back(plan):
    make_result(make_kpi(plan, measurement_type="cumulative_total"), 2024, "39")

    checked = check_row(kpi_progress(plan, EVERYTHING)[0], 2025, Cells("38"))

    assert (checked.entry, list(checked.errors)) == (None, ["value"])


FOR_TARGETS = ("45%以上", "50未満", "≧45", "全国平均以上", "完了")
REFUSED = (
    *("27件", "1,23", "30～40", "3割", "半数", "1万", "1.2億", "ー5"),
    *("△", "○", "×", "①", "²", "½", "٣٤", "1_000", "0x1F", "1e5", "1E400", "NaN", "Infinity"),
    *("十二", "2026/3/31", "R7.3末", "12:30", "#N/A", "#DIV/0!", "=SUM(A1:A3)"),
    *("1\u200b2", "12\x00", "\ud800", "12.55", "同上", "〃", "前年度並み"),
)


@pytest.mark.parametrize("typed", FOR_TARGETS + REFUSED)
@pytest.mark.parametrize("cell", ["value", "numerator", "denominator", "reference"])
def test_text_that_is_no_figure_is_refused_beside_its_cell(plan, typed, cell):
    kpi = make_kpi(
        plan, measurement_type="ratio", unit="手続", decimals=1, reference_name="全国平均"
    )
    kpi.targets.create(fiscal_year=2025, kind="reference")
    others = {"numerator": "3", "denominator": "4"} if cell != "value" else {}
    if typed == "12.55" and cell in others:
        typed = "0.1234567"  # parts take six decimals whatever the KPI's

    checked = check_row(kpi_progress(plan, EVERYTHING)[0], 2025, Cells(**{**others, cell: typed}))

    assert (checked.entry, list(checked.errors)) == (None, [cell])
    assert checked.errors[cell] != ""


@pytest.mark.parametrize(
    "text",
    [
        "😀 𠮷 髙﨑 か\u3099",
        "<script>alert(1)</script> {{7*7}}",
        '=HYPERLINK("x")',
        "あ" * 10_000,
        "逆\u202e順",
    ],
)
def test_text_stays_as_it_was_typed(row_in, text):
    entry = check_row(row_in("手続"), 2025, Cells("1", note=text)).entry
    words = check_row(row_in("", measurement_type="qualitative"), 2025, Cells(text)).entry

    assert (entry.note, words.words) == (text, text)


def test_text_of_more_than_ten_thousand_characters_is_refused_with_the_count(row_in):
    row = row_in("", measurement_type="qualitative")

    checked = check_row(row, 2025, Cells("あ" * 10_001, note="い" * 10_002))

    assert checked.errors == {
        "value": "実績は10,000字以内で入力してください（現在10,001字）。",
        "note": "備考は10,000字以内で入力してください（現在10,002字）。",
    }
