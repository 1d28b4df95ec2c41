from django.urls import path

from plans.views import (
    checklist_entry,
    checklist_items,
    checklists,
    frameworks,
    lists,
    notices,
    parts,
    plans,
    structure,
    works,
)

urlpatterns = [
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.notices_read, name="notices_read"),
    path("notices/choices/", notices.notice_choices, name="notice_choices"),
    path("notices/<int:notice_id>/open/", notices.notice_open, name="notice_open"),
    path("notices/<int:notice_id>/read/", notices.notice_read, name="notice_read"),
    path("works/", works.work_list, name="work_list"),
    path("works/<int:work_id>/", works.work, name="work"),
    path("works/<int:work_id>/file/", works.work_file, name="work_file"),
    path("works/<int:work_id>/cancel/", works.work_cancel, name="work_cancel"),
    path("plans/", lists.plan_list, name="plan_list"),
    path("plans/<int:plan_id>/policies/", lists.policy_list, name="policy_list"),
    path("plans/<int:plan_id>/terms/", lists.term_list, name="term_list"),
    path("plans/<int:plan_id>/frameworks/", frameworks.framework_list, name="framework_list"),
    path(
        "plans/<int:plan_id>/frameworks/<int:item_id>/",
        frameworks.framework_item,
        name="framework_item",
    ),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<int:plan_id>/edit/", plans.edit_basics, name="plan_edit"),
    path("plans/<int:plan_id>/state/", plans.plan_state, name="plan_state"),
    path("plans/<int:plan_id>/changes/", plans.change_list, name="change_list"),
    path("plans/<int:plan_id>/structure/", structure.structure, name="structure"),
    path("plans/<int:plan_id>/structure/new/", structure.policy_new, name="policy_new"),
    path(
        "plans/<int:plan_id>/structure/<int:policy_id>/", structure.policy_edit, name="policy_edit"
    ),
    path(
        "plans/<int:plan_id>/structure/<int:policy_id>/move/",
        structure.policy_move,
        name="policy_move",
    ),
    path(
        "plans/<int:plan_id>/structure/<int:policy_id>/remove/",
        structure.policy_remove,
        name="policy_remove",
    ),
    path("plans/<int:plan_id>/checklists/", checklists.checklist_list, name="checklist_list"),
    path(
        "plans/<int:plan_id>/checklists/new/", checklist_items.checklist_new, name="checklist_new"
    ),
    path(
        "plans/<int:plan_id>/checklists/<int:checklist_id>/",
        checklists.checklist_detail,
        name="checklist_detail",
    ),
    path(
        "plans/<int:plan_id>/checklists/<int:checklist_id>/entry/",
        checklist_entry.checklist_entry,
        name="checklist_entry",
    ),
    path(
        "plans/<int:plan_id>/checklists/<int:checklist_id>/entry/check/",
        checklist_entry.checklist_check,
        name="checklist_check",
    ),
    path(
        "plans/<int:plan_id>/checklists/<int:checklist_id>/edit/",
        checklist_items.checklist_edit,
        name="checklist_edit",
    ),
    path(
        "plans/<int:plan_id>/checklists/<int:checklist_id>/items/",
        checklist_items.checklist_items,
        name="checklist_items",
    ),
    path(
        "plans/<int:plan_id>/checklists/<int:checklist_id>/items/<int:item_id>/",
        checklist_items.checklist_item_edit,
        name="checklist_item_edit",
    ),
    path(
        "plans/<int:plan_id>/checklists/<int:checklist_id>/items/<int:item_id>/remove/",
        checklist_items.checklist_item_remove,
        name="checklist_item_remove",
    ),
    path("plans/<int:plan_id>/parts/<slug:kind>/", parts.part_list, name="part_list"),
    path("plans/<int:plan_id>/parts/<slug:kind>/new/", parts.part_new, name="part_new"),
    path("plans/<int:plan_id>/parts/<slug:kind>/<int:part_id>/", parts.part_edit, name="part_edit"),
    path(
        "plans/<int:plan_id>/parts/<slug:kind>/<int:part_id>/remove/",
        parts.part_remove,
        name="part_remove",
    ),
]
