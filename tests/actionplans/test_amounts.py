import pytest

from actionplans.amounts import Amount, read_amount


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("", None),
        ("－", None),
        ("0", 0),
        ("1,200", 1200),
        ("１，２００", 1200),
        ("1200千円", 1200),
        ("999999999999", 999_999_999_999),
    ],
)
def test_amount_is_read_in_thousand_yen(typed, value):
    assert read_amount(typed) == Amount(value)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("5百万円", "「5百万円」は千円単位の数だけで入力してください。例: 5百万円は 5,000"),
        ("1,200円", "「1,200円」は千円単位の数だけで入力してください。例: 5百万円は 5,000"),
        ("3億円", "「3億円」は千円単位の数だけで入力してください。例: 5百万円は 5,000"),
        ("5百万", "「5百万」は「万」などを使わずに入力してください。（例: 12000）"),
        ("-5", "「-5」は入力できません。金額は0以上です。"),
        ("△1,200", "「△1,200」は入力できません。金額は0以上です。"),
        ("約30", "「約30」は数だけで入力してください。決まっていないときは、空のままにします。"),
        ("未定", "「未定」は数だけで入力してください。決まっていないときは、空のままにします。"),
        ("1000000000000", "「1000000000000」は大きすぎます。単位は千円です。"),
    ],
)
def test_text_that_is_no_amount_says_why(typed, error):
    assert read_amount(typed) == Amount(error=error)


@pytest.mark.parametrize("typed", ["12.5", "1,23", "1e5", "NaN", "①", "=1+1", "9" * 300])
def test_odd_numbers_are_refused(typed):
    assert read_amount(typed).error
