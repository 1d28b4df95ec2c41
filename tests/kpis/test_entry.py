"""From cells as typed to an entry: what is read, asked about and refused."""

import datetime
from decimal import Decimal

import pytest

from kpis.cautions import INCREMENT_FALLS, OLD_NOTE_ASKED, REASON_ASKED, TOTAL_FALLS
from kpis.cells import Cells, cells_of
from kpis.checked_row import Entry
from kpis.entry import (
    TEXT_HAS_CONTROLS,
    TEXT_TOO_LONG,
    UNKNOWN_MILESTONE,
    UNKNOWN_STATE,
    check_row,
)
from kpis.figure_entry import (
    DENOMINATOR_ZERO,
    PART_NEGATIVE,
    PARTS_IN_PAIRS,
    PARTS_OR_SHARE,
    REASON_NEEDED,
    REFERENCE_ALONE,
    VALUE_WITHOUT_STATE,
)
from kpis.measurement import Milestone, ValueState
from kpis.models import Target
from kpis.preview import previewed
from kpis.progress import kpi_progress
from kpis.sight import EVERYTHING
from tests.factories import make_kpi, make_result


def row_of(plan, **overrides):
    make_kpi(plan, **overrides)
    return kpi_progress(plan, EVERYTHING)[0]


@pytest.mark.parametrize(
    ("typed", "value"),
    [("１２．５", "12.5"), ("1,234", "1234"), ("▲3.5", "-3.5"), ("0", "0"), ("12.5件", "12.5")],
)
def test_check_row_reads_numbers(plan, typed, value):
    checked = check_row(row_of(plan, decimals=1), 2025, Cells(value=typed))

    assert checked.entry == Entry(ValueState.FINAL, value=Decimal(value))


@pytest.mark.parametrize("typed", ["NaN", "1e400", "1E400", "Infinity", "abc", "12件目", "1,23"])
def test_check_row_refuses_what_is_no_number(plan, typed):
    checked = check_row(row_of(plan, decimals=1), 2025, Cells(value=typed))

    assert (checked.entry, list(checked.errors)) == (None, ["value"])


def test_check_row_without_value_is_missing(plan):
    checked = check_row(row_of(plan), 2025, Cells(note="集計待ち"))

    assert checked.entry == Entry(ValueState.MISSING, note="集計待ち")


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("－", Entry(ValueState.NOT_SURVEYED)),
        ("集計中", Entry(ValueState.MISSING, note="集計中")),
    ],
)
def test_check_row_turns_marks_into_states(plan, typed, entry):
    assert check_row(row_of(plan), 2025, Cells(value=typed)).entry == entry


def test_check_row_asks_about_an_approximate_value(plan):
    row = row_of(plan)

    asked = check_row(row, 2025, Cells(value="約30"))
    confirmed = check_row(row, 2025, Cells(value="約30", confirmed="約30"))
    changed_since = check_row(row, 2025, Cells(value="約31", confirmed="約30"))

    assert (asked.entry, bool(asked.question)) == (None, True)
    assert confirmed.entry == Entry(ValueState.FINAL, value=Decimal(30), note="約")
    assert confirmed.question == asked.question  # so that the answer stays on the page
    assert (changed_since.entry, bool(changed_since.question)) == (None, True)


@pytest.mark.parametrize(
    ("cells", "errors"),
    [
        (Cells(state="made_up"), {"state": UNKNOWN_STATE}),
        (Cells(state=""), {"state": UNKNOWN_STATE}),
        (
            Cells(value="3", state="not_surveyed"),
            {"state": VALUE_WITHOUT_STATE.format(state="調査なし")},
        ),
        (Cells(state="not_computable", note="  "), {"note": REASON_NEEDED}),
        (
            Cells(note="あ" * 10_001),
            {"note": TEXT_TOO_LONG.format(name="備考", limit=10_000, length=10_001)},
        ),
        (Cells(note="a\x00b"), {"note": TEXT_HAS_CONTROLS.format(name="備考")}),
        (Cells(note="a\ud800b"), {"note": TEXT_HAS_CONTROLS.format(name="備考")}),
    ],
)
def test_check_row_refuses_with_a_reason_beside_the_cell(plan, cells, errors):
    checked = check_row(row_of(plan), 2025, cells)

    assert (checked.entry, checked.errors) == (None, errors)


