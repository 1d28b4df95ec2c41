import json
from dataclasses import dataclass
from decimal import Decimal

from dxplan.lib.plain_records import digest, from_plain, to_plain


@dataclass(frozen=True)
class Figure:
    name: str
    value: Decimal | None


@dataclass(frozen=True)
class Sheet:
    year: int
    figures: tuple[Figure, ...]
    words: tuple[str, ...] = ()
    first: Figure | None = None


def through_json(value):
    return json.loads(json.dumps(to_plain(value)))


def test_records_come_back_as_they_were():
    sheet = Sheet(
        2025, (Figure("指標", Decimal("0.10")), Figure("", None)), ("あ",), Figure("x", None)
    )

    assert from_plain(Sheet, through_json(sheet)) == sheet


def test_decimals_keep_every_digit():
    values = [
        Decimal(text) for text in ("0.10", "1E+3", "-0.000001", "0.3333333333333333333333333333")
    ]

    kept = [from_plain(Figure, through_json(Figure("", value))).value for value in values]

    assert [str(value) for value in kept] == [str(value) for value in values]


def test_fields_that_came_later_have_their_default_and_gone_ones_are_passed_over():
    assert from_plain(Sheet, {"year": 2025, "figures": [], "gone": 1}) == Sheet(2025, ())


def test_digest_does_not_depend_on_order_but_on_every_value():
    assert digest({"a": 1, "b": ["x"]}) == digest({"b": ["x"], "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"})
