"""What is asked of events, as conditions of a statement."""

import datetime

from django.db.models import CharField, Model, TextField
from django.utils import timezone
from psycopg.sql import SQL, Composable, Identifier, Literal

from dxplan.accounts.trail.below import Below
from dxplan.accounts.trail.scope import BY_COMMANDS, Asked
from dxplan.accounts.trail.subjects import EventKind, Subject, fields_on_record
from dxplan.lib.audit import event_models
from dxplan.lib.folding import search_words

BY_WHOM = "pgh_context ->> 'name', pgh_context ->> 'reason'"
NAMED = SQL(
    "SELECT id FROM {rows} WHERE id IN {ids} AND {holding} UNION ALL"
    " SELECT pgh_obj_id FROM {events} WHERE pgh_obj_id IN {ids} AND {holding}"
)


def conditions(asked: Asked, subject: Subject, below: Below) -> Composable:
    """All that is asked of events of a kind, and that they are among the part's."""
    found = [below.belonging(subject.model), *_by(asked), *_period(asked)]
    if subject.kinds != tuple(EventKind):
        found.append(SQL("pgh_label = ANY({})").format(Literal(list(map(str, subject.kinds)))))
    words = search_words(asked.words)
    if words:
        found.append(_said(words, subject, below))
    return SQL(" AND ").join(found)


def _by(asked):
    if asked.by == BY_COMMANDS:
        yield SQL("pgh_context IS NULL")
    elif asked.by is not None:
        yield SQL("pgh_context ->> 'user' = {}").format(Literal(str(asked.by)))


def _period(asked):
    if asked.since:
        yield SQL("pgh_created_at >= {}").format(Literal(_midnight(asked.since)))
    if asked.until:
        day_after = asked.until + datetime.timedelta(days=1)
        yield SQL("pgh_created_at < {}").format(Literal(_midnight(day_after)))


def _midnight(day):
    """The day's first moment in Tokyo."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _said(words, subject, below):
    """All words in the event itself, or all in what a part belongs to."""
    said = _holding(words, subject.model, also=[SQL(BY_WHOM)])
    if not subject.is_part:
        return said
    model = subject.owner.related_model
    listed = NAMED.format(
        rows=Identifier(model._meta.db_table),
        events=Identifier(event_models()[model]._meta.db_table),
        ids=below.ids(model),
        holding=_holding(words, model),
    )
    owners = below.add(f"named_{model._meta.db_table}", listed)
    return SQL("({} OR {} IN {})").format(said, Identifier(subject.owner.column), owners)


def _holding(words, model, also=()):
    """Every word occurs in the row's texts, whatever their width and case."""
    texts = SQL(", ").join([*map(Identifier, _texts(model)), *also, SQL("''")])
    folded = SQL("lower(normalize(concat_ws(' ', {}), NFKC))").format(texts)
    holds = [SQL("strpos({}, {}) > 0").format(folded, Literal(word)) for word in words]
    return SQL("({})").format(SQL(" AND ").join(holds))


def _texts(model: type[Model]) -> list[str]:
    """The columns that hold free text."""
    return [
        field.column
        for field in fields_on_record(model)
        if isinstance(field, (CharField, TextField)) and not field.choices
    ]
