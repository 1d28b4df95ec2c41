"""The frame around every page: whose town, who, which menu entries this person may follow."""

from dataclasses import dataclass

from django.urls import reverse

from dxplan.accounts.permissions import Action
from dxplan.pages.history_scope import reads_contents
from plans.models import Plan

# Label, URL name, the action it needs.
PLAN_ENTRIES = (
    ("計画書", "plan_detail", Action.SEE_PLANS),
    ("ダッシュボード", "dashboard", Action.SEE_PLANS),
    ("指標一覧", "kpi_list", Action.SEE_PLANS),
    ("実績入力", "result_grid", Action.ENTER_RESULTS),
    ("提出・承認", "result_review", Action.SEE_DRAFTS),
    ("評価", "judgement_list", Action.SEE_PLANS),
    ("年度の進行", "year_overview", Action.SEE_DRAFTS),
    ("会議", "meeting_list", Action.SEE_PLANS),
    ("アクションプラン", "action_plan_list", Action.SEE_PLANS),
    ("工程表", "schedule", Action.SEE_PLANS),
)


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Navigation:
    town_name: str
    person_name: str
    role_names: str
    plan: Plan | None
    may_search: bool
    reads_history: bool
    unread_notices: int
    unseen_works: int
    items: list[Entry]


def navigation(request):
    """Context processor. One query for a person whose page is not about one plan, else none.

    A page with tables asks for it more than once.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": None}
    plan = getattr(request, "plan", None) or _usual_plan(request)
    return {
        "navigation": Navigation(
            town_name=user.municipality.name if user.municipality else "",
            person_name=user.name,
            role_names="・".join(request.access.role_names),
            plan=plan,
            may_search=request.access.may(Action.SEE_PLANS),
            reads_history=reads_contents(request.access),
            unread_notices=getattr(user, "unread_notices", 0),  # not right after a login
            unseen_works=getattr(user, "unseen_works", 0),
            items=_entries(request, plan),
        )
    }


def _usual_plan(request):
    if not request.access.may(Action.SEE_PLANS):
        return None
    if not hasattr(request, "usual_plan"):
        request.usual_plan = Plan.objects.visible_to(request.access).current_first().first()
    return request.usual_plan


def _entries(request, plan):
    entries = [("ホーム", reverse("home"))]
    if plan:
        entries += [
            (label, reverse(name, args=[plan.pk]))
            for label, name, action in PLAN_ENTRIES
            if request.access.may(action)
        ]
    if request.access.may(Action.MANAGE_PEOPLE):
        entries.append(("利用者と課室", reverse("people")))
    if request.access.may(Action.READ_TRAIL):
        entries.append(("変更履歴", reverse("history")))
    return [Entry(label, url, is_current=request.path == url) for label, url in entries]
