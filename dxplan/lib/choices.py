"""Text enums that carry their Japanese label, free of django so that pure modules can use them."""

from enum import StrEnum


class LabelledEnum(StrEnum):
    """Members are written `NAME = "stored_value", "表示名"`; the value is what is stored."""

    label: str

    def __new__(cls, value: str, label: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs in the order written."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def values(cls) -> list[str]:
        return [member.value for member in cls]
