"""代理入力: why somebody enters or hands in what is another department's."""

from dxplan.lib.portable_text import visible
from plans.editing import is_reason

LONGEST = 1000
NEEDED = "ほかの課の{what}理由を入力してください。まだ何も保存していません。"
TOO_LONG = "理由は{limit:,}字以内で入力してください（現在{length:,}字）。"


def is_on_behalf(request, department_ids) -> bool:
    """Whether the person belongs to none of these departments."""
    return not request.access.is_of(department_ids)


def given_reason(data) -> str:
    """The reason that a form (a QueryDict) carries, without what no database keeps."""
    return visible(data.get("on_behalf", "").replace("\r\n", "\n")).strip()


def reason_error(reason: str, *, is_needed: bool, what: str) -> str:
    """What is wrong with a reason; blank where nothing is. `what` is done, 「実績を変える」."""
    if len(reason) > LONGEST:
        return TOO_LONG.format(limit=LONGEST, length=len(reason))
    return NEEDED.format(what=what) if is_needed and not is_reason(reason) else ""
