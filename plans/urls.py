from django.urls import path

from plans import views

urlpatterns = [
    path("plans/<int:plan_id>/", views.plan_detail, name="plan_detail"),
    path("plans/<int:plan_id>/checklists/", views.checklist_list, name="checklist_list"),
    path("plans/<int:plan_id>/reference/", views.plan_reference, name="plan_reference"),
]
