import pytest

from dxplan.lib.workbook_texts import parts_of, rows_of
from dxplan.lib.workbooks import lines_needed


@pytest.mark.parametrize("width", [11, 24, 100])
def test_long_text_is_split_into_rows_that_a_spreadsheet_can_hold(width):
    text = "\n".join(["あ" * 5_000, "短い", "", "い" * 100])
    parts = parts_of(text, width)

    assert "".join(parts).replace("\n", "") == text.replace("\n", "")
    assert max(lines_needed(part, width) for part in parts) <= 26


def test_line_goes_on_in_further_rows_beside_its_longest_text():
    text = "あ" * 300
    assert rows_of(("会議", 3, text, ""), (10, 5, 24, 8)) == [
        ("会議", 3, text[:286], ""),
        ("", "", text[286:], ""),
    ]