def test_check_row_says_all_that_is_wrong_at_once(plan):
    checked = check_row(row_of(plan), 2025, Cells("abc", taken="きのう", note="a\x00b"))

    assert (checked.entry, list(checked.errors)) == (None, ["value", "taken", "note"])


def test_check_row_keeps_emoji_and_variants_in_notes(plan):
    note = "𠮷野家と髙﨑さん 🎉\nか\u3099"

    assert check_row(row_of(plan), 2025, Cells(value="1", note=note)).entry.note == note


def test_check_row_of_a_milestone(plan):
    row = row_of(plan, measurement_type="milestone")

    assert check_row(row, 2025, Cells(value="done")).entry == Entry(
        ValueState.FINAL, milestone=Milestone.DONE
    )
    assert check_row(row, 2025, Cells(value="100")).errors == {"value": UNKNOWN_MILESTONE}
    assert check_row(row, 2025, Cells()).entry == Entry(ValueState.MISSING)


def test_falling_total_needs_a_reason(plan):
    kpi = make_kpi(plan, measurement_type="cumulative_total")
    make_result(kpi, 2024, "39")
    row = kpi_progress(plan, EVERYTHING)[0]

    assert check_row(row, 2025, Cells(value="38")).errors == {
        "value": TOTAL_FALLS.format(previous="39 件") + REASON_ASKED
    }
    assert check_row(row, 2025, Cells(value="38", note="重複を除いた")).entry.value == 38
    assert check_row(row, 2025, Cells(value="39")).entry.value == 39


def test_reference_is_read_beside_the_value(plan):
    kpi = make_kpi(plan, unit="%", decimals=1, reference_name="全国平均")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="reference")
    row = kpi_progress(plan, EVERYTHING)[0]

    entry = check_row(row, 2025, Cells(value="80.5", reference="７８．２")).entry

    assert entry == Entry(ValueState.FINAL, value=Decimal("80.5"), reference=Decimal("78.2"))
    assert previewed(row, 2025, entry).verdict_text == "達成"
    assert previewed(row, 2025, entry).rate_text == "102.9%"
    assert check_row(row, 2025, Cells(reference="78.2")).errors == {
        "reference": REFERENCE_ALONE.format(name="全国平均")
    }


def test_value_without_its_reference_is_uncomputable(plan):
    kpi = make_kpi(plan, unit="%", decimals=1, reference_name="全国平均")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="reference")
    row = kpi_progress(plan, EVERYTHING)[0]

    entry = check_row(row, 2025, Cells(value="80.5")).entry

    assert previewed(row, 2025, entry).grade.key == "uncomputable"


def test_cells_of_a_stored_result_read_back_the_same(plan):
    kpi = make_kpi(plan, decimals=1)
    make_result(kpi, 2025, "1234.5", state="preliminary", note="速報値")
    row = kpi_progress(plan, EVERYTHING)[0]

    cells = cells_of(row, row.at(2025).result)

    assert cells == Cells(value="1,234.5", state="preliminary", note="速報値")
    assert check_row(row, 2025, cells).entry == Entry(
        ValueState.PRELIMINARY, value=Decimal("1234.5"), note="速報値"
    )


def test_preview_knows_of_a_target_beyond_the_measured_years(plan):
    """A final target may lie after the last year of measuring; preview and page agree on it."""
    kpi = make_kpi(plan, targets={2027: "100"}, last_fiscal_year=2026)
    make_result(kpi, 2025, "10")
    row = kpi_progress(plan, EVERYTHING)[0]

    entry = check_row(row, 2025, Cells(value="10")).entry

    assert previewed(row, 2025, entry).grade == row.at(2025).grade
    assert row.at(2025).grade.key == "before-target"


