from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxplan.lib.fiscal_years import (
    FiscalYear,
    fiscal_years,
    read_date,
    show_date,
    show_month_end,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
YEAR_LIKE = st.text("0123456789８RHS令和平成昭元年度月日末./-() 　①", max_size=14)
YEARS = st.integers(1950, 2100)
DAYS = st.dates(date(1950, 4, 1), date(2101, 3, 31))

ADVICE = "「令和8年度」「R8」「2026年度」のように入力してください。"
DATE_ADVICE = "「R7.3末」「令和7年3月31日」「2025-03-31」のように入力してください。"
KNOWN_YEARS = "年度は1950年度から2100年度までです。"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2026", 2026),
        ("2026年度", 2026),
        ("令和8年度", 2026),
        ("令和8", 2026),
        ("令和08年度", 2026),
        ("R8", 2026),
        ("r8", 2026),
        ("R08", 2026),
        ("R8年度", 2026),
        ("令和8年度 (2026年度)", 2026),
        ("令和8年度(2026年度)", 2026),
        ("令和８年度（２０２６年度）", 2026),
        ("２０２６年度", 2026),
        ("Ｒ８", 2026),
        ("　 R8 \n", 2026),
        ("平成31年度", 2019),
        ("令和元年度", 2019),
        ("令和1年度", 2019),
        ("H31", 2019),
        ("R1", 2019),
        ("R元", 2019),
        ("平成30年度", 2018),
        ("H1", 1989),
        ("平成元年度", 1989),
        ("S64", 1989),
        ("昭和63年度", 1988),
        ("S25", 1950),
        ("1950", 1950),
        ("2100年度", 2100),
        ("R82", 2100),
    ],
)
def test_parse_reads_every_way_of_writing_a_fiscal_year(text, year):
    parsed = FiscalYear.parse(text)

    assert parsed == year
    assert type(parsed) is FiscalYear


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026年", f"「2026年」は暦年です。年度は{ADVICE}"),
        ("令和8年", f"「令和8年」は暦年です。年度は{ADVICE}"),
        ("R8年", f"「R8年」は暦年です。年度は{ADVICE}"),
        ("H32", "平成32年度はありません。"),
        ("H0", "平成0年度はありません。"),
        ("R0", "令和0年度はありません。"),
        ("昭和65年度", "昭和65年度はありません。"),
        ("昭和24年度", KNOWN_YEARS),
        ("1949", KNOWN_YEARS),
        ("2101年度", KNOWN_YEARS),
        ("R83", KNOWN_YEARS),
        ("令和8年度 (2025年度)", "令和8年度は2025年度ではありません。"),
        ("", f"「」は年度として読み取れません。{ADVICE}"),
        ("8", f"「8」は年度として読み取れません。{ADVICE}"),
        ("26年度", f"「26年度」は年度として読み取れません。{ADVICE}"),
        ("R7.3末", f"「R7.3末」は年度として読み取れません。{ADVICE}"),
        ("R⑧", f"「R⑧」は年度として読み取れません。{ADVICE}"),
        ("٢٠٢٦", f"「٢٠٢٦」は年度として読み取れません。{ADVICE}"),
        ("ſ60", f"「ſ60」は年度として読み取れません。{ADVICE}"),
        ("2_026", f"「2_026」は年度として読み取れません。{ADVICE}"),
        ("R8\x00", f"「R8[U+0000]」は年度として読み取れません。{ADVICE}"),
    ],
)
def test_parse_refuses_what_is_no_fiscal_year(text, message):
    with pytest.raises(ValueError) as refusal:
        FiscalYear.parse(text)

    assert str(refusal.value) == message


@pytest.mark.parametrize("year", [1949, 2101])
def test_fiscal_year_outside_the_known_years_is_refused(year):
    with pytest.raises(ValueError) as refusal:
        FiscalYear(year)

    assert str(refusal.value) == KNOWN_YEARS


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_of_day_begins_in_april(day, year):
    assert FiscalYear.of(day) == year


@pytest.mark.parametrize(
    ("year", "label", "era_label", "short_label"),
    [
        (2026, "令和8年度 (2026年度)", "令和8年度", "R8"),
        (2019, "令和元年度 (2019年度)", "令和元年度", "R1"),
        (2018, "平成30年度 (2018年度)", "平成30年度", "H30"),
        (1989, "平成元年度 (1989年度)", "平成元年度", "H1"),
        (1988, "昭和63年度 (1988年度)", "昭和63年度", "S63"),
    ],
)
def test_labels_name_the_era(year, label, era_label, short_label):
    fiscal_year = FiscalYear(year)

    assert fiscal_year.label == label
    assert fiscal_year.era_label == era_label
    assert fiscal_year.short_label == short_label


def test_fiscal_year_prints_as_its_number():
    assert f"{FiscalYear(2026)}" == "2026"


def test_neighbours_and_days_of_a_fiscal_year():
    fiscal_year = FiscalYear(2026)

    assert (fiscal_year.first_day, fiscal_year.last_day) == (date(2026, 4, 1), date(2027, 3, 31))
    assert (fiscal_year.previous, fiscal_year.next) == (2025, 2027)
    assert type(fiscal_year.previous) is type(fiscal_year.next) is FiscalYear


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [(2024, 2026, [2024, 2025, 2026]), (2026, 2026, [2026]), (2027, 2026, [])],
)
def test_fiscal_years_includes_both_ends(first, last, years):
    assert fiscal_years(first, last) == years


