"""Addresses under the names by which allauth knows them; what is not here cannot be reached."""

from django.urls import path

from dxplan.accounts.second_factor import login_views, security_views, views

urlpatterns = [
    path("second-factor/", views.overview, name="mfa_index"),
    path("second-factor/login/", login_views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("second-factor/login/cancel/", login_views.cancel_login, name="second_factor_cancel"),
    path("second-factor/app/", views.ActivateTotp.as_view(), name="mfa_activate_totp"),
    path("second-factor/app/remove/", views.DeactivateTotp.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/codes/", views.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "second-factor/codes/new/",
        views.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("second-factor/passkeys/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "second-factor/passkeys/login/",
        login_views.PasskeyLogin.as_view(),
        name="mfa_login_webauthn",
    ),
    path(
        "second-factor/passkeys/<int:pk>/name/",
        views.RenamePasskey.as_view(),
        name="mfa_edit_webauthn",
    ),
    path(
        "second-factor/passkeys/<int:pk>/remove/",
        views.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("confirm/password/", login_views.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("confirm/code/", login_views.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path(
        "confirm/passkey/",
        login_views.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("security/", security_views.town_security, name="town_security"),
    path("security/people/", security_views.factor_list, name="factor_list"),
    path(
        "security/people/<int:person_id>/remove/",
        security_views.factor_removal,
        name="factor_removal",
    ),
]
