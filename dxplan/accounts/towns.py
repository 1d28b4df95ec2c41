"""Rows of the towns of an installation, for its system administrator."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from dxplan.accounts.models import Municipality, User

WITHOUT_TOWN = "none"  # in the address: accounts that belong to no town
NO_TOWN = "市区町村に属さない利用者"


@dataclass(frozen=True)
class TownRow:
    """A town with its numbers of accounts and departments; `code` blank for people of no town."""

    name: str
    code: str
    people: int
    departments: int
    people_url: str
    departments_url: str


def town_rows() -> list[TownRow]:
    """All towns, and last those who belong to none. Two queries."""
    towns = Municipality.objects.annotate(
        people=Count("user", distinct=True), department_count=Count("departments", distinct=True)
    )
    others = User.objects.filter(municipality=None).count()
    nowhere = TownRow(NO_TOWN, "", others, 0, people_url=url_of("people", None), departments_url="")
    return [*map(_row, towns), nowhere]


def _row(town):
    return TownRow(
        town.name,
        town.code,
        town.people,
        town.department_count,
        people_url=url_of("people", town),
        departments_url=url_of("departments", town),
    )


def url_of(name: str, town: Municipality | None) -> str:
    """The address of a town's page for one who manages several towns."""
    return f"{reverse(name)}?town={town.code if town else WITHOUT_TOWN}"
