"""Roles of a person from one day to another: given, ended, withdrawn, and moved in one go."""

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dxplan.accounts.form_pages import posted
from dxplan.accounts.gates import open_person_to_change
from dxplan.accounts.models import Role
from dxplan.accounts.people import roles_of
from dxplan.accounts.people_changes import end_role, give_role, move_person, withdraw_role
from dxplan.accounts.people_forms import (
    MoveForm,
    RoleEndForm,
    RoleForm,
    SeenForm,
    departments_to_choose,
    next_april,
)
from dxplan.accounts.person_pages import change_page
from dxplan.accounts.spans import DAY

MOVE_LEAD = (
    "異動日の前日まで今の役割が続き、異動日の午前0時に新しい役割へ切り替わります。"
    "当日の作業は要りません。"
)


def _offers(request, person):
    """The roles and departments that a form for this person offers."""
    given = request.access.given_roles if person.municipality else (Role.SYSTEM_ADMINISTRATOR,)
    return {
        "roles": given,
        "departments": departments_to_choose(person.municipality, timezone.localdate()),
    }


@require_http_methods(["GET", "POST"])
def role_new(request, person_id):
    person = open_person_to_change(request, person_id)
    initial = {"seen": person.version, "valid_from": timezone.localdate()}
    form = RoleForm(posted(request), initial=initial, **_offers(request, person))
    return change_page(
        request,
        person,
        form,
        lambda: give_role(
            by=request.user,
            person_id=person.pk,
            seen=form.seen_version,
            role=form.typed_role,
        ),
        heading="役割を追加",
        submit="追加する",
        said="役割を追加しました。",
    )


@require_http_methods(["GET", "POST"])
def role_end(request, person_id, role_id):
    person = open_person_to_change(request, person_id)
    row = _role_row(person, role_id)
    if row is None:
        raise Http404
    initial = {"seen": person.version, "valid_to": row.valid_to}
    form = RoleEndForm(posted(request), initial=initial)
    return change_page(
        request,
        person,
        form,
        lambda: end_role(
            by=request.user,
            person_id=person.pk,
            seen=form.seen_version,
            role_id=role_id,
            last_day=form.cleaned_data["valid_to"],
        ),
        heading="役割の終了日を変える",
        submit="保存する",
        said="役割の終了日を変えました。",
        lead=f"{row.text}　{row.period}",
    )


def _role_row(person, role_id):
    rows = roles_of(person, timezone.localdate())
    return next((row for row in rows if row.id == role_id), None)


@require_http_methods(["GET", "POST"])
def role_withdraw(request, person_id, role_id):
    """Sent twice, it finds the role gone, which is what was wanted."""
    person = open_person_to_change(request, person_id)
    row = _role_row(person, role_id)
    if row is None and request.method == "GET":
        raise Http404
    form = SeenForm(posted(request), initial={"seen": person.version})
    return change_page(
        request,
        person,
        form,
        lambda: withdraw_role(
            by=request.user, person_id=person.pk, role_id=role_id, **form.cleaned_data
        ),
        heading="役割を取り消す",
        submit="取り消す",
        said="役割を取り消しました。",
        lead=f"{row.text}　{row.period}" if row else "",
        is_dangerous=True,
    )


@require_http_methods(["GET", "POST"])
def person_move(request, person_id):
    person = open_person_to_change(request, person_id)
    today = timezone.localdate()
    yesterday = today - DAY
    # What ended yesterday may have been ended by this very form, sent twice.
    held = [
        row for row in roles_of(person, today) if row.valid_to is None or row.valid_to >= yesterday
    ]
    first_day = next_april(today)
    going = [row.id for row in held if row.valid_from < first_day]
    initial = {"seen": person.version, "first_day": first_day, "ending": going}
    form = MoveForm(posted(request), initial=initial, held=held, **_offers(request, person))
    return change_page(
        request,
        person,
        form,
        lambda: move_person(
            by=request.user,
            person_id=person.pk,
            seen=form.seen_version,
            first_day=form.cleaned_data["first_day"],
            ending=form.cleaned_data["ending"],
            roles=form.typed_roles,
        ),
        heading="人事異動",
        submit="異動を登録する",
        said="異動を登録しました。",
        lead=MOVE_LEAD,
        template="accounts/person_move.html",
    )
