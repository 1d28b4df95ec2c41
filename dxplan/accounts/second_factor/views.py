"""One's own second factor: overview, authenticator app, passkeys, recovery codes."""

import json

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_GET

from dxplan.accounts.models import TownSecurity
from dxplan.accounts.permissions import Action
from dxplan.accounts.second_factor.adapter import LAST_FACTOR
from dxplan.accounts.second_factor.codes import use_up
from dxplan.accounts.second_factor.encryption import Undecipherable
from dxplan.accounts.second_factor.forms import NEW_SECRET
from dxplan.accounts.second_factor.own_factors import own_factors, renew_recovery_codes
from dxplan.accounts.second_factor.requirement import may_remove, must_enrol

OVERVIEW = reverse_lazy("mfa_index")
NOT_OFFERED = "お使いの町では、この方法を新しく登録できません。"
UNREADABLE_CODES = "予備コードを読み出せません。新しく作り直してください。"


@require_GET
def overview(request):
    """What one has registered, and what one can register."""
    context = {
        "factors": own_factors(request.user),
        "town": TownSecurity.objects.of_town(request.user.municipality),
        "must_enrol": must_enrol(request),
        "may_manage": request.access.may(Action.MANAGE_PEOPLE),
    }
    return render(request, "accounts/second_factor.html", context)


class OfferedMixin:
    """Registering what the town offers; what it no longer offers goes on working."""

    offer = ""

    def dispatch(self, request, *args, **options):
        if not getattr(TownSecurity.objects.of_town(request.user.municipality), self.offer):
            messages.error(request, NOT_OFFERED)
            return redirect(OVERVIEW)
        return super().dispatch(request, *args, **options)


class ActivateTotp(OfferedMixin, totp_views.ActivateTOTPView):
    offer = "offers_totp"
    template_name = "accounts/totp_activate.html"

    def dispatch(self, request, *args, **options):
        if own_factors(request.user).app:
            return redirect(OVERVIEW)
        return super().dispatch(request, *args, **options)

    def form_valid(self, form):
        try:
            response = super().form_valid(form)
        except IntegrityError:  # sent twice: the other request registered it
            return redirect(OVERVIEW)
        app = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.TOTP)
        use_up(app, form.counter)
        self.request.session.pop(NEW_SECRET, None)
        return response


class DeactivateTotp(totp_views.DeactivateTOTPView):
    template_name = "accounts/totp_deactivate.html"


class RecoveryCodes(code_views.ViewRecoveryCodesView):
    """Shows the codes once."""

    template_name = "accounts/recovery_codes.html"

    def get(self, request, *args, **options):
        try:
            return super().get(request, *args, **options)
        except Undecipherable:
            messages.error(request, UNREADABLE_CODES)
            return redirect(OVERVIEW)

    def get_context_data(self, **more):
        context = super().get_context_data(**more)
        return context | {"text": "\r\n".join(context["unused_codes"])}


class NewRecoveryCodes(code_views.GenerateRecoveryCodesView):
    template_name = "accounts/recovery_codes_new.html"

    def form_valid(self, form):
        renew_recovery_codes(self.request.user)
        return redirect(self.success_url)

    def get_context_data(self, **more):
        return super(code_views.GenerateRecoveryCodesView, self).get_context_data(**more)


class AddPasskey(OfferedMixin, passkey_views.AddWebAuthnView):
    offer = "offers_passkeys"
    template_name = "accounts/passkey_add.html"

    def get_context_data(self, **more):
        context = super().get_context_data(**more)
        options = json.dumps(context.pop("js_data")["creation_options"])
        return context | more | {"options": options}


class RenamePasskey(passkey_views.EditWebAuthnView):
    template_name = "accounts/passkey_rename.html"
    success_url = OVERVIEW


class RemovePasskey(passkey_views.RemoveWebAuthnView):
    template_name = "accounts/passkey_remove.html"
    success_url = OVERVIEW

    def form_valid(self, form):
        if not may_remove(self.object):
            form.add_error(None, LAST_FACTOR)
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_context_data(self, **more):
        return super().get_context_data(may_remove=may_remove(self.object), **more)
