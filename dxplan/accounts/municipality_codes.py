"""全国地方公共団体コード: five digits and a check digit, always text."""

from django.core.exceptions import ValidationError

WEIGHTS = (6, 5, 4, 3, 2)


def check_digit(first_five: str) -> str:
    """The sixth digit of a municipality code.

    Rule: (11 - sum of digits x weights 6, 5, 4, 3, 2 mod 11) mod 10, as the Ministry of Internal
    Affairs publishes it with the code list.
    """
    weighted = sum(int(digit) * weight for digit, weight in zip(first_five, WEIGHTS, strict=True))
    return str((11 - weighted % 11) % 10)


def validate_municipality_code(code: str) -> None:
    """Raises ValidationError unless `code` is six ASCII digits with a right check digit."""
    is_digits = len(code) == 6 and code.isascii() and code.isdigit()
    if not is_digits or check_digit(code[:5]) != code[5]:
        raise ValidationError(
            "全国地方公共団体コードは、検査数字を含む6桁の数字で入力してください。例: 285854"
        )
