"""The order of headings: each moves together with the deeper ones that follow it.

Depths count from 1; a list without headings below headings is one of equal depths.
"""

from itertools import takewhile


def block(depths: list[int], at: int) -> range:
    """A heading and all deeper ones right after it."""
    deeper = takewhile(lambda n: depths[n] > depths[at], range(at + 1, len(depths)))
    return range(at, at + 1 + len(list(deeper)))


def side_by_side(depths: list[int], at: int) -> list[int]:
    """The headings of one depth below the same shallower one, that at `at` included."""

    def is_within(n):
        return depths[n] >= depths[at]

    before = takewhile(is_within, range(at - 1, -1, -1))
    after = takewhile(is_within, range(at, len(depths)))
    return sorted(n for n in (*before, *after) if depths[n] == depths[at])


def put(depths: list[int], at: int, index: int) -> list[int]:
    """The places in their new order when `at` becomes the `index`-th of those side by side."""
    run = side_by_side(depths, at)
    others = [n for n in run if n != at]
    order = [*others[:index], at, *others[index:]]
    moved = [n for first in order for n in block(depths, first)]
    return [*range(run[0]), *moved, *range(block(depths, run[-1]).stop, len(depths))]


def put_after(depths: list[int], at: int, after: int | None) -> list[int]:
    """The places in their new order when `at` goes behind `after` (None: to the front).

    What is deeper than itself stays with the heading it stands under. Raises ValueError where
    `after` moves along.
    """
    own = block(depths, at)
    rest = [n for n in range(len(depths)) if n not in own]
    place = 0
    if after is not None:
        place = rest.index(after) + 1
        place += len(list(takewhile(lambda n: depths[n] > depths[at], rest[place:])))
    return [*rest[:place], *own, *rest[place:]]
