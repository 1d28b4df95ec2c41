"""The page around every change of one department: the form, and what is registered beside it."""

from django.shortcuts import redirect
from django.utils import timezone

from dxplan.accounts.departments import department_facts, hanging_on
from dxplan.accounts.form_pages import CONFLICT, SAVED, FormPage, form_page, save, tell
from dxplan.accounts.gates import town_url
from dxplan.accounts.models import Department


def change_page(request, department, form, change, *, said, done_url="", **page):
    """Opens a form, or makes its change and leads back to the department."""
    status = save(form, change) if form.is_bound else 200
    if form.is_bound and status == SAVED:
        tell(request, form, said)
        return redirect(done_url or department)
    # What another person saved meanwhile is shown beside what was typed.
    standing = Department.objects.get(pk=department.pk) if status == CONFLICT else department
    today = timezone.localdate()
    departments_url = town_url(request, "departments", department.municipality)
    return form_page(
        request,
        FormPage(
            cancel_url=department.get_absolute_url(),
            crumbs=(
                ("課室", departments_url),
                (standing.name, department.get_absolute_url()),
            ),
            **page,
        ),
        form,
        status=status,
        template="accounts/department_form.html",
        facts=department_facts(standing, today),
        hanging=hanging_on(standing, today),
    )
