from django.urls import path

from plans.views import checklists, documents

urlpatterns = [
    path("plans/<int:plan_id>/", documents.plan_detail, name="plan_detail"),
    path("plans/<int:plan_id>/checklists/", checklists.checklist_list, name="checklist_list"),
    path("plans/<int:plan_id>/reference/", documents.plan_reference, name="plan_reference"),
]
