"""The page around every change of one person: the form, and what is registered beside it."""

from django.shortcuts import redirect
from django.utils import timezone

from dxplan.accounts.form_pages import CONFLICT, SAVED, FormPage, form_page, save, tell
from dxplan.accounts.gates import town_url
from dxplan.accounts.models import User
from dxplan.accounts.people import roles_of, state_of
from dxplan.accounts.tables import RoleTable


def change_page(
    request, person, form, change, *, said, template="accounts/person_form.html", **page
):
    """Opens a form, or makes its change and leads back to the person; `said` when it is made."""
    status = save(form, change) if form.is_bound else 200
    if form.is_bound and status == SAVED:
        tell(request, form, said)
        return redirect(person)
    # What another person saved meanwhile is shown beside what was typed.
    standing = User.objects.get(pk=person.pk) if status == CONFLICT else person
    today = timezone.localdate()
    people_url = town_url(request, "people", person.municipality)
    return form_page(
        request,
        FormPage(
            cancel_url=person.get_absolute_url(),
            crumbs=(("利用者", people_url), (standing.name, person.get_absolute_url())),
            **page,
        ),
        form,
        status=status,
        template=template,
        person=standing,
        state=state_of(standing),
        table=RoleTable(roles_of(standing, today), person=standing, day=today),
    )
