"""Whether the single sign-on has asked for a second factor already."""

SEVERAL_FACTORS = "mfa"  # RFC 8176: the value of `amr` for more than one factor


def vouches_for_second_factor(signal_kwargs: dict | None) -> bool:
    """Whether a login came from the provider with its signed word that it asked for several."""
    login = (signal_kwargs or {}).get("sociallogin")
    methods = login.account.extra_data["id_token"].get("amr") if login else None
    return isinstance(methods, list) and SEVERAL_FACTORS in methods
