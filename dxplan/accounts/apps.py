from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from dxplan.accounts.session_clock import note_login, start_clock
from dxplan.lib.trigger_migrations import keep_models_as_they_are


class AccountsConfig(AppConfig):
    name = "dxplan.accounts"
    label = "accounts"
    verbose_name = "利用者と組織"

    def ready(self):
        keep_models_as_they_are()
        user_logged_in.connect(start_clock, dispatch_uid="start_clock")
        # Django's own receiver would overwrite what ours keeps.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(note_login, dispatch_uid="note_login")
