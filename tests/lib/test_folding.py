import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxplan.lib.folding import EXCERPT_LENGTH, excerpt, folded, marked, search_words


def shown(runs):
    """The runs as one text, hits in brackets."""
    return "".join(f"[{run.text}]" if run.is_hit else run.text for run in runs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ｅＬＴＡＸ", "eltax"),
        ("ＡＩ", "ai"),
        ("ﾃﾞｼﾞﾀﾙ", "デジタル"),
        ("①", "1"),
        ("㍿", "株式会社"),
    ],
)
def test_text_is_folded(text, expected):
    assert folded(text) == expected


def test_query_is_parted_at_blanks_of_any_width_each_word_once():
    assert search_words("　窓口 ＡＩ　窓口\tai ") == ["窓口", "ai"]
    assert search_words(" 　") == []


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("地方税申告手続(eLTAX)", ["eltax"], "地方税申告手続([eLTAX])"),
        ("ﾃﾞｼﾞﾀﾙ化", ["デジタル"], "[ﾃﾞｼﾞﾀﾙ]化"),
        ("か\u3099く", ["が"], "[か\u3099]く"),
        ("㍿の窓口", ["式"], "[㍿]の窓口"),
        ("窓口の窓口", ["窓口"], "[窓口]の[窓口]"),
        ("オンライン申請", ["オンライン", "ライン申"], "[オンライン申]請"),
        ("窓口", ["予算"], "窓口"),
        ("100%", ["%"], "100[%]"),
        ("", ["窓口"], ""),
    ],
)
def test_hits_are_marked_in_the_text_as_written(text, words, expected):
    assert shown(marked(text, words)) == expected


@given(st.text(max_size=40), st.text(min_size=1, max_size=3))
def test_marking_loses_nothing_of_the_text(text, word):
    assert "".join(run.text for run in marked(text, search_words(word))) == text


def test_excerpt_stands_around_the_first_hit_on_one_line():
    text = "あ" * 100 + "\n窓口\n" + "い" * 200

    runs = excerpt(text, ["窓口"])

    assert shown(runs) == f"…{'あ' * 29} [窓口] {'い' * (EXCERPT_LENGTH - 33)}…"


def test_excerpt_without_a_hit_is_the_beginning():
    assert shown(excerpt("短い文", ["窓口"])) == "短い文"
    assert shown(excerpt("あ" * 200, ["窓口"])) == f"{'あ' * EXCERPT_LENGTH}…"
