"""The one-time link: shown once to the office that makes it, and opened by the person."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dxplan.accounts.gates import open_person_to_change, town_url
from dxplan.accounts.password_links import (
    expires_at,
    find_link,
    make_link,
    set_password,
    token_of,
)
from dxplan.accounts.people_forms import InviteForm
from dxplan.accounts.refusals import Refused

SET = "パスワードを設定しました。利用者IDとパスワードでログインしてください。"


@require_POST
def person_link(request, person_id):
    """Makes a link; opened again, the page makes another, and the one before is dead."""
    return show_link(request, open_person_to_change(request, person_id))


def show_link(request, person):
    try:
        link = make_link(by=request.user, person=person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(person)
    address = reverse("invite", args=[token_of(link)])
    context = {
        "person": person,
        "address": request.build_absolute_uri(address),
        "expires_at": expires_at(link),
        "people_url": town_url(request, "people", person.municipality),
    }
    return render(request, "accounts/link.html", context)


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invite(request, token):
    """The person sets the own password; nobody else is to do it in a session of theirs.

    As long as the link works, the answer is 200: the log would keep the address of any other.
    """
    link = find_link(token)
    if link is None:
        return render(request, "accounts/invite_dead.html", status=404)
    if request.user.is_authenticated and request.user != link.user:
        return render(request, "accounts/invite_other.html", {"person": link.user})
    form = InviteForm(link.user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(
            request, "accounts/invite.html", {"form": form, "person": link.user}, status=status
        )
    if not set_password(token, form.cleaned_data["new_password1"]):
        return render(request, "accounts/invite_dead.html", status=404)
    messages.success(request, SET)
    return redirect(settings.LOGIN_URL)
