"""One spelling for what is written in kana or in any of the ways of romaji.

「かみちょう」, 「カミチョウ」, kamichou, Kamichō, KAMI-CHO and kamityo all become "kamityo".
"""

import re
import unicodedata

ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "g": "がぎぐげご",
    "s": "さしすせそ",
    "z": "ざじずぜぞ",
    "t": "たちつてと",
    "d": "だぢづでど",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
    "m": "まみむめも",
    "r": "らりるれろ",
}
KANA = {
    kana: consonant + vowel
    for consonant, row in ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
} | {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ゔ": "bu", "ー": ""}
SMALL_VOWELS = str.maketrans("ぁぃぅぇぉゎ", "あいうえおわ")
KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヴ") + 1)}
# Hepburn to the table's own spelling, then what is left of long vowels; the order matters.
SPELLINGS = (
    ("tch", "cch"),
    ("cchi", "tti"),
    ("cch", "tty"),
    ("ssh", "ssy"),
    ("shi", "si"),
    ("sh", "sy"),
    ("chi", "ti"),
    ("ch", "ty"),
    ("tsu", "tu"),
    ("fu", "hu"),
    ("ji", "zi"),
    ("j", "zy"),
    ("di", "zi"),
    ("du", "zu"),
    ("syi", "si"),
    ("m(?=[bp])", "n"),
    ("o[ou]", "o"),
    ("oh(?![aiueoy])", "o"),
    ("uu", "u"),
)


def spelled(text: str) -> str:
    """The letters of `text` in one spelling; digits, blanks and marks fall out, kanji stay."""
    text = unicodedata.normalize("NFKC", text).lower().translate(KATAKANA)
    text = "".join(KANA.get(letter, letter) for letter in text.translate(SMALL_VOWELS))
    text = re.sub("i([ゃゅょ])", lambda small: {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}[small[1]], text)
    text = re.sub("っ([a-z])", r"\1\1", text)
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if letter.isalpha())
    for pattern, spelling in SPELLINGS:
        text = re.sub(pattern, spelling, text)
    return text
