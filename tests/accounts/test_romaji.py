"""One spelling for kana and for all ways of romaji."""

import pytest

from dxplan.accounts.romaji import spelled


@pytest.mark.parametrize(
    ("texts", "one"),
    [
        ("かみちょう カミチョウ ｶﾐﾁｮｳ kamichou Kamichō KAMI-CHO kamityo", "kamityo"),
        ("じんせきこうげんちょう jinsekikougencho Jinsekikogen-chō", "zinsekikogentyo"),
        ("ほっかいどう Hokkaidō hokkaidou", "hokkaido"),
        ("しんぶん shimbun sinbun", "sinbun"),
        ("まっちゃ matcha mattya maccha", "mattya"),
        ("おおいた oita ōita", "oita"),
        ("ひょうご Hyōgo hyougo hyogo", "hyogo"),
        ("じゅうみん juumin jūmin zyumin", "zyumin"),
        ("つづき tsuduki tuzuki", "tuzuki"),
        ("パスワード pasuwādo pasuwado", "pasuwado"),
        ("ｐａｓｓｗｏｒｄ PassWord", "password"),
    ],
)
def test_all_spellings_of_a_word_become_one(texts, one):
    assert {spelled(text) for text in texts.split()} == {one}


def test_digits_and_marks_fall_out_and_kanji_stay():
    assert spelled("香美町-2026！") == "香美町"
