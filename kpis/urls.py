from django.urls import path

from kpis import views

urlpatterns = [
    path("plans/<int:plan_id>/kpis/", views.kpi_list, name="kpi_list"),
    path("plans/<int:plan_id>/results/", views.result_grid, name="result_grid"),
    path("plans/<int:plan_id>/results/check/", views.result_check, name="result_check"),
    path("kpis/<int:kpi_id>/", views.kpi_detail, name="kpi_detail"),
]
