from django.urls import path

from kpis.views import details, grid, lists

urlpatterns = [
    path("plans/<int:plan_id>/kpis/", lists.kpi_list, name="kpi_list"),
    path("plans/<int:plan_id>/results/", grid.result_grid, name="result_grid"),
    path("plans/<int:plan_id>/results/check/", grid.result_check, name="result_check"),
    path("kpis/<int:kpi_id>/", details.kpi_detail, name="kpi_detail"),
]
