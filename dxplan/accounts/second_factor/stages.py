from allauth.mfa.stages import AuthenticateStage

from dxplan.accounts.single_sign_on.vouching import vouches_for_second_factor


class SecondFactorStage(AuthenticateStage):
    """Between password or single sign-on and the site, for who has a second factor."""

    def _should_handle(self, request):
        if vouches_for_second_factor(self.login.signal_kwargs):
            return False
        return super()._should_handle(request)
