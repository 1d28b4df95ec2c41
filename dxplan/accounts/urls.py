from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from dxplan.accounts.department_change_views import (
    department_correct,
    department_end,
    department_remove,
    department_rename,
    department_resume,
    department_split,
)
from dxplan.accounts.department_views import (
    department_detail,
    department_list,
    department_merge,
    department_new,
)
from dxplan.accounts.password_views import invite, person_link
from dxplan.accounts.people_views import (
    people_list,
    person,
    person_name,
    person_new,
    person_resume,
    person_stop,
    town_list,
)
from dxplan.accounts.role_views import person_move, role_end, role_new, role_withdraw
from dxplan.accounts.views import ChangePassword, Login, resend, session_continue, setup

ROLE = "people/<int:person_id>/roles/<int:role_id>"

urlpatterns = [
    path("login/", Login.as_view(), name="login"),
    path("login/", Login.as_view(), name="account_login"),  # as allauth calls it
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("continue/", session_continue, name="session_continue"),
    path("resend/", resend, name="resend"),
    path("setup/<str:token>/", setup, name="setup"),
    path("", include("dxplan.accounts.second_factor.urls")),
    path("logout/", login_not_required(LogoutView.as_view()), name="logout"),
    path("invite/<str:token>/", invite, name="invite"),
    path("towns/", town_list, name="towns"),
    path("people/", people_list, name="people"),
    path("people/new/", person_new, name="person_new"),
    path("people/<int:person_id>/", person, name="person"),
    path("people/<int:person_id>/name/", person_name, name="person_name"),
    path("people/<int:person_id>/stop/", person_stop, name="person_stop"),
    path("people/<int:person_id>/resume/", person_resume, name="person_resume"),
    path("people/<int:person_id>/link/", person_link, name="person_link"),
    path("people/<int:person_id>/move/", person_move, name="person_move"),
    path("people/<int:person_id>/roles/new/", role_new, name="role_new"),
    path(f"{ROLE}/end/", role_end, name="role_end"),
    path(f"{ROLE}/withdraw/", role_withdraw, name="role_withdraw"),
    path("departments/", department_list, name="departments"),
    path("departments/new/", department_new, name="department_new"),
    path("departments/merge/", department_merge, name="department_merge"),
    path("departments/<int:department_id>/", department_detail, name="department_detail"),
    path("departments/<int:department_id>/correct/", department_correct, name="department_correct"),
    path("departments/<int:department_id>/rename/", department_rename, name="department_rename"),
    path("departments/<int:department_id>/end/", department_end, name="department_end"),
    path("departments/<int:department_id>/split/", department_split, name="department_split"),
    path("departments/<int:department_id>/resume/", department_resume, name="department_resume"),
    path("departments/<int:department_id>/remove/", department_remove, name="department_remove"),
]

if settings.SINGLE_SIGN_ON:
    urlpatterns.append(path("sso/", include("dxplan.accounts.single_sign_on.urls")))
