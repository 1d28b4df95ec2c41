"""A town's rules for second factors, its people's factors, and help for who lost one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django_tables2 import RequestConfig

from dxplan.accounts.gates import open_person, town_of_code
from dxplan.accounts.models import Municipality, TownSecurity, User
from dxplan.accounts.permissions import Action
from dxplan.accounts.second_factor.people_factors import (
    factor_rows,
    factors_text,
    may_touch,
    remove_factors,
    roles_not_ended,
)
from dxplan.accounts.second_factor.requirement import factors_of
from dxplan.accounts.second_factor.security_changes import save_security
from dxplan.accounts.second_factor.security_forms import FactorRemovalForm, TownSecurityForm
from dxplan.accounts.second_factor.tables import FactorTable

PAGE_LENGTH = 50
CHANGED = (
    "ほかの人が先に変更したため、保存していません。下は入力した内容のままです。"
    "今の設定を別の画面で確かめてから、もう一度ボタンを押してください。"
)


def open_town(request):
    """One's own town; for who belongs to none, the one that the address names."""
    if not request.access.may(Action.MANAGE_PEOPLE):
        raise PermissionDenied
    own, code = request.user.municipality, request.GET.get("town", "")
    if own is None:
        return town_of_code(code) if code else None
    if code in ("", own.code):
        return own
    if not request.access.manages_every_town:
        raise Http404
    return town_of_code(code)


def town_query(request, town):
    return "" if request.user.municipality == town else f"?town={town.code}"


@require_http_methods(["GET", "POST"])
def town_security(request):
    town = open_town(request)
    if town is None:
        return render(
            request, "accounts/security_towns.html", {"towns": Municipality.objects.all()}
        )
    standing = TownSecurity.objects.of_town(town)
    form = TownSecurityForm(
        request.POST if request.method == "POST" else None,
        instance=standing,
        is_secure=request.is_secure(),
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and save_security(town=town, **form.cleaned_data):
            messages.success(request, "二要素認証の設定を保存しました。")
            return redirect(reverse("town_security") + town_query(request, town))
        status = _refuse(form, town)
    context = {"town": town, "form": form, "query": town_query(request, town)}
    return render(request, "accounts/town_security.html", context, status=status)


def _refuse(form, town):
    """422 with the form's errors; 409 where another saved first, which the next try accepts."""
    if form.errors:
        return 422
    form.add_error(None, CHANGED)
    form.data = form.data.copy()
    form.data["seen"] = TownSecurity.objects.of_town(town).version
    return 409


@require_GET
def factor_list(request):
    town = open_town(request)
    if town is None:
        return redirect("town_security")
    rows = factor_rows(
        User.objects.filter(municipality=town, is_active=True),
        required_roles=TownSecurity.objects.of_town(town).required_roles,
        on=timezone.localdate(),
        by=request.user,
        access=request.access,
    )
    query = town_query(request, town)
    table = RequestConfig(request, paginate={"per_page": PAGE_LENGTH}).configure(
        FactorTable(rows, query=query)
    )
    context = {"town": town, "table": table, "query": query}
    return render(request, "accounts/factor_list.html", context)


@require_http_methods(["GET", "POST"])
def factor_removal(request, person_id):
    """Takes a person's factors away, never one's own; the person then registers anew."""
    person = open_person(request, person_id)
    town = person.municipality
    if person == request.user or not may_touch(
        request.access, roles_not_ended(person, timezone.localdate())
    ):
        raise PermissionDenied
    form = FactorRemovalForm(request.POST if request.method == "POST" else None)
    back = reverse("factor_list") + town_query(request, town) if town else reverse("town_security")
    if request.method == "POST" and form.is_valid():
        _tell(request, person, remove_factors(person=person, by=request.user, **form.cleaned_data))
        return redirect(back)
    context = {
        "person": person,
        "form": form,
        "back": back,
        "factors": factors_text(factors_of(person)),
        "removals": person.factor_removals.select_related("removed_by"),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/factor_removal.html", context, status=status)


def _tell(request, person, removal):
    if removal is None:
        messages.info(request, f"{person.name}さんに、解除するものはありませんでした。")
    else:
        messages.success(request, f"{person.name}さんの二要素認証を解除しました。")
