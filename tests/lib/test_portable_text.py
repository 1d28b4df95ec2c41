import pytest

from dxplan.lib.portable_text import portable, visible


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
