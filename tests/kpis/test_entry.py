"""From cells as typed to an entry: what is read, asked about and refused."""

from decimal import Decimal

import pytest

from kpis.entry import (
    NOTE_HAS_CONTROLS,
    NOTE_TOO_LONG,
    REASON_NEEDED,
    REFERENCE_ALONE,
    TOTAL_FALLS,
    UNKNOWN_MILESTONE,
    UNKNOWN_STATE,
    VALUE_WITHOUT_STATE,
    Cells,
    Entry,
    cells_of,
    check_row,
    previewed,
)
from kpis.measurement import Milestone, ValueState
from kpis.models import Target
from kpis.progress import kpi_progress
from tests.factories import make_kpi, make_result


def row_of(plan, **overrides):
    make_kpi(plan, **overrides)
    return kpi_progress(plan)[0]


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

    assert checked.entry is None
    assert len(checked.errors) == 1


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
    ("cells", "error"),
    [
        (Cells(state="made_up"), UNKNOWN_STATE),
        (Cells(state=""), UNKNOWN_STATE),
        (Cells(value="3", state="not_surveyed"), VALUE_WITHOUT_STATE.format(state="調査なし")),
        (Cells(state="not_computable", note="  "), REASON_NEEDED),
        (Cells(note="あ" * 10_001), NOTE_TOO_LONG.format(limit=10_000, length=10_001)),
        (Cells(note="a\x00b"), NOTE_HAS_CONTROLS),
        (Cells(note="a\ud800b"), NOTE_HAS_CONTROLS),
    ],
)
def test_check_row_refuses_with_a_reason(plan, cells, error):
    assert check_row(row_of(plan), 2025, cells).errors == (error,)


def test_check_row_keeps_emoji_and_variants_in_notes(plan):
    note = "𠮷野家と髙﨑さん 🎉\nか\u3099"

    assert check_row(row_of(plan), 2025, Cells(value="1", note=note)).entry.note == note


def test_check_row_of_a_milestone(plan):
    row = row_of(plan, measurement_type="milestone")

    assert check_row(row, 2025, Cells(value="done")).entry == Entry(
        ValueState.FINAL, milestone=Milestone.DONE
    )
    assert check_row(row, 2025, Cells(value="100")).errors == (UNKNOWN_MILESTONE,)
    assert check_row(row, 2025, Cells()).entry == Entry(ValueState.MISSING)


def test_falling_total_needs_a_reason(plan):
    kpi = make_kpi(plan, measurement_type="cumulative_total")
    make_result(kpi, 2024, "39")
    row = kpi_progress(plan)[0]

    assert check_row(row, 2025, Cells(value="38")).errors == (TOTAL_FALLS.format(previous="39 件"),)
    assert check_row(row, 2025, Cells(value="38", note="重複を除いた")).entry.value == 38
    assert check_row(row, 2025, Cells(value="39")).entry.value == 39


def test_reference_is_read_beside_the_value(plan):
    kpi = make_kpi(plan, unit="%", decimals=1, reference_name="全国平均")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="reference")
    row = kpi_progress(plan)[0]

    entry = check_row(row, 2025, Cells(value="80.5", reference="７８．２")).entry

    assert entry == Entry(ValueState.FINAL, value=Decimal("80.5"), reference=Decimal("78.2"))
    assert previewed(row, 2025, entry).verdict_text == "達成"
    assert previewed(row, 2025, entry).rate_text == "102.9%"
    assert check_row(row, 2025, Cells(reference="78.2")).errors == (
        REFERENCE_ALONE.format(name="全国平均"),
    )


def test_value_without_its_reference_is_uncomputable(plan):
    kpi = make_kpi(plan, unit="%", decimals=1, reference_name="全国平均")
    Target.objects.create(kpi=kpi, fiscal_year=2025, kind="reference")
    row = kpi_progress(plan)[0]

    entry = check_row(row, 2025, Cells(value="80.5")).entry

    assert previewed(row, 2025, entry).grade.key == "uncomputable"


def test_cells_of_a_stored_result_read_back_the_same(plan):
    kpi = make_kpi(plan, decimals=1)
    make_result(kpi, 2025, "1234.5", state="preliminary", note="速報値")
    row = kpi_progress(plan)[0]

    cells = cells_of(row, row.at(2025).result)

    assert cells == Cells(value="1,234.5", state="preliminary", note="速報値")
    assert check_row(row, 2025, cells).entry == Entry(
        ValueState.PRELIMINARY, value=Decimal("1234.5"), note="速報値"
    )


def test_preview_knows_of_a_target_beyond_the_measured_years(plan):
    """A final target may lie after the last year of measuring; preview and page agree on it."""
    kpi = make_kpi(plan, targets={2027: "100"}, last_fiscal_year=2026)
    make_result(kpi, 2025, "10")
    row = kpi_progress(plan)[0]

    entry = check_row(row, 2025, Cells(value="10")).entry

    assert previewed(row, 2025, entry).grade == row.at(2025).grade
    assert row.at(2025).grade.key == "before-target"
