"""Pages with one form that changes a person or a department."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render

from dxplan.accounts.refusals import Refused, Stale

CHANGED = (
    "ほかの人が先に変更しました。今の登録内容を確かめてから、もう一度ボタンを押してください。"
    "入力した内容は、まだ保存されていません。"
)
NOTHING_CHANGED = "変更はありませんでした。"
SAVED, REFUSED, CONFLICT = 200, 422, 409


@dataclass(frozen=True)
class FormPage:
    """What stands around a form; `crumbs` are (label, address) pairs above it."""

    heading: str
    submit: str
    cancel_url: str
    crumbs: tuple[tuple[str, str], ...]
    lead: str = ""
    is_dangerous: bool = False


def posted(request):
    """What a form is bound to: nothing while the page is only opened."""
    return request.POST if request.method == "POST" else None


def save(form, change) -> int:
    """Makes a change, or lets the form explain why not; returns the status of the answer.

    `form.outcome` is then what the change returned.
    """
    if not form.is_valid():
        return REFUSED
    try:
        form.outcome = change()
    except Stale as late:
        form.see(late.standing.version)
        form.add_error(None, CHANGED)
        return CONFLICT
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as error:
        form.refuse(error)
    else:
        return SAVED
    return REFUSED


def form_page(request, page, form, *, status=200, template="accounts/form.html", **context):
    context |= {"page": page, "form": form, "is_conflict": status == CONFLICT}
    return render(request, template, context, status=status)


def tell(request, form, said):
    """Says what was done, or that it was so already."""
    if form.outcome:
        messages.success(request, said)
    else:
        messages.info(request, NOTHING_CHANGED)
