from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from dxplan.accounts.forms import LoginForm
from dxplan.accounts.views import setup

urlpatterns = [
    path(
        "login/",
        LoginView.as_view(authentication_form=LoginForm, redirect_authenticated_user=True),
        name="login",
    ),
    path("setup/<str:token>/", setup, name="setup"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