def share_row(plan, **overrides):
    return row_of(plan, **{"measurement_type": "ratio", "unit": "%", "decimals": 1} | overrides)


def test_parts_of_a_share_are_kept_and_divided(plan):
    row = share_row(plan, targets={2025: "70"})

    checked = check_row(row, 2025, Cells(numerator="３３", denominator="48"))

    assert checked.entry == Entry(ValueState.FINAL, numerator=Decimal(33), denominator=Decimal(48))
    assert checked.echo == "33 ÷ 48 × 100 = 68.8%"
    standing = previewed(row, 2025, checked.entry)
    assert (standing.result.value, standing.verdict_text) == (Decimal("68.75"), "未達成")


def test_share_alone_is_taken_where_the_parts_are_unknown(plan):
    checked = check_row(share_row(plan), 2025, Cells(value="68.8"))

    assert checked.entry == Entry(ValueState.FINAL, value=Decimal("68.8"))


@pytest.mark.parametrize(
    ("cells", "errors"),
    [
        (Cells(numerator="33"), {"denominator": PARTS_IN_PAIRS}),
        (Cells(denominator="48"), {"numerator": PARTS_IN_PAIRS}),
        (Cells(value="68.8", numerator="33", denominator="48"), {"value": PARTS_OR_SHARE}),
        (
            Cells(numerator="-1", denominator="-2"),
            {
                "numerator": PART_NEGATIVE.format(name="分子"),
                "denominator": PART_NEGATIVE.format(name="分母"),
            },
        ),
        (
            Cells(numerator="3", denominator="－"),
            {"denominator": "分母: 数値を入力してください。"},
        ),
        (Cells(numerator="3", denominator="0"), {"denominator": DENOMINATOR_ZERO}),
        (
            Cells(numerator="3", denominator="0", state="not_surveyed"),
            {"state": VALUE_WITHOUT_STATE.format(state="調査なし")},
        ),
        (Cells(numerator="3", denominator="0", state="not_computable"), {"note": REASON_NEEDED}),
    ],
)
def test_parts_are_refused_with_a_reason_beside_the_cell(plan, cells, errors):
    checked = check_row(share_row(plan), 2025, cells)

    assert (checked.entry, checked.errors) == (None, errors)


@pytest.mark.parametrize(
    ("cells", "entry", "echo"),
    [
        (Cells("", "－", "－"), Entry(ValueState.NOT_SURVEYED), "入力「－」→ 調査なし"),
        (Cells("", "", "…"), Entry(ValueState.NOT_SURVEYED), "入力「…」→ 調査なし"),
        (
            Cells("", "集計中", ""),
            Entry(ValueState.MISSING, note="集計中"),
            "入力「集計中」→ 未入力",
        ),
        (Cells("68.8", "－", "－"), Entry(ValueState.FINAL, value=Decimal("68.8")), ""),
        (Cells("", "－", "－", state="not_applicable"), Entry(ValueState.NOT_APPLICABLE), ""),
    ],
)
def test_mark_in_place_of_the_parts_is_a_state(plan, cells, entry, echo):
    checked = check_row(share_row(plan), 2025, cells)

    assert (checked.entry, checked.echo, checked.errors) == (entry, echo, {})


def test_nothing_to_divide_by_keeps_both_parts(plan):
    cells = Cells(numerator="3", denominator="0", state="not_computable", note="対象者なし")
    row = share_row(plan, targets={2025: "70"})

    entry = check_row(row, 2025, cells).entry

    assert (entry.numerator, entry.denominator) == (Decimal(3), Decimal(0))
    assert previewed(row, 2025, entry).grade.key == "uncomputable"


