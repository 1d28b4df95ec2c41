"""What somebody typed into a form whose session had ended: kept until it can be sent again."""

import json
import re
from dataclasses import asdict, dataclass

from django.utils.http import url_has_allowed_host_and_scheme

TYPED_BY = "typed_by"
KEPT = "kept_input"
SECRET_FIELD = re.compile("csrfmiddlewaretoken|.*password.*")


@dataclass(frozen=True)
class KeptInput:
    """The fields of a posted form, without passwords and files, and where they go."""

    path: str
    fields: tuple[tuple[str, str], ...]
    is_complete: bool

    @property
    def typed_by(self) -> str:
        """The key of the person who filled in the form; empty where the form did not say."""
        return dict(self.fields).get(TYPED_BY, "")

    def is_of(self, user) -> bool:
        return self.typed_by == str(user.pk)

    def packed(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def keep(request) -> KeptInput:
    """The form that `request` posted."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    kept = tuple((name, value) for name, value in fields if not SECRET_FIELD.fullmatch(name))
    had_password = any("password" in name for name, _ in fields)
    return KeptInput(request.get_full_path(), kept, not had_password and not request.FILES)


def unpacked(text: str) -> KeptInput | None:
    """The opposite of `packed`; None for anything else, also for a form that leads elsewhere."""
    try:
        found = json.loads(text)
        fields = tuple((str(name), str(value)) for name, value in found["fields"])
        kept = KeptInput(str(found["path"]), fields, bool(found["is_complete"]))
        kept.packed().encode()  # no lone surrogates, which no page can show
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return kept if url_has_allowed_host_and_scheme(kept.path, allowed_hosts=None) else None
