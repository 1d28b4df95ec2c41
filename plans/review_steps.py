"""How a step of the review is taken with a result or an evaluation (a `Reviewed` row)."""

from collections.abc import Iterable

from django.utils import timezone

from dxplan.accounts.permissions import Access, Action
from plans.models import PlanYear
from plans.review import ReviewStep, after, leads_to

NEEDS = {
    ReviewStep.SUBMIT: Action.ENTER_RESULTS,
    ReviewStep.WITHDRAW: Action.ENTER_RESULTS,
    ReviewStep.APPROVE: Action.APPROVE,
    ReviewStep.CHECK: Action.CHECK,
    ReviewStep.SEND_BACK: Action.SEND_BACK,
    ReviewStep.REOPEN: Action.REOPEN_RESULTS,
}
# Whose names and times a step writes, and whose it wipes out.
STAMPED = {
    ReviewStep.SUBMIT: "submitted",
    ReviewStep.APPROVE: "approved",
    ReviewStep.CHECK: "checked",
}
CLEARED = {
    ReviewStep.WITHDRAW: ("submitted",),
    ReviewStep.SEND_BACK: ("submitted", "approved"),
    ReviewStep.REOPEN: ("submitted", "approved", "checked"),
}
# All columns that a step may change; who entered the content, and when, stays.
WRITTEN = (
    *("version", "review_state", "review_comment", "review_comment_by_name", "on_behalf_reason"),
    *(f"{stamp}_{part}" for stamp in STAMPED.values() for part in ("by", "by_name", "at")),
)
NO_SUCH_STEP = "いまは「{state}」のため、{step}できません。"
OWN_SUBMISSION = "自分が提出したものは承認できません。"
NOT_DELEGATED = "この年度は、担当課の課長が承認します。"


def may_take(step: ReviewStep, department_ids: Iterable[int], access: Access) -> bool:
    """Whether the matrix lets a person take a step with what these departments hand in at all."""
    return access.may_for(NEEDS[step], department_ids)


def is_taken(reviewed, step: ReviewStep, *, seen: int, user) -> bool:
    """Whether this very step made the row what it is: the same form sent twice.

    `seen` is the version that the person looked at.
    """
    if reviewed.version != seen + 1 or reviewed.review != leads_to(step):
        return False
    stamp = STAMPED.get(step)
    return stamp is None or getattr(reviewed, f"{stamp}_by_id") == user.pk


def obstacle(
    step: ReviewStep, review, department_ids: Iterable[int], plan_year: PlanYear, *, user, access
) -> str:
    """Why one who may take a step cannot take it now, in words; blank where it can be taken.

    `review` is a `ReviewRow`. What a submission lacks is for the content to say.
    """
    if after(review.state, step) is None:
        return NO_SUCH_STEP.format(state=review.state.label, step=step.label)
    if step != ReviewStep.APPROVE:
        return ""
    if review.submitted_by_id == user.pk:
        return OWN_SUBMISSION
    is_own_head = not access.department_ids(Action.APPROVE).isdisjoint(department_ids)
    return "" if is_own_head or plan_year.office_approves else NOT_DELEGATED


def take(reviewed, step: ReviewStep, *, user, comment: str = "", on_behalf: str = "") -> None:
    """Changes the columns of `WRITTEN` as the step does; the row is not saved."""
    reviewed.review_state = after(reviewed.review, step).value
    reviewed.version += 1
    for stamp in CLEARED.get(step, ()):
        _stamp(reviewed, stamp, None, "", None)
    if step in STAMPED:
        _stamp(reviewed, STAMPED[step], user, user.name, timezone.now())
    if on_behalf:
        reviewed.on_behalf_reason = on_behalf
    if step.needs_reason:
        reviewed.review_comment, reviewed.review_comment_by_name = comment, user.name
    elif step == ReviewStep.APPROVE:
        reviewed.review_comment = reviewed.review_comment_by_name = ""


def _stamp(reviewed, stamp, user, name, at):
    setattr(reviewed, f"{stamp}_by", user)
    setattr(reviewed, f"{stamp}_by_name", name)
    setattr(reviewed, f"{stamp}_at", at)
