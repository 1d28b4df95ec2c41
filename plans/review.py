"""The review of what a department hands in: states, and the steps from one to another.

One table serves results and evaluations alike. The database keeps a copy of it
(`plans_is_review_step`); a test compares the two.
"""

import datetime
from dataclasses import dataclass
from enum import Enum

from dxplan.lib.choices import LabelledEnum


class ReviewState(LabelledEnum):
    """審査の状態 of a result or an evaluation."""

    DRAFT = "draft", "入力中"
    RETURNED = "returned", "差戻し"
    SUBMITTED = "submitted", "提出済み"
    APPROVED = "approved", "承認済み"
    CHECKED = "checked", "確認済み"

    @property
    def is_editable(self) -> bool:
        """Whether the content may still be changed by those who enter it."""
        return self in (ReviewState.DRAFT, ReviewState.RETURNED)

    @property
    def is_settled(self) -> bool:
        """Whether it counts as approved, so that everyone who sees the plan may see it."""
        return self in (ReviewState.APPROVED, ReviewState.CHECKED)


SETTLED = frozenset(state.value for state in ReviewState if state.is_settled)
EDITABLE = frozenset(state.value for state in ReviewState if state.is_editable)


class ReviewStep(Enum):
    """審査の手続: what people do to it; values are what forms send."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    CHECK = "check"
    SEND_BACK = "send_back"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def button(self) -> str:
        """What the button says that takes the step."""
        return BUTTONS[self]

    @property
    def done(self) -> str:
        """What is said when it was taken: 「3件を…」."""
        return DONE[self]

    @property
    def needs_reason(self) -> bool:
        """Whether the one who takes the step has to say why."""
        return self in (ReviewStep.SEND_BACK, ReviewStep.REOPEN)


LABELS = {
    ReviewStep.SUBMIT: "提出",
    ReviewStep.WITHDRAW: "取下げ",
    ReviewStep.APPROVE: "承認",
    ReviewStep.CHECK: "確認",
    ReviewStep.SEND_BACK: "差戻し",
    ReviewStep.REOPEN: "承認の取消し",
}

BUTTONS = {
    ReviewStep.SUBMIT: "提出する",
    ReviewStep.WITHDRAW: "提出を取り下げる",
    ReviewStep.APPROVE: "承認する",
    ReviewStep.CHECK: "確認済みにする",
    ReviewStep.SEND_BACK: "差し戻す",
    ReviewStep.REOPEN: "承認を取り消す",
}

DONE = {
    ReviewStep.SUBMIT: "提出しました",
    ReviewStep.WITHDRAW: "取り下げました",
    ReviewStep.APPROVE: "承認しました",
    ReviewStep.CHECK: "確認済みにしました",
    ReviewStep.SEND_BACK: "差し戻しました",
    ReviewStep.REOPEN: "承認前に戻しました",
}

# What is not here cannot be done.
TRANSITIONS = {
    (ReviewState.DRAFT, ReviewStep.SUBMIT): ReviewState.SUBMITTED,
    (ReviewState.RETURNED, ReviewStep.SUBMIT): ReviewState.SUBMITTED,
    (ReviewState.SUBMITTED, ReviewStep.WITHDRAW): ReviewState.DRAFT,
    (ReviewState.SUBMITTED, ReviewStep.APPROVE): ReviewState.APPROVED,
    (ReviewState.SUBMITTED, ReviewStep.SEND_BACK): ReviewState.RETURNED,
    (ReviewState.APPROVED, ReviewStep.SEND_BACK): ReviewState.RETURNED,
    (ReviewState.APPROVED, ReviewStep.CHECK): ReviewState.CHECKED,
    (ReviewState.APPROVED, ReviewStep.REOPEN): ReviewState.DRAFT,
    (ReviewState.CHECKED, ReviewStep.REOPEN): ReviewState.DRAFT,
}


def after(state: ReviewState, step: ReviewStep) -> ReviewState | None:
    """The state that a step leads to; None where it cannot be taken from `state`."""
    return TRANSITIONS.get((state, step))


def steps_from(state: ReviewState) -> tuple[ReviewStep, ...]:
    """The steps that can be taken from a state, in the order of `ReviewStep`."""
    return tuple(step for step in ReviewStep if (state, step) in TRANSITIONS)


def leads_to(step: ReviewStep) -> ReviewState:
    """The one state that a step ends in, wherever it began."""
    return next(after for (_, own), after in TRANSITIONS.items() if own == step)


@dataclass(frozen=True)
class ReviewRow:
    """Where a result or an evaluation stands in the review, who took which step and when."""

    state: ReviewState = ReviewState.DRAFT
    submitted_by_id: int | None = None
    submitted_by: str = ""
    submitted_at: datetime.datetime | None = None
    approved_by: str = ""
    approved_at: datetime.datetime | None = None
    checked_by: str = ""
    checked_at: datetime.datetime | None = None
    comment: str = ""
    comment_by: str = ""
    on_behalf_reason: str = ""


def review_row(reviewed) -> ReviewRow:
    """The review of a row of the database (a `Reviewed`)."""
    return ReviewRow(
        state=ReviewState(reviewed.review_state),
        submitted_by_id=reviewed.submitted_by_id,
        submitted_by=reviewed.submitted_by_name,
        submitted_at=reviewed.submitted_at,
        approved_by=reviewed.approved_by_name,
        approved_at=reviewed.approved_at,
        checked_by=reviewed.checked_by_name,
        checked_at=reviewed.checked_at,
        comment=reviewed.review_comment,
        comment_by=reviewed.review_comment_by_name,
        on_behalf_reason=reviewed.on_behalf_reason,
    )