def test_fiscal_years_have_labels():
    assert [year.short_label for year in fiscal_years(2018, 2020)] == ["H30", "R1", "R2"]


@given(year=YEARS)
def test_parse_reads_every_label(year):
    fiscal_year = FiscalYear(year)

    assert FiscalYear.parse(fiscal_year.label) == year
    assert FiscalYear.parse(fiscal_year.era_label) == year
    assert FiscalYear.parse(fiscal_year.short_label) == year


@given(year=YEARS)
def test_of_finds_the_year_of_its_first_and_last_day(year):
    fiscal_year = FiscalYear(year)

    assert FiscalYear.of(fiscal_year.first_day) == FiscalYear.of(fiscal_year.last_day) == year


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("R7.3末", date(2025, 3, 31)),
        ("Ｒ７．３末", date(2025, 3, 31)),
        ("R11.3 末", date(2029, 3, 31)),
        ("R7.3", date(2025, 3, 31)),
        ("令和7年3月", date(2025, 3, 31)),
        ("令和7年3月末", date(2025, 3, 31)),
        ("令和6年2月末", date(2024, 2, 29)),
        ("令和元年12月", date(2019, 12, 31)),
        ("H31.4.1", date(2019, 4, 1)),
        ("h31.4.1", date(2019, 4, 1)),
        ("令和8年3月31日", date(2026, 3, 31)),
        ("令和８年３月３１日", date(2026, 3, 31)),
        ("2026年3月31日", date(2026, 3, 31)),
        ("2026-03-31", date(2026, 3, 31)),
        ("2026/3/31", date(2026, 3, 31)),
        ("２０２６／３／３１", date(2026, 3, 31)),
        ("2026-02", date(2026, 2, 28)),
        ("　2026/3/31 ", date(2026, 3, 31)),
        ("H31.4.30", date(2019, 4, 30)),
        ("R1.5.1", date(2019, 5, 1)),
        ("S64.1.7", date(1989, 1, 7)),
        ("H1.1.8", date(1989, 1, 8)),
    ],
)
def test_read_date_reads_days_and_ends_of_months(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("H40.1.1", "平成40年はありません。"),
        ("H31.5.1", "「H31.5.1」は平成の期間に入っていません。"),
        ("R1.4.30", "「R1.4.30」は令和の期間に入っていません。"),
        ("S64.1.8", "「S64.1.8」は昭和の期間に入っていません。"),
        ("平成31年5月", "「平成31年5月」は平成の期間に入っていません。"),
        ("R7.2.30", "「R7.2.30」は暦にない日付です。"),
        ("2026/13/1", "「2026/13/1」は暦にない日付です。"),
        ("令和7年13月", "「令和7年13月」は暦にない日付です。"),
        ("0000-01-01", "「0000-01-01」は暦にない日付です。"),
        ("1950-03-31", KNOWN_YEARS),
        ("2101-04-01", KNOWN_YEARS),
        ("", f"「」は日付として読み取れません。{DATE_ADVICE}"),
        ("R8", f"「R8」は日付として読み取れません。{DATE_ADVICE}"),
        ("令和7年度末", f"「令和7年度末」は日付として読み取れません。{DATE_ADVICE}"),
        ("R7.3.31末", f"「R7.3.31末」は日付として読み取れません。{DATE_ADVICE}"),
        ("2026/3-31", f"「2026/3-31」は日付として読み取れません。{DATE_ADVICE}"),
        ("R7.③末", f"「R7.③末」は日付として読み取れません。{DATE_ADVICE}"),
        ("\u202e2026", f"「[U+202E]2026」は日付として読み取れません。{DATE_ADVICE}"),
    ],
)
def test_read_date_refuses_what_is_no_day(text, message):
    with pytest.raises(ValueError) as refusal:
        read_date(text)

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2025, 3, 31), "令和7年3月末"),
        (date(2025, 3, 15), "令和7年3月15日"),
        (date(2024, 2, 28), "令和6年2月28日"),
        (date(2024, 2, 29), "令和6年2月末"),
        (date(2019, 4, 30), "平成31年4月末"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1900, 1, 31), "1900年1月末"),
    ],
)
def test_show_month_end(day, shown):
    assert show_month_end(day) == shown


@given(day=DAYS)
def test_read_date_reads_what_show_month_end_shows(day):
    assert read_date(show_month_end(day)) == day


@given(day=DAYS)
def test_read_date_reads_iso_dates(day):
    assert read_date(day.isoformat()) == day


@given(text=ANY_TEXT | YEAR_LIKE)
def test_readers_give_a_known_year_or_a_japanese_refusal(text):
    for read in (FiscalYear.parse, lambda text: FiscalYear.of(read_date(text))):
        try:
            assert 1950 <= read(text) <= 2100
        except ValueError as refusal:
            assert str(refusal).endswith("。")
            assert str(refusal).encode().decode() == str(refusal)


@given(day=DAYS)
def test_the_day_after_the_last_day_begins_the_next_year(day):
    fiscal_year = FiscalYear.of(day)

    assert fiscal_year.first_day <= day <= fiscal_year.last_day
    assert fiscal_year.last_day + timedelta(days=1) == date(fiscal_year + 1, 4, 1)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2023, 8, 9), "令和5年8月9日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
    ],
)
def test_day_is_shown_in_its_era(day, text):
    assert show_date(day) == text
