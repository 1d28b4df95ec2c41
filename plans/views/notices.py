"""What a person was told, and which of it comes by mail too. All of it is the person's own."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plans.forms.notices import NoticeChoiceForm
from plans.mail_queue import last_failure
from plans.models import Notice
from plans.notice_choices import choice_of, choose
from plans.unread import mark_read

PAGE_LENGTH = 20
LONGEST_ID = 18  # digits that a database's id surely holds


@require_GET
def notice_list(request):
    own = Notice.objects.of(request.user)
    is_unread_only = request.GET.get("state") == "unread"
    pages = Paginator(own.unread() if is_unread_only else own, PAGE_LENGTH)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "numbers": pages.get_elided_page_range(page.number),
        "is_unread_only": is_unread_only,
        "unread": request.user.unread_notices,
        "newest": page.object_list[0].pk if page.number == 1 and page.object_list else "",
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    return render(request, "plans/notice_list.html", context)


@require_POST
def notice_open(request, notice_id):
    """Marks a notice as read and goes where it leads.

    By a form, not a link: nothing that fetches addresses in advance marks anything as read.
    """
    notice = get_object_or_404(Notice.objects.of(request.user), pk=notice_id)
    mark_read(request.user, pk=notice.pk)
    return HttpResponseRedirect(notice.link or reverse("notices"))


@require_POST
def notice_read(request, notice_id):
    notice = get_object_or_404(Notice.objects.of(request.user), pk=notice_id)
    mark_read(request.user, pk=notice.pk)
    return _back_to_list(request)


@require_POST
def notices_read(request):
    """Marks all as read that the person can have seen: those up to the newest on the page."""
    newest = request.POST.get("newest", "")
    if newest.isdecimal() and newest.isascii() and len(newest) <= LONGEST_ID:
        number = mark_read(request.user, pk__lte=int(newest))
        messages.success(request, f"{number}件を既読にしました。")
    return redirect("notices")


def _back_to_list(request):
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponseRedirect(f"{reverse('notices')}{query}")


@require_http_methods(["GET", "POST"])
def notice_choices(request):
    """Which kinds of notices come to the person by mail, and to which address."""
    if settings.MAIL_SERVER is None:
        status = 200 if request.method == "GET" else 409
        return render(request, "plans/notice_choices.html", {"form": None}, status=status)
    if request.method == "GET":
        form = NoticeChoiceForm(initial=choice_of(request.user))
        return _choices_page(request, form)
    form = NoticeChoiceForm(request.POST)
    if not form.is_valid():
        return _choices_page(request, form, status=422)
    choose(person=request.user, **form.cleaned_data)
    messages.success(request, form.said)
    return redirect("notice_choices")


def _choices_page(request, form, *, status=200):
    context = {"form": form, "failure": last_failure(request.user)}
    return render(request, "plans/notice_choices.html", context, status=status)
