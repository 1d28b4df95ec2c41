"""Headings move together with the deeper ones that follow them."""

import pytest

from plans.part_order import block, put, put_after, side_by_side

# 0 章, 1 節, 2 項, 3 節, 4 章, 5 節
DEPTHS = [1, 2, 3, 2, 1, 2]


@pytest.mark.parametrize(
    ("at", "expected"), [(0, [0, 1, 2, 3]), (1, [1, 2]), (2, [2]), (3, [3]), (4, [4, 5]), (5, [5])]
)
def test_block_is_a_heading_with_the_deeper_ones_after_it(at, expected):
    assert list(block(DEPTHS, at)) == expected


@pytest.mark.parametrize(
    ("at", "expected"), [(0, [0, 4]), (1, [1, 3]), (2, [2]), (3, [1, 3]), (4, [0, 4]), (5, [5])]
)
def test_side_by_side_are_headings_below_the_same_one(at, expected):
    assert side_by_side(DEPTHS, at) == expected


@pytest.mark.parametrize("depths", [[2, 1], [3, 2, 1]])
def test_heading_below_nothing_stands_alone(depths):
    assert [side_by_side(depths, at) for at in range(len(depths))] == [
        [at] for at in range(len(depths))
    ]


@pytest.mark.parametrize(
    ("at", "index", "expected"),
    [
        (4, 0, [4, 5, 0, 1, 2, 3]),
        (0, 1, [4, 5, 0, 1, 2, 3]),
        (3, 0, [0, 3, 1, 2, 4, 5]),
        (1, 1, [0, 3, 1, 2, 4, 5]),
        (1, 0, [0, 1, 2, 3, 4, 5]),
        (1, 9999, [0, 3, 1, 2, 4, 5]),
        (5, 3, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_put_changes_places_with_what_stands_side_by_side(at, index, expected):
    assert put(DEPTHS, at, index) == expected


@pytest.mark.parametrize(
    ("at", "after", "expected"),
    [
        (4, None, [4, 5, 0, 1, 2, 3]),
        (5, 0, [0, 5, 1, 2, 3, 4]),
        (5, 1, [0, 1, 2, 5, 3, 4]),
        (0, 4, [4, 5, 0, 1, 2, 3]),
        (4, 1, [0, 1, 2, 3, 4, 5]),
        (1, 5, [0, 3, 4, 5, 1, 2]),
    ],
)
def test_put_after_leaves_deeper_headings_with_theirs(at, after, expected):
    assert put_after(DEPTHS, at, after) == expected


def test_put_after_refuses_what_moves_along():
    with pytest.raises(ValueError, match="not in list"):
        put_after(DEPTHS, 0, 2)
