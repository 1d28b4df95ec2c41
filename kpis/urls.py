from django.urls import path

from kpis.views import (
    data,
    definitions,
    details,
    grid,
    judgements,
    lists,
    reviews,
    revisions,
    scales,
    targets,
)

urlpatterns = [
    path("plans/<int:plan_id>/data.csv", data.data_csv, name="data_csv"),
    path("plans/<int:plan_id>/data.xlsx", data.data_xlsx, name="data_xlsx"),
    path("plans/<int:plan_id>/kpis/", lists.kpi_list, name="kpi_list"),
    path("plans/<int:plan_id>/kpis/new/", definitions.kpi_new, name="kpi_new"),
    path("plans/<int:plan_id>/kpis/check/", definitions.kpi_check, name="kpi_check"),
    path("plans/<int:plan_id>/revisions/", revisions.revision_list, name="revision_list"),
    path("plans/<int:plan_id>/grade-scale/", scales.scale_detail, name="scale_detail"),
    path("plans/<int:plan_id>/grade-scale/new/", scales.scale_new, name="scale_new"),
    path("plans/<int:plan_id>/grade-scale/preview/", scales.scale_preview, name="scale_preview"),
    path("plans/<int:plan_id>/results/", grid.result_grid, name="result_grid"),
    path("plans/<int:plan_id>/results/check/", grid.result_check, name="result_check"),
    path("plans/<int:plan_id>/results/review/", reviews.result_review, name="result_review"),
    path("plans/<int:plan_id>/judgements/", judgements.judgement_list, name="judgement_list"),
    path("kpis/<int:kpi_id>/judgement/", judgements.judgement, name="judgement"),
    path("kpis/<int:kpi_id>/", details.kpi_detail, name="kpi_detail"),
    path("kpis/<int:kpi_id>/edit/", definitions.kpi_edit, name="kpi_edit"),
    path("kpis/<int:kpi_id>/remove/", definitions.kpi_remove, name="kpi_remove"),
    path("kpis/<int:kpi_id>/targets/", targets.kpi_targets, name="kpi_targets"),
    path("kpis/<int:kpi_id>/targets/check/", targets.target_check, name="target_check"),
    path("kpis/<int:kpi_id>/revisions/check/", targets.revision_check, name="revision_check"),
    path("kpis/<int:kpi_id>/revisions/new/", targets.revision_new, name="revision_new"),
]
