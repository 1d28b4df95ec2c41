"""The pages on which typed input waits: for a login, for being sent again, or for nothing."""

from django.shortcuts import render
from django.urls import reverse

from dxplan.accounts.forms import LoginForm


def session_ended(request, kept):
    """The session ended before the form was sent: log in here, then send it."""
    context = {"kept": kept, "form": LoginForm(request=request), "next": reverse("resend")}
    return render(request, "accounts/session_ended.html", context, status=403)


def send_again(request, kept, status=200):
    """The person is logged in again: one button sends what was typed."""
    return render(request, "accounts/send_again.html", {"kept": kept}, status=status)


def typed_by_another(request):
    """Somebody else is logged in now: what was typed is not sent in this person's name."""
    return render(request, "accounts/typed_by_another.html", status=403)
