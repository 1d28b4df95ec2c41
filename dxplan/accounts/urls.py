from django.contrib.auth.views import LogoutView
from django.urls import path

from dxplan.accounts.views import Login, setup

urlpatterns = [
    path("login/", Login.as_view(), name="login"),
    path("setup/<str:token>/", setup, name="setup"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
