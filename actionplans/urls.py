from django.urls import path

from actionplans.views import (
    evaluations,
    imports,
    lists,
    money,
    quarterly,
    schedules,
    sheets,
    stages,
)

urlpatterns = [
    path("plans/<int:plan_id>/schedule/", schedules.schedule, name="schedule"),
    path("plans/<int:plan_id>/schedule/period/", schedules.schedule_period, name="schedule_period"),
    path("plans/<int:plan_id>/actionplans/", lists.action_plan_list, name="action_plan_list"),
    path("plans/<int:plan_id>/actionplans/new/", sheets.action_plan_new, name="action_plan_new"),
    path(
        "plans/<int:plan_id>/actionplans/checks/",
        lists.action_plan_checks,
        name="action_plan_checks",
    ),
    path("plans/<int:plan_id>/evaluations/", evaluations.evaluation_list, name="evaluation_list"),
    path("plans/<int:plan_id>/evaluations.xlsx", imports.PAGES.fetch, name="evaluation_workbook"),
    path("plans/<int:plan_id>/evaluations/upload/", imports.PAGES.upload, name="evaluation_upload"),
    path(
        "plans/<int:plan_id>/evaluations/upload/<int:upload_id>/",
        imports.PAGES.confirm,
        name="evaluation_import",
    ),
    path(
        "plans/<int:plan_id>/evaluations/upload/<int:upload_id>/marked.xlsx",
        imports.PAGES.fetch_marked,
        name="evaluation_marked",
    ),
    path("plans/<int:plan_id>/quarterly/", quarterly.quarterly, name="quarterly"),
    path("plans/<int:plan_id>/money/", money.money, name="money"),
    path("actionplans/<int:action_id>/", sheets.action_plan, name="action_plan"),
    path("actionplans/<int:action_id>/edit/", sheets.action_plan_edit, name="action_plan_edit"),
    path(
        "actionplans/<int:action_id>/remove/", sheets.action_plan_remove, name="action_plan_remove"
    ),
    path("actionplans/<int:action_id>/evaluation/", evaluations.evaluation, name="evaluation"),
    path("actionplans/<int:action_id>/note/", quarterly.note_edit, name="note_edit"),
    path("actionplans/<int:action_id>/money/", money.money_edit, name="money_edit"),
    path(
        "actionplans/<int:action_id>/stages/<int:stage_id>/", stages.stage_edit, name="stage_edit"
    ),
]
