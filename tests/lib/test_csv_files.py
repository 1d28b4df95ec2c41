from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dxplan.lib.csv_files import WRITERS, csv_file, written


def test_file_is_what_excel_on_windows_opens():
    content = csv_file(("name", "value"), [("い,ろ", Decimal("1.50")), ('"は"\nに', None)])

    assert content == (
        b"\xef\xbb\xbfname,value\r\n" + '"い,ろ",1.5\r\n'.encode() + '"""は"" に",\r\n'.encode()
    )


@pytest.mark.parametrize("start", "=+-@＝＋－＠")
def test_text_that_begins_like_a_formula_is_marked_as_text(start):
    text = f'{start}HYPERLINK("x")'

    assert written(text) == written(f" {text}\n") == f"'{text}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("-3.500000"), "-3.5"),
        (Decimal("100.000000"), "100"),
        (Decimal("12345678901234.123456"), "12345678901234.123456"),
        (Decimal(100) / 3, "33.33333333333333333333333333"),
        (Decimal("-0.000000"), "0"),
        (Decimal("1E+3"), "1000"),
        (0, "0"),
        (2026, "2026"),
        (None, ""),
        ("", ""),
        ("063657", "063657"),
    ],
)
def test_cell_is_written_in_full(value, expected):
    assert written(value) == expected


@given(st.one_of(st.none(), st.integers(), st.text(), st.decimals(allow_nan=False, places=6)))
@example(Decimal("1E+2"))
@example(Decimal("-0.000000"))
@example("　①\x1c二行目\u2028 ")
def test_quick_ways_of_writing_a_cell_write_the_same(value):
    assert WRITERS[type(value)](value) == written(value)
