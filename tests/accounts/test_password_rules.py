"""What a password may not be made of."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from dxplan.accounts.models import Municipality, User
from dxplan.accounts.password_rules import words_around

KAMI = Municipality(code="285854", name="香美町", kana="かみちょう", prefecture="兵庫県")
PERSON = User(username="tooriame-01", name="香住 花子", municipality=KAMI)
MADE_OF_WORDS = (
    "町の名前、氏名、利用者ID、よく使われる言葉に、数字などを足しただけのパスワードは"
    "使えません。関係のない言葉をいくつか組み合わせてください。"
)


def faults(password, user=PERSON):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return error.messages
    return []


@pytest.mark.parametrize(
    "password",
    [
        "kami-cho-2026-04",
        "KAMICHOU!!2026",
        "かみちょう2026年度の",
        "カミチョウ＿２０２６０４",
        "香美町の香美町と香美町に",
        "hyogokenkamicho",
        "hokkaido123456",
        "sakura12345678",
        "Pa55-pasuwado-99",
        "yakuba-yakuba-1",
        "suishinkeikaku",
        "suzuki-20260401",
        "reiwa8nendo2026",
        "パスワード123456789",
        "tooriame-01-tooriame",
        "香住花子香住花子香住花子!",
        "1234香住★香住★香住",
    ],
)
def test_password_of_guessable_words_is_refused(password):
    assert faults(password) == [MADE_OF_WORDS]


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("ame-to-kumo", "このパスワードは短すぎます。最低 12 文字以上必要です。"),
        ("password1234", "このパスワードは一般的すぎます。"),
        ("928374650192", "このパスワードは数字しか使われていません。"),
        ("ababababababab", "5種類以上の文字を使ってください。"),
    ],
)
def test_other_faults_are_told_in_japanese(password, message):
    assert faults(password) == [message]


@pytest.mark.parametrize(
    "password",
    [
        "tokonoma no kakejiku",
        "correct horse battery",
        "kaminari-to-niwaka-ame",
        "7#k2!9x@4Lq$",
        "雨上がりの縁側と麦茶の氷",
        "sakura-no-ki-no-shita-de",
    ],
)
def test_password_of_other_words_is_accepted(password):
    assert faults(password) == []


def test_words_of_another_town_are_no_fault():
    assert faults("kami-no-umi-01", PERSON) == [MADE_OF_WORDS]
    assert faults("kami-no-umi-01", User(username="kikaku-01")) == []


def test_names_are_known_in_all_spellings():
    town = {"香美町", "香美", "kamityo", "kami", "兵庫県", "兵庫"}

    assert words_around(PERSON) == town | {"toriame", "香住花子", "香住", "花子"}
    assert words_around(None) == frozenset()


def test_reading_that_is_too_short_to_tell_anything_is_left_out():
    tsu = Municipality(code="242012", name="津市", kana="つし", prefecture="三重県")

    assert words_around(User(municipality=tsu)) == {"津市", "tusi", "三重県", "三重"}
