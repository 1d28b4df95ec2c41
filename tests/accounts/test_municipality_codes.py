import pytest
from django.core.exceptions import ValidationError

from dxplan.accounts.municipality_codes import check_digit, validate_municipality_code

MESSAGE = "全国地方公共団体コードは、検査数字を含む6桁の数字で入力してください。例: 285854"


@pytest.mark.parametrize(
    ("first_five", "digit"),
    [
        ("34545", "8"),  # 神石高原町
        ("28585", "4"),  # 香美町
        ("06365", "7"),  # 真室川町
        ("07342", "3"),  # 鏡石町
        ("44461", "8"),  # 九重町
        ("01100", "2"),  # 札幌市
        ("13104", "1"),  # 新宿区: the sum leaves 0, 11 becomes 1
        ("13113", "0"),  # 渋谷区: the sum leaves 1, 10 becomes 0
    ],
)
def test_check_digit(first_five, digit):
    assert check_digit(first_five) == digit


@pytest.mark.parametrize("code", ["345458", "285854", "063657", "073423", "444618"])
def test_code_of_a_town_is_valid(code):
    assert validate_municipality_code(code) is None


@pytest.mark.parametrize("digit", sorted(set("0123456789") - {"4"}))
def test_code_with_a_wrong_check_digit_is_refused(digit):
    with pytest.raises(ValidationError) as refused:
        validate_municipality_code(f"28585{digit}")

    assert refused.value.messages == [MESSAGE]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "28585",
        "2858540",
        "63657",  # its leading zero lost in a spreadsheet
        "２８５８５４",
        "٢٨٥٨٥٤",
        "28585４",
        "28585²",
        " 85854",
        "28585\n",
        "-28585",
        "285 85",
        "28A854",
    ],
)
def test_code_that_is_not_six_plain_digits_is_refused(code):
    with pytest.raises(ValidationError) as refused:
        validate_municipality_code(code)

    assert refused.value.messages == [MESSAGE]
