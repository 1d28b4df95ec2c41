"""Files between their preview and their confirmation: kept for their owner, taken over once."""

from collections.abc import Callable

from django.db import transaction

from dxplan.lib.audit import because
from dxplan.lib.portable_text import visible
from plans.models import Plan, Upload, UploadKind

NAME_LENGTH = 200
REASON = "Excelファイル「{name}」の取込み"


class SavedMeanwhile(Exception):
    """Somebody saved one of the rows after they were looked at: nothing was saved."""


def keep(
    *,
    kind: UploadKind,
    owner,
    name: str,
    content,
    plan: Plan | None = None,
    fiscal_year: int | None = None,
) -> Upload:
    """Keeps what a file says: dicts, lists, texts and numbers. Old ones go. Two queries."""
    Upload.objects.forget_old()
    return Upload.objects.create(
        kind=kind,
        owner=owner,
        plan=plan,
        fiscal_year=fiscal_year,
        file_name=visible(name)[:NAME_LENGTH],
        content=_storable(content),
    )


def _storable(content):
    """Without what PostgreSQL cannot keep in JSON; the reader then says what stands there."""
    if isinstance(content, str):
        return visible(content)
    if isinstance(content, dict):
        return {name: _storable(value) for name, value in content.items()}
    return [_storable(item) for item in content] if isinstance(content, (list, tuple)) else content


@transaction.atomic
def take_over(
    upload: Upload, write: Callable[[], int], *, reason: str = "", told: str = REASON
) -> int:
    """Lets `write` save all of an upload or, by raising, nothing; once, however often it is sent.

    `write` returns how many rows it saved, as does this. What was taken over (`told`
    with its name) goes on record as the reason, with a `reason` of the person's own. Two queries.
    """
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if held.saved_count is None:
        because("\n".join(filter(None, (told.format(name=held.file_name), reason))))
        held.saved_count = write()
        held.save(update_fields=["saved_count"])
    return held.saved_count
