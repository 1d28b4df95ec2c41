from django.urls import include, path

handler400 = "dxplan.pages.errors.bad_request"
handler500 = "dxplan.pages.errors.server_error"

urlpatterns = [
    path("accounts/", include("dxplan.accounts.urls")),
    path("", include("dxplan.pages.urls")),
    path("", include("plans.urls")),
    path("", include("kpis.urls")),
    path("", include("actionplans.urls")),
]
