from django.urls import path

from dxplan.pages import (
    document_views,
    edition_views,
    history_views,
    paper_views,
    plan_workbook_views,
    reminder_views,
    search_views,
    since_views,
    town_workbook_views,
    views,
    year_views,
)

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("search/", search_views.search_page, name="search"),
    path("history/", history_views.history, name="history"),
    path("history.csv", history_views.history_csv, name="history_csv"),
    path("history/mine/", history_views.my_history, name="my_history"),
    path("history/mine.csv", history_views.my_history_csv, name="my_history_csv"),
    path("history/<slug:slug>/<int:row_id>/", history_views.object_history, name="object_history"),
    path(
        "history/<slug:slug>/<int:row_id>.csv",
        history_views.object_history_csv,
        name="object_history_csv",
    ),
    path(
        "history/<slug:slug>/<int:row_id>/recent/",
        history_views.recent_history,
        name="recent_history",
    ),
    path("plans/<int:plan_id>/", document_views.plan_detail, name="plan_detail"),
    path(
        "plans/<int:plan_id>/workbook.xlsx",
        plan_workbook_views.plan_workbook_file,
        name="plan_workbook",
    ),
    path("plans/<int:plan_id>/workbook/", plan_workbook_views.plan_upload, name="plan_upload"),
    path(
        "plans/<int:plan_id>/workbook/<int:upload_id>/",
        plan_workbook_views.plan_import,
        name="plan_import",
    ),
    path("accounts/towns/workbook/", town_workbook_views.town_upload, name="town_upload"),
    path(
        "accounts/towns/workbook/blank.xlsx",
        town_workbook_views.town_workbook,
        name="town_workbook",
    ),
    path(
        "accounts/towns/workbook/<int:upload_id>/",
        town_workbook_views.town_import,
        name="town_import",
    ),
    path("plans/workbook/", plan_workbook_views.plan_upload_new, name="plan_upload_new"),
    path(
        "plans/workbook/blank.xlsx",
        plan_workbook_views.plan_workbook_blank,
        name="plan_workbook_blank",
    ),
    path(
        "plans/workbook/<int:upload_id>/",
        plan_workbook_views.plan_import_new,
        name="plan_import_new",
    ),
    path("plans/<int:plan_id>/edition/", edition_views.edition_new, name="edition_new"),
    path("plans/<int:plan_id>/comparison/", edition_views.comparison, name="comparison"),
    path("plans/<int:plan_id>/delete/", edition_views.plan_delete, name="plan_delete"),
    path("plans/<int:plan_id>/changes/since/", since_views.changes_since, name="changes_since"),
    path("plans/<int:plan_id>/dashboard/", views.dashboard, name="dashboard"),
    path(
        "plans/<int:plan_id>/years/<int:fiscal_year>/open/", year_views.year_open, name="year_open"
    ),
    path(
        "plans/<int:plan_id>/years/<int:fiscal_year>/edit/", year_views.year_edit, name="year_edit"
    ),
    path(
        "plans/<int:plan_id>/years/<int:fiscal_year>/close/",
        year_views.year_close,
        name="year_close",
    ),
    path(
        "plans/<int:plan_id>/years/<int:fiscal_year>/reopen/",
        year_views.year_reopen,
        name="year_reopen",
    ),
    path(
        "plans/<int:plan_id>/years/<int:fiscal_year>/answer/",
        year_views.year_answer,
        name="year_answer",
    ),
    path("plans/<int:plan_id>/years/", year_views.year_overview, name="year_overview"),
    path(
        "plans/<int:plan_id>/years/<int:fiscal_year>/remind/",
        reminder_views.remind,
        name="remind",
    ),
    path("plans/<int:plan_id>/report.xlsx", views.report, name="report"),
    path("plans/<int:plan_id>/report/", views.report_ask, name="report_ask"),
    path("meetings/<int:meeting_id>/papers/new/", paper_views.paper_new, name="paper_new"),
    path("papers/<int:paper_id>/", paper_views.paper, name="paper"),
    path("papers/<int:paper_id>/report.xlsx", paper_views.paper_workbook, name="paper_workbook"),
]
