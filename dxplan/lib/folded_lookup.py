"""Looking for words in the database, folded on both sides: `name__folded__contains`."""

from django.db.models import CharField, Q, TextField, Transform


@CharField.register_lookup
@TextField.register_lookup
class Folded(Transform):
    """A text as `folded` gives it; wildcards of LIKE in what is looked for stay literal."""

    lookup_name = "folded"
    template = "lower(normalize(%(expressions)s, NFKC))"
    output_field = TextField()


def holds_any(words: list[str], *fields: str) -> Q:
    """One of the folded words occurs in one of the fields."""
    found = Q()
    for word in words:
        for field in fields:
            found |= Q(**{f"{field}__folded__contains": word})
    return found


def holds_all(words: list[str], *fields: str) -> Q:
    """Every folded word occurs, each in whichever field."""
    found = Q()
    for word in words:
        found &= holds_any([word], *fields)
    return found
