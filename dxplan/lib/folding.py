"""Text as it is looked for: full-width is half-width, capitals are small letters.

「ｅｌｔａｘ」 finds 「eLTAX」, 「デジタル」 finds 「ﾃﾞｼﾞﾀﾙ」; what is shown stays as it was written.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

BEFORE_HIT, EXCERPT_LENGTH = 30, 120


@dataclass(frozen=True)
class Run:
    """A run of text that is a hit as a whole, or no part of one."""

    text: str
    is_hit: bool


def folded(text: str) -> str:
    """The text in NFKC and small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def search_words(text: str) -> list[str]:
    """The folded words of a query, each once; blanks of any width part them."""
    return list(dict.fromkeys(folded(text).split()))


def marked(text: str, words: list[str]) -> tuple[Run, ...]:
    """The whole text in runs, hits of the folded words apart from the rest."""
    return _runs(_characters(text, words))


def excerpt(text: str, words: list[str]) -> tuple[Run, ...]:
    """What stands around the first hit, on one line; the beginning where there is no hit."""
    characters = _characters(" ".join(text.split()), words)
    hits = (place for place, (_, is_hit) in enumerate(characters) if is_hit)
    start = max(0, next(hits, 0) - BEFORE_HIT)
    shown = characters[start : start + EXCERPT_LENGTH]
    before = [("…", False)] if start else []
    after = [("…", False)] if start + EXCERPT_LENGTH < len(characters) else []
    return _runs([*before, *shown, *after])


def _characters(text, words):
    """(character with the marks that join it, such as ﾃ and ﾞ; whether it belongs to a hit)."""
    clusters = _clusters(text)
    owners = [place for place, cluster in enumerate(clusters) for _ in folded(cluster)]
    folded_text = "".join(map(folded, clusters))
    hits = {
        owners[place]
        for word in words
        for start in _starts(folded_text, word)
        for place in range(start, start + len(word))
    }
    return [(cluster, place in hits) for place, cluster in enumerate(clusters)]


def _clusters(text):
    clusters = []
    for character in text:
        if clusters and _joins(character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


@lru_cache(maxsize=4096)
def _joins(character):
    return unicodedata.combining(unicodedata.normalize("NFKC", character)[0]) > 0


def _starts(text, word):
    start = text.find(word)
    while start >= 0:
        yield start
        start = text.find(word, start + len(word))


def _runs(characters):
    return tuple(
        Run("".join(character for character, _ in group), is_hit)
        for is_hit, group in groupby(characters, key=lambda pair: pair[1])
    )
