"""Text that reads the same on every machine: no ①, Ⅳ, ㎡, ㈱, no half-width kana, on one line.

Characters of names such as 髙 and 﨑 are ordinary ones and stay.
"""

import re
import unicodedata

# № and ℡, number forms, what stands in circles and squares; runs of half-width kana.
BOUND_TO_A_PLATFORM = re.compile(
    "[\u2116\u2121\u2150-\u218b\u2460-\u24ff\u2776-\u2793\u3200-\u33ff\U0001f100-\U0001f1ff]|[\uff61-\uff9f]+"
)
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What makes a text unlike its portable one, beside blanks around it: found in few texts.
REMARKABLE = re.compile(
    "[\x00-\x1f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff\u2116\u2121\u2150-\u218b\u2460-\u24ff"
    "\u2776-\u2793\u3200-\u33ff\U0001f100-\U0001f1ff\uff61-\uff9f]"
)


def visible(text: str) -> str:
    """Text with 「�」 for every character that no file can hold."""
    return UNWRITABLE.sub("\ufffd", text)


def portable(text: str) -> str:
    """Text on one line in characters that every machine has: 「(1)」 for ①, 「m2」 for ㎡."""
    if not REMARKABLE.search(text):
        return text.strip()
    lines = (line.strip() for line in visible(text).replace("\t", " ").splitlines())
    return BOUND_TO_A_PLATFORM.sub(_spelled, " ".join(line for line in lines if line))


def _spelled(found: re.Match[str]) -> str:
    bound = found[0]
    spelled = unicodedata.normalize("NFKC", bound).replace("\N{FRACTION SLASH}", "/")
    if len(bound) > 1 or not _is_circled(bound):
        return spelled
    number = unicodedata.numeric(bound, None)
    return f"({spelled if number is None else int(number)})"


def _is_circled(character: str) -> bool:
    """① and ㊙ by their definition; ❶ and ⓫ are numbers that have none."""
    origin = unicodedata.decomposition(character)
    return origin.startswith("<circle>") or (not origin and unicodedata.numeric(character, 0) > 0)
