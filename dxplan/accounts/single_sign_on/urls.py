from django.urls import path

from dxplan.accounts.single_sign_on.views import callback, start

urlpatterns = [
    path("", start, name="sso_start"),
    path("callback/", callback, name="sso_callback"),
]
