from django.urls import path

from actionplans.views import lists, schedules, sheets, stages

urlpatterns = [
    path("plans/<int:plan_id>/schedule/", schedules.schedule, name="schedule"),
    path("plans/<int:plan_id>/schedule/period/", schedules.schedule_period, name="schedule_period"),
    path("plans/<int:plan_id>/actionplans/", lists.action_plan_list, name="action_plan_list"),
    path("plans/<int:plan_id>/actionplans/new/", sheets.action_plan_new, name="action_plan_new"),
    path("actionplans/<int:action_id>/", sheets.action_plan, name="action_plan"),
    path("actionplans/<int:action_id>/edit/", sheets.action_plan_edit, name="action_plan_edit"),
    path(
        "actionplans/<int:action_id>/remove/", sheets.action_plan_remove, name="action_plan_remove"
    ),
    path(
        "actionplans/<int:action_id>/stages/<int:stage_id>/", stages.stage_edit, name="stage_edit"
    ),
]
