"""Files between their preview and their confirmation: kept for their owner, taken over once."""

from dxplan.lib.portable_text import visible
from plans.models import Plan, Upload, UploadKind

NAME_LENGTH = 200


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


def held(upload: Upload) -> Upload:
    """The upload as it stands, locked until the transaction ends: confirmed twice, saved once."""
    return Upload.objects.select_for_update().get(pk=upload.pk)


def tell_saved(upload: Upload, count: int) -> None:
    """Marks an upload as taken over; `count` rows were saved from it."""
    upload.saved_count = count
    upload.save(update_fields=["saved_count"])
