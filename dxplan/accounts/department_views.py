"""The departments of a town: list, one of them, new ones, several that become one."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from dxplan.accounts.department_changes import add_department, merge_departments
from dxplan.accounts.department_forms import MergeForm, NewDepartmentForm
from dxplan.accounts.departments import (
    department_facts,
    departments_on,
    hanging_on,
    people_of,
)
from dxplan.accounts.filters import DepartmentFilter
from dxplan.accounts.form_pages import SAVED, FormPage, form_page, posted, save, tell
from dxplan.accounts.gates import (
    has_to_choose_town,
    open_department,
    open_town,
    town_url,
    town_urls,
)
from dxplan.accounts.models import Department
from dxplan.accounts.people import people_on
from dxplan.accounts.people_forms import departments_to_choose, next_april
from dxplan.accounts.tables import DepartmentTable, PeopleTable

MERGE_LEAD = (
    "統合日から、統合する課の指標と担当者を、引き継ぐ課がまとめて受け持ちます。"
    "それまでの記録には、元の課名が残ります。"
)


def _open_own_town(request):
    town = open_town(request)
    if town is None:
        raise Http404
    return town


@require_GET
def department_list(request):
    if has_to_choose_town(request):
        return redirect("towns")
    town = _open_own_town(request)
    found = DepartmentFilter(request.GET, Department.objects.of_town(town.pk))
    every = departments_on(town, timezone.localdate())
    ids = found.ids
    rows = [row for row in every if row.id in ids]
    table = DepartmentTable(rows)
    table.caption = f"{len(rows)}課を表示（全{len(every)}課）"
    context = {
        "town": town,
        "filter": found,
        "table": table,
        "has_any": bool(every),
        "urls": town_urls(request, town),
    }
    return render(request, "accounts/department_list.html", context)


@require_GET
def department_detail(request, department_id):
    found, today = open_department(request, department_id), timezone.localdate()
    people = PeopleTable(people_on(people_of(found, today), today), orderable=False)
    people.caption = "この課に役割のある人"
    people.empty_text = "この課に役割のある人はいません。"
    context = {
        "facts": department_facts(found, today),
        "hanging": hanging_on(found, today),
        "people": people,
        "departments_url": town_url(request, "departments", found.municipality),
    }
    return render(request, "accounts/department_detail.html", context)


@require_http_methods(["GET", "POST"])
def department_new(request):
    town = _open_own_town(request)
    form = NewDepartmentForm(posted(request))
    page = _town_page(request, town, heading="課を追加", submit="追加する")
    return _town_answer(
        request, page, form, lambda: add_department(town=town, fields=form.typed), "追加しました。"
    )


@require_http_methods(["GET", "POST"])
def department_merge(request):
    town, today = _open_own_town(request), timezone.localdate()
    form = MergeForm(
        posted(request),
        departments=departments_to_choose(town, today),
        initial={"first_day": next_april(today)},
    )
    page = _town_page(request, town, heading="課を統合", submit="統合を登録する", lead=MERGE_LEAD)
    return _town_answer(
        request,
        page,
        form,
        lambda: merge_departments(town=town, **form.typed),
        "統合を登録しました。引き継ぐ課を表示しています。",
    )


def _town_page(request, town, **page):
    url = town_url(request, "departments", town)
    return FormPage(cancel_url=url, crumbs=(("課室", url),), **page)


def _town_answer(request, page, form, change, said):
    """For changes that give (department, whether anything changed)."""
    status = save(form, change) if form.is_bound else 200
    if not form.is_bound or status != SAVED:
        return form_page(request, page, form, status=status)
    department, form.outcome = form.outcome
    tell(request, form, said)
    return redirect(department)