def test_parts_of_another_type_are_not_read(plan):
    cells = Cells(value="5", numerator="33", denominator="48")

    assert check_row(row_of(plan), 2025, cells).entry == Entry(ValueState.FINAL, value=Decimal(5))


def test_parts_keep_the_reference_beside_them(plan):
    kpi = make_kpi(plan, measurement_type="ratio", unit="%", decimals=1, reference_name="全国平均")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="reference")
    row = kpi_progress(plan, EVERYTHING)[0]

    entry = check_row(row, 2025, Cells(numerator="3", denominator="4", reference="60")).entry

    assert entry.reference == 60
    assert previewed(row, 2025, entry).verdict_text == "達成"


def test_reference_stays_where_the_own_value_was_not_surveyed(plan):
    kpi = make_kpi(plan, unit="%", decimals=1, reference_name="全国平均")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="reference")
    row = kpi_progress(plan, EVERYTHING)[0]

    for cells in (Cells(reference="78.2", state="not_surveyed"), Cells("－", reference="78.2")):
        entry = check_row(row, 2025, cells).entry
        assert entry == Entry(ValueState.NOT_SURVEYED, reference=Decimal("78.2"))


def test_one_confirmation_covers_all_figures_of_a_row(plan):
    row = share_row(plan)
    typed = Cells(numerator="約33", denominator="48")

    asked = check_row(row, 2025, typed)
    confirmed = check_row(row, 2025, Cells("", "約33", "48", confirmed=typed.content))
    changed_since = check_row(row, 2025, Cells("", "約33", "49", confirmed=typed.content))

    assert (asked.entry, asked.question) == (
        None,
        "分子: 「約」は備考に残し、値は 33 でよろしいですか。",
    )
    assert (confirmed.entry.numerator, confirmed.entry.note) == (33, "分子 約")
    assert (changed_since.entry, changed_since.is_confirmed) == (None, False)


def test_increment_is_previewed_as_the_total(plan):
    kpi = make_kpi(
        plan,
        measurement_type="cumulative_increment",
        targets={2025: "27"},
        baseline_value=10,
        baseline_fiscal_year=2023,
    )
    make_result(kpi, 2024, "8")
    row = kpi_progress(plan, EVERYTHING)[0]

    standing = previewed(row, 2025, check_row(row, 2025, Cells("9")).entry)

    assert (standing.result.text, str(standing.result.working)) == ("27 件", "基準値 10 ＋ 8 ＋ 9")
    assert standing.verdict_text == "達成"


def test_increment_after_a_gap_has_no_total(plan):
    row = row_of(plan, measurement_type="cumulative_increment")

    standing = previewed(row, 2025, check_row(row, 2025, Cells("9")).entry)

    assert (standing.result.value, standing.grade.key) == (None, "uncomputable")


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("39.9", ""),
        ("40", "前年度（4.0 件）の10倍以上です。この値でよろしいですか。"),
        ("0.4", "前年度（4.0 件）の10分の1以下です。この値でよろしいですか。"),
        ("0.5", ""),
        ("0", ""),
    ],
)
def test_jump_from_last_year_is_asked_about(plan, typed, question):
    kpi = make_kpi(plan, decimals=1)
    make_result(kpi, 2024, "4")
    row = kpi_progress(plan, EVERYTHING)[0]

    checked = check_row(row, 2025, Cells(typed))

    assert (checked.question, checked.entry is None) == (question, bool(question))


def test_jump_is_asked_together_with_what_is_rough(plan):
    make_result(make_kpi(plan), 2024, "4")
    row = kpi_progress(plan, EVERYTHING)[0]

    checked = check_row(row, 2025, Cells("約40"))

    assert checked.question == (
        "「約」は備考に残し、値は 40 でよろしいですか。"
        "前年度（4 件）の10倍以上です。この値でよろしいですか。"
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "question"),
    [
        ("330", "400", "分子が前年度（33）の10倍以上です。この値でよろしいですか。"),
        ("33", "4.8", "分母が前年度（48）の10分の1以下です。この値でよろしいですか。"),
        ("40", "48", ""),
    ],
)
def test_jump_of_a_part_is_asked_about(plan, numerator, denominator, question):
    kpi = make_kpi(plan, measurement_type="ratio", unit="%")
    make_result(kpi, 2024, numerator=Decimal(33), denominator=Decimal(48))
    row = kpi_progress(plan, EVERYTHING)[0]

    checked = check_row(row, 2025, Cells(numerator=numerator, denominator=denominator))

    assert checked.question == question


