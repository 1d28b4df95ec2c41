from django.db import IntegrityError, transaction
from django.db.models import F

from dxplan.accounts.models import TownSecurity

FIELDS = ("offers_totp", "offers_passkeys", "required_roles")


def save_security(*, town, seen: int, **values) -> bool:
    """Saves a town's settings; False where somebody else changed them after version `seen`."""
    stored = TownSecurity.objects.filter(municipality=town)
    if stored.filter(version=seen).update(**values, version=F("version") + 1):
        return True
    if seen != TownSecurity().version or stored.exists():
        return False
    try:
        with transaction.atomic():
            TownSecurity.objects.create(municipality=town, version=seen + 1, **values)
    except IntegrityError:
        return False
    return True
