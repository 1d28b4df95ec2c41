"""Frozen dataclasses as plain JSON and back, exactly: for what has to outlive the code it tells of.

Fields are texts, whole numbers, truths, Decimals, other such dataclasses, tuples of these, or None.
A Decimal is written as text, digit by digit. A field that came later needs a default; what is no
field (any more) is passed over.
"""

import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints


def to_plain(value):
    """What JSON can hold, from a dataclass or a value of one."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind, plain):
    """The value of type `kind` that `to_plain` made `plain` of."""
    if get_origin(kind) is UnionType:
        return None if plain is None else from_plain(_own_kind(kind), plain)
    if get_origin(kind) is tuple:
        return tuple(from_plain(get_args(kind)[0], item) for item in plain)
    if is_dataclass(kind):
        kinds = _kinds_of(kind)
        return kind(**{key: from_plain(kinds[key], plain[key]) for key in kinds if key in plain})
    return Decimal(plain) if kind is Decimal else plain


def digest(plain) -> str:
    """A fingerprint of plain JSON, the same however its members are ordered or spaced."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _own_kind(kind):
    [own] = (item for item in get_args(kind) if item is not NoneType)
    return own


@cache
def _kinds_of(kind):
    return get_type_hints(kind)
