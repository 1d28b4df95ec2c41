"""Names of people, towns and things: what may not stand in them."""

import unicodedata

from django.core.exceptions import ValidationError

UNSEEN = {"Cc", "Cf", "Cs", "Cn"}  # controls, direction marks and joiners, surrogates, unassigned


def refuse_unseen(name: str) -> None:
    """Raises ValidationError where a name holds characters that nobody sees, such as U+202E."""
    if any(unicodedata.category(character) in UNSEEN for character in name):
        raise ValidationError("目に見えない文字が含まれています。入力し直してください。")