def test_jump_of_a_share_is_seen_beside_parts_of_last_year(plan):
    kpi = make_kpi(plan, measurement_type="ratio", unit="%", decimals=1)
    make_result(kpi, 2024, numerator=Decimal(3), denominator=Decimal(48))
    row = kpi_progress(plan, EVERYTHING)[0]

    assert check_row(row, 2025, Cells("62.5")).question == (
        "前年度（6.3%）の10倍以上です。この値でよろしいですか。"
    )


def test_falling_total_needs_a_reason_and_no_confirmation(plan):
    kpi = make_kpi(plan, measurement_type="cumulative_total")
    make_result(kpi, 2024, "390")
    row = kpi_progress(plan, EVERYTHING)[0]

    checked = check_row(row, 2025, Cells("38", note="重複を除いた"))

    assert (checked.entry.value, checked.question) == (38, "")


def test_falling_total_with_a_note_from_before_is_asked_about(plan):
    """A note that stood there already may speak of something else."""
    kpi = make_kpi(plan, measurement_type="cumulative_total")
    make_result(kpi, 2024, "390")
    make_result(kpi, 2025, "400", note="速報値")
    row = kpi_progress(plan, EVERYTHING)[0]

    asked = check_row(row, 2025, Cells("380", note="速報値"))
    confirmed = check_row(row, 2025, Cells("380", note="速報値", confirmed="380"))
    explained = check_row(row, 2025, Cells("380", note="重複を除いた"))

    question = TOTAL_FALLS.format(previous="390 件") + OLD_NOTE_ASKED
    assert (asked.entry, asked.question) == (None, question)
    assert (confirmed.entry.value, explained.entry.value) == (380, 380)
    assert explained.question == ""


def test_increment_below_nothing_lets_the_total_fall_and_needs_a_reason(plan):
    kpi = make_kpi(plan, measurement_type="cumulative_increment")
    make_result(kpi, 2024, "8")
    row = kpi_progress(plan, EVERYTHING)[0]

    assert check_row(row, 2025, Cells("▲1")).errors == {"value": INCREMENT_FALLS + REASON_ASKED}
    assert check_row(row, 2025, Cells("▲1", note="1業務をやめた")).entry.value == -1
    assert check_row(row, 2025, Cells("0")).errors == {}


def test_answer_about_a_falling_total_is_remembered_until_the_figure_changes(plan):
    kpi = make_kpi(plan, measurement_type="cumulative_total")
    make_result(kpi, 2024, "39")
    make_result(kpi, 2025, "38", note="重複を除いた")
    row = kpi_progress(plan, EVERYTHING)[0]

    same = check_row(row, 2025, Cells("38", note="重複を除いた", taken="R7.3末"))
    other = check_row(row, 2025, Cells("37", note="重複を除いた"))

    assert (same.entry.value, same.is_confirmed) == (38, True)
    assert (other.entry, other.is_confirmed) == (None, False)


def test_answer_is_remembered_once_it_is_stored(plan):
    kpi = make_kpi(plan)
    make_result(kpi, 2024, "4")
    make_result(kpi, 2025, "40")
    row = kpi_progress(plan, EVERYTHING)[0]

    checked = check_row(row, 2025, Cells("40", note="備考だけを直した"))

    assert (checked.entry.value, checked.is_confirmed) == (40, True)


