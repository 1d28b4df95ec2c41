"""Printed numbers of policies: what comes after ①, (1), 1), ア, Ⅳ or 1-2."""

import re
from collections.abc import Iterator

ASCII_DIGITS, WIDE_DIGITS = "0123456789", "０１２３４５６７８９"
TO_WIDE = str.maketrans(ASCII_DIGITS, WIDE_DIGITS)
# Signs that count one each, in order.
SEQUENCES = (
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿",
    "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ",
    "一二三四五六七八九",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "abcdefghijklmnopqrstuvwxyz",
)
SIGNS = {sign: sequence for sequence in SEQUENCES for sign in sequence}
COUNTING = re.compile(f"[{ASCII_DIGITS}]+|[{WIDE_DIGITS}]+|[{''.join(SEQUENCES)}]")


def next_number(number: str) -> str:
    """The number printed after this one: 「(2)」 after 「(1)」; blank where none can be told.

    The last numeral or counting sign counts on, what stands around it stays.
    """
    found = list(COUNTING.finditer(number))
    following = _after(found[-1].group()) if found else ""
    if not following:
        return ""
    start, end = found[-1].span()
    return number[:start] + following + number[end:]


def numbers_from(first: str, count: int) -> list[str]:
    """`count` numbers that follow each other, `first` first; empty where they run out."""
    numbers = []
    for number in _sequence(first):
        if len(numbers) == count:
            break
        numbers.append(number)
    return numbers if len(numbers) == count else []


def _sequence(number: str) -> Iterator[str]:
    while number:
        yield number
        number = next_number(number)


def _after(counted: str) -> str:
    if counted in SIGNS:
        sequence = SIGNS[counted]
        return sequence[sequence.index(counted) + 1 :][:1]
    following = str(int(counted) + 1).zfill(len(counted))
    return following.translate(TO_WIDE) if counted[0] in WIDE_DIGITS else following
