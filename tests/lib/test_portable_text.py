import pytest

from dxplan.lib.portable_text import REMARKABLE, portable, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("① ⑳ ❶ ⓫ ㊤", "(1) (20) (1) (11) (上)"),
        ("Ⅳ ⅻ ⅓ №1 ℡", "IV xii 1/3 No1 TEL"),
        ("㎡ ㈱ ㍿ ㍻ ㋿", "m2 (株) 株式会社 平成 令和"),
        ("ﾃﾞｼﾞﾀﾙ化", "デジタル化"),
        ("髙﨑 𠮷野 カ゛ ℃ ～ １２", "髙﨑 𠮷野 カ゛ ℃ ～ １２"),
        (" 一行目\r\n\n　二行目\t三 ", "一行目 二行目 三"),
        ("=1+1", "=1+1"),
        ("", ""),
    ],
)
def test_text_reads_the_same_everywhere(text, expected):
    assert portable(text) == expected


def test_what_no_file_can_hold_is_seen():
    assert visible("a\x00b\ud800\uffff\n") == "a�b��\n"


@pytest.mark.parametrize("odd", "\t\n\r\x0b\x1c\x85\u2028①㎡ｱ\x00\ud800\uffff№⅓❶🄰")
def test_text_without_anything_odd_is_told_by_what_it_lacks(odd):
    assert REMARKABLE.search(f"町{odd}の計画")
    assert portable(f"町{odd}の計画") != f"町{odd}の計画"
