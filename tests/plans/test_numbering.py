import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.numbering import SEQUENCES, next_number, numbers_from


@pytest.mark.parametrize(
    ("number", "following"),
    [
        ("①", "②"),
        ("⑳", "㉑"),
        ("(1)", "(2)"),
        ("（９）", "（１０）"),
        ("1)", "2)"),
        ("【方向性1】", "【方向性2】"),
        ("ア", "イ"),
        ("Ⅳ④", "Ⅳ⑤"),
        ("I-1", "I-2"),
        ("1-09", "1-10"),
        ("施策 一", "施策 二"),
        ("A", "B"),
        ("(1)ア", "(1)イ"),
        ("", ""),
        ("㊿", ""),
        ("ン", ""),
        ("―", ""),
    ],
)
def test_next_number(number, following):
    assert next_number(number) == following


def test_numbers_from_the_first():
    assert numbers_from("(1)", 3) == ["(1)", "(2)", "(3)"]
    assert numbers_from("⑲", 3) == ["⑲", "⑳", "㉑"]


def test_numbers_that_run_out_are_not_given():
    assert numbers_from("Ⅻ", 2) == []
    assert numbers_from("", 1) == []


@given(st.text(max_size=20))
def test_any_text_has_a_next_number_or_none(text):
    assert next_number(text) == "" or next_number(text) != text


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_sequence_counts_to_its_end(sequence):
    assert numbers_from(sequence[0], len(sequence)) == list(sequence)
