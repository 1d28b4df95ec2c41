"""The doors to people and departments: 404 outside one's own town, 403 for what one may not do."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from dxplan.accounts.models import Department, Municipality, User
from dxplan.accounts.people import roles_of, why_unchangeable
from dxplan.accounts.permissions import Action
from dxplan.accounts.towns import WITHOUT_TOWN, url_of


def check_may_manage(request):
    if not request.access.may(Action.MANAGE_PEOPLE):
        raise PermissionDenied


def check_every_town(request):
    if not request.access.manages_every_town:
        raise PermissionDenied


def has_to_choose_town(request):
    """Whether someone of no town has not said yet whose people or departments are meant."""
    check_may_manage(request)
    return request.user.municipality is None and not request.GET.get("town")


def open_town(request):
    """The town that the address names, else one's own; None for accounts without a town."""
    check_may_manage(request)
    own, code = request.user.municipality, request.GET.get("town", "")
    if own and code in ("", own.code):
        return own
    if not request.access.manages_every_town:
        raise Http404
    return None if code == WITHOUT_TOWN else town_of_code(code)


def town_of_code(code):
    """The town of a code in an address, whatever stands there."""
    if not code.isalnum():  # such as NUL, of which the database would not hear
        raise Http404
    return get_object_or_404(Municipality, code=code)


def open_person(request, person_id):
    """A person whom the request's person may see."""
    person = get_object_or_404(User.objects.visible_to(request.access), pk=person_id)
    check_may_manage(request)
    return person


def open_person_to_change(request, person_id):
    """A visible person; 403 for oneself and for people of a mightier role."""
    person = open_person(request, person_id)
    roles = roles_of(person, timezone.localdate())
    if why_unchangeable(request.access, request.user, person, roles):
        raise PermissionDenied
    return person


def open_department(request, department_id):
    visible = Department.objects.visible_to(request.access).select_related("municipality")
    department = get_object_or_404(visible, pk=department_id)
    check_may_manage(request)
    return department


def town_url(request, name, town):
    """The address of a town's page; it names the town where the person manages several."""
    if not request.access.manages_every_town:
        return reverse(name)
    return url_of(name, town)


def town_urls(request, town):
    """The addresses of a town's pages by name; `towns` only for who manages several."""
    names = (
        *("people", "person_new", "departments", "department_new", "department_merge"),
        "town_security",
    )
    urls = {name: town_url(request, name, town) for name in names}
    return urls | {"towns": reverse("towns") if request.access.manages_every_town else ""}
