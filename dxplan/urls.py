from django.urls import include, path

urlpatterns = [
    path("accounts/", include("dxplan.accounts.urls")),
    path("", include("dxplan.pages.urls")),
    path("", include("plans.urls")),
    path("", include("kpis.urls")),
]
