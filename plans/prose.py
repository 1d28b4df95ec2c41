"""A plan's texts: paragraphs and lists, with the words that its glossary explains."""

import re
from dataclasses import dataclass

ASCII_WORD = "A-Za-z0-9"


@dataclass(frozen=True)
class Piece:
    """A run of text; `term_id` where the glossary explains it."""

    text: str
    term_id: int | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list; one tuple of pieces per line."""

    is_list: bool
    lines: tuple[tuple[Piece, ...], ...]


class TermLinker:
    """Finds the terms of a glossary in texts: the longest that fits, each where it comes first.

    A term such as 「タブレット／タブレット端末」 is found by either name. A name in Latin letters
    counts only as a whole word, so that AI is not found in MAIL.
    """

    def __init__(self, terms: list[tuple[int, str]]):
        self.ids = {name: term_id for term_id, term in terms for name in _names(term)}
        longest_first = sorted(self.ids, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(_whole, longest_first))) if self.ids else None

    def pieces(self, text: str, seen: set[int]) -> tuple[Piece, ...]:
        """The text in runs; a term already in `seen` is not linked again, a new one joins it."""
        runs, start = [], 0
        for found in self.pattern.finditer(text) if self.pattern else ():
            term_id = self.ids[found.group()]
            if term_id in seen:
                continue
            seen.add(term_id)
            runs += [Piece(text[start : found.start()]), Piece(found.group(), term_id)]
            start = found.end()
        return tuple(piece for piece in (*runs, Piece(text[start:])) if piece.text)

    def blocks(self, text: str) -> tuple[Block, ...]:
        """Paragraphs (apart by blank lines) and lists (lines that begin with 「・」)."""
        seen = set()
        return tuple(
            Block(is_list, tuple(self.pieces(line, seen) for line in lines))
            for is_list, lines in _groups(text)
        )


def _names(term):
    names = [name.strip() for name in re.split("[／/]", term)]
    return [name for name in names if len(name) > 1] or [term]


def _whole(name):
    before = f"(?<![{ASCII_WORD}])" if re.match(f"[{ASCII_WORD}]", name) else ""
    after = f"(?![{ASCII_WORD}])" if re.search(f"[{ASCII_WORD}]$", name) else ""
    return f"{before}{re.escape(name)}{after}"


def _groups(text):
    """(is a list, its lines) in order."""
    groups = []
    is_apart = True
    for line in (line.strip() for line in text.splitlines()):
        is_list = line.startswith("・")
        if line:
            if is_apart or groups[-1][0] != is_list:
                groups.append((is_list, []))
            groups[-1][1].append(line.removeprefix("・") if is_list else line)
        is_apart = not line
    return groups