def test_figure_with_more_decimals_than_the_kpi_is_not_rounded_by_a_save(plan):
    kpi = make_kpi(plan, unit="%", decimals=1, direction="maintain_at_least")
    make_result(kpi, 2025, "89.96")
    row = kpi_progress(plan, EVERYTHING)[0]

    cells = cells_of(row, row.at(2025).result)

    assert cells.value == "89.96"
    assert check_row(row, 2025, cells).entry.value == Decimal("89.96")


@pytest.mark.parametrize(
    ("typed", "fiscal_year", "day", "shown"),
    [
        ("R7.3末", None, datetime.date(2025, 3, 31), "令和7年3月末"),
        ("令和6年度", 2024, None, "令和6年度"),
        ("Ｒ６", 2024, None, "令和6年度"),
        ("2025-03-15", None, datetime.date(2025, 3, 15), "令和7年3月15日"),
        (" ", None, None, ""),
    ],
)
def test_time_of_a_value_is_read_and_shown_back(plan, typed, fiscal_year, day, shown):
    checked = check_row(row_of(plan), 2025, Cells("5", taken=typed))

    assert (checked.entry.taken_fiscal_year, checked.entry.taken_on) == (fiscal_year, day)
    assert checked.taken == shown


@pytest.mark.parametrize(
    ("typed", "fiscal_year", "day"),
    [
        ("令和7年3月末", 2024, datetime.date(2025, 3, 31)),
        ("R7.3末", None, datetime.date(2025, 3, 31)),
        ("令和6年度", 2024, None),
        ("", None, None),
    ],
)
def test_time_left_as_it_was_keeps_its_fiscal_year_beside_the_day(plan, typed, fiscal_year, day):
    stored = {"taken_fiscal_year": 2024, "taken_on": datetime.date(2025, 3, 31)}
    make_result(make_kpi(plan), 2025, "5", **stored)
    row = kpi_progress(plan, EVERYTHING)[0]

    entry = check_row(row, 2025, Cells("6", taken=typed)).entry

    assert (entry.taken_fiscal_year, entry.taken_on) == (fiscal_year, day)


def test_time_that_cannot_be_read_is_refused_beside_other_errors(plan):
    checked = check_row(row_of(plan), 2025, Cells("abc", taken="きのう"))

    assert (checked.entry, list(checked.errors)) == (None, ["value", "taken"])
    assert checked.errors["taken"].startswith("「きのう」は時点として読み取れません。")


@pytest.mark.parametrize("shown", ["令和7年3月末", "令和6年度", "令和7年3月15日"])
def test_time_as_shown_reads_back_the_same(plan, shown):
    row = row_of(plan)
    taken = check_row(row, 2025, Cells("5", taken=shown)).taken

    assert taken == shown


def test_words_are_kept_with_their_lines(plan):
    row = row_of(plan, measurement_type="qualitative", unit="")

    entry = check_row(row, 2025, Cells(" 全課で研修した。\n次は来年度。 ")).entry

    assert entry == Entry(ValueState.FINAL, words="全課で研修した。\n次は来年度。")
    assert check_row(row, 2025, Cells("a\x00b")).errors == {
        "value": TEXT_HAS_CONTROLS.format(name="実績")
    }
    assert check_row(row, 2025, Cells(" － ")).entry == Entry(ValueState.NOT_SURVEYED)
    assert check_row(row, 2025, Cells(" \n")).entry.state == ValueState.MISSING


def test_parts_of_a_stored_result_read_back_the_same(plan):
    kpi = make_kpi(plan, measurement_type="ratio", unit="%")
    make_result(kpi, 2025, numerator=Decimal("1234.50"), denominator=Decimal(4800))
    row = kpi_progress(plan, EVERYTHING)[0]

    cells = cells_of(row, row.at(2025).result)

    assert (cells.numerator, cells.denominator) == ("1,234.5", "4,800")
    assert check_row(row, 2025, cells).entry.numerator == Decimal("1234.5")
