"""What is known of checklist items by year, and how it is said."""

from dataclasses import dataclass
from typing import NamedTuple

from plans.models import Checklist, ItemState

UNREGISTERED = "未登録"


class Figures(NamedTuple):
    """What is stored of an item in a year; a count is None where it is not known."""

    state: str = ""
    total_count: int | None = None
    done_count: int | None = None

    @property
    def is_counted(self) -> bool:
        return self.total_count is not None and self.done_count is not None


NOTHING = Figures()


@dataclass(frozen=True)
class ItemHistory:
    """An item with its figures by fiscal year."""

    item_id: int
    number: int
    group: str
    name: str
    years: dict[int, Figures]

    def in_year(self, fiscal_year: int | None) -> Figures:
        return self.years.get(fiscal_year, NOTHING)


def state_labels(checklist: Checklist) -> dict[str, str]:
    """The list's own words for the states, in the order in which they are offered."""
    return {
        ItemState.DONE.value: checklist.done_label,
        ItemState.NOT_YET.value: checklist.not_yet_label,
        ItemState.ABSENT.value: checklist.absent_label,
        "": UNREGISTERED,
    }


def figures_text(figures: Figures, labels: dict[str, str]) -> str:
    """「済（124件中15件）」, in the list's own words."""
    counts = counts_text(figures)
    return f"{labels[figures.state]}（{counts}）" if counts else labels[figures.state]


def counts_text(figures: Figures) -> str:
    """「124件中15件」, or what is known of the two."""
    if figures.is_counted:
        return f"{figures.total_count:,}件中{figures.done_count:,}件"
    if figures.total_count is not None:
        return f"申請数{figures.total_count:,}件"
    return f"うちオンライン{figures.done_count:,}件" if figures.done_count is not None else ""


def recorded_years(histories) -> list[int]:
    """The fiscal years in which at least one item has a state, oldest first."""
    return sorted({year for history in histories for year in history.years})


def counts_applications(histories) -> bool:
    """Whether any item has a count in any year."""
    found = (figures for history in histories for figures in history.years.values())
    return any(figures[1:] != NOTHING[1:] for figures in found)
