"""What a password may not be made of."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from dxplan.accounts.guessable_words import GUESSABLE
from dxplan.accounts.romaji import spelled

FEWEST_LETTERS, FEWEST_CHARACTERS = 8, 5
# What follows a town's own name, as it is written and as it may be read.
SUFFIX = re.compile("(都|道|府|県|市|区|町|村)$")
READ_SUFFIX = re.compile("(し|く|ちょう|まち|そん|むら)$")


class GuessableWordsValidator(CommonPasswordValidator):
    """Refuses common passwords, and those that are little more than words anyone here would try."""

    def validate(self, password, user=None):
        super().validate(password, user)
        if len(set(password)) < FEWEST_CHARACTERS:
            raise ValidationError(
                f"{FEWEST_CHARACTERS}種類以上の文字を使ってください。", code="password_repetitive"
            )
        if is_little_more_than(GUESSABLE | words_around(user), password):
            raise ValidationError(
                "町の名前、氏名、利用者ID、よく使われる言葉に、数字などを足しただけのパスワードは"
                "使えません。関係のない言葉をいくつか組み合わせてください。",
                code="password_guessable",
            )

    def get_help_text(self):
        return "町の名前、氏名、よく使われる言葉をもとにしたパスワードは使えません。"


def is_little_more_than(words, password: str) -> bool:
    """Whether a password has a word in it and fewer than 8 letters beside such words."""
    text = spelled(password)
    left = text
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return left != text and len(left.replace(" ", "")) < FEWEST_LETTERS


def words_around(user) -> frozenset[str]:
    """The names of a person, of the town and of the prefecture, in one spelling."""
    names = [user.username, user.name, *re.split(r"\s+", user.name)] if user else []
    town = getattr(user, "municipality", None)
    if town:
        names += [town.name, town.prefecture, town.kana]
        names += [SUFFIX.sub("", name) for name in (town.name, town.prefecture)]
        names += [READ_SUFFIX.sub("", town.kana)]
    words = map(spelled, names)
    return frozenset(word for word in words if len(word) >= (3 if word.isascii() else 2))
