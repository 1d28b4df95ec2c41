"""The people of a town: list, one person with all roles, and changes of the account itself."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django_tables2 import RequestConfig

from dxplan.accounts.filters import PeopleFilter
from dxplan.accounts.form_pages import SAVED, FormPage, form_page, posted, save
from dxplan.accounts.gates import (
    check_every_town,
    has_to_choose_town,
    open_person,
    open_person_to_change,
    open_town,
    town_url,
    town_urls,
)
from dxplan.accounts.models import Role, User
from dxplan.accounts.password_links import latest_link
from dxplan.accounts.password_views import show_link
from dxplan.accounts.people import people_on, roles_of, state_of, why_unchangeable
from dxplan.accounts.people_changes import add_person, rename_person, set_active
from dxplan.accounts.people_forms import (
    NewPersonForm,
    PersonNameForm,
    SeenForm,
    departments_to_choose,
)
from dxplan.accounts.person_pages import change_page
from dxplan.accounts.tables import PeopleTable, RoleTable, TownTable
from dxplan.accounts.towns import town_rows
from dxplan.lib.fiscal_years import show_date

PAGE_LENGTH = 50
STOP_LEAD = (
    "停止すると、すぐにログインできなくなります。役割と記録は残り、いつでも再開できます。"
    "利用者を削除することはできません。"
)
RESUME_LEAD = "再開すると、今のパスワードでまたログインできます。役割は、期間のとおりに働きます。"


@require_GET
def town_list(request):
    check_every_town(request)
    return render(request, "accounts/town_list.html", {"table": TownTable(town_rows())})


@require_GET
def people_list(request):
    """Who has which role on a day."""
    if has_to_choose_town(request):
        return redirect("towns")
    town = open_town(request)
    people = User.objects.visible_to(request.access).filter(municipality=town)
    found = PeopleFilter(request.GET, people, town=town)
    rows = people_on(found.qs, found.day)
    table = PeopleTable(rows)
    table.caption = f"{show_date(found.day)}の役割（{len(rows)}人を表示、全{people.count()}人）"
    context = {
        "town": town,
        "filter": found,
        "table": RequestConfig(request, paginate={"per_page": PAGE_LENGTH}).configure(table),
        "urls": town_urls(request, town),
    }
    return render(request, "accounts/people_list.html", context)


@require_GET
def person(request, person_id):
    """One person: the account, and every role it ever had or will have."""
    found = open_person(request, person_id)
    today = timezone.localdate()
    roles = roles_of(found, today)
    obstacle = why_unchangeable(request.access, request.user, found, roles)
    context = {
        "person": found,
        "state": state_of(found),
        "obstacle": obstacle,
        "table": RoleTable(roles, person=found, day=today, may_change=not obstacle),
        "link": latest_link(found),
        "people_url": town_url(request, "people", found.municipality),
    }
    return render(request, "accounts/person.html", context)


@require_http_methods(["GET", "POST"])
def person_new(request):
    """Makes an account, and shows the link with which the person sets the first password."""
    town, today = open_town(request), timezone.localdate()
    form = NewPersonForm(
        posted(request),
        roles=request.access.given_roles if town else [Role.SYSTEM_ADMINISTRATOR],
        departments=departments_to_choose(town, today),
        initial={"valid_from": today},
    )
    people_url = town_url(request, "people", town)
    page = FormPage(
        heading="利用者を追加",
        submit="追加してリンクを発行する",
        cancel_url=people_url,
        crumbs=(("利用者", people_url),),
        lead="パスワードは、発行したリンクから本人が決めます。",
    )
    if request.method == "GET":
        return form_page(request, page, form)
    status = save(form, lambda: _add(request, town, form))
    if status != SAVED:
        return form_page(request, page, form, status=status)
    return show_link(request, form.outcome)


def _add(request, town, form):
    username, name = form.cleaned_data["username"], form.cleaned_data["name"]
    found, _ = add_person(
        by=request.user, town=town, username=username, name=name, role=form.typed_role
    )
    return found


@require_http_methods(["GET", "POST"])
def person_name(request, person_id):
    found = open_person_to_change(request, person_id)
    form = PersonNameForm(posted(request), initial={"name": found.name, "seen": found.version})
    return change_page(
        request,
        found,
        form,
        lambda: rename_person(by=request.user, person_id=found.pk, **form.cleaned_data),
        heading="氏名を変える",
        submit="保存する",
        said="氏名を変えました。",
        lead="これまでの記録に残った氏名は、そのままです。",
    )


@require_http_methods(["GET", "POST"])
def person_stop(request, person_id):
    return _activity_page(request, person_id, "停止", STOP_LEAD, is_active=False)


@require_http_methods(["GET", "POST"])
def person_resume(request, person_id):
    return _activity_page(request, person_id, "再開", RESUME_LEAD, is_active=True)


def _activity_page(request, person_id, word, lead, *, is_active):
    found = open_person_to_change(request, person_id)
    form = SeenForm(posted(request), initial={"seen": found.version})
    return change_page(
        request,
        found,
        form,
        lambda: set_active(
            by=request.user, person_id=found.pk, is_active=is_active, **form.cleaned_data
        ),
        heading=f"利用を{word}する",
        submit=f"利用を{word}する",
        said=f"利用を{word}しました。",
        lead=lead,
        is_dangerous=not is_active,
    )
