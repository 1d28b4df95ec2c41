"""Which rows belong to a part of a scope, as lists of ids at the head of a statement.

Live rows and events both tell who belongs where, so that what was deleted, and what commands did,
stands where it belonged.
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model
from psycopg.sql import SQL, Composable, Identifier, Literal

from dxplan.accounts.trail.scope import Part
from dxplan.accounts.trail.subjects import owner_of
from dxplan.lib.audit import event_models

LIVE_AND_GONE = SQL(
    "SELECT id FROM {rows} WHERE {owner} IN {above} UNION ALL"
    " SELECT pgh_obj_id FROM {events} AS it WHERE {owner} IN {above}"
    " AND NOT EXISTS (SELECT FROM {rows} AS live WHERE live.id = it.pgh_obj_id)"
)
NOBODY = SQL("SELECT NULL::bigint WHERE FALSE")


class Below:
    """The lists of ids that one statement needs for one part of a scope."""

    def __init__(self, part: Part, place: int):
        self.part, self.place = part, place
        self.lists: dict[str, Composable] = {}

    def belonging(self, model: type[Model]) -> Composable:
        """The condition on events of this model: of rows among the roots or below them."""
        if self.part.roots is None:
            return SQL("TRUE")
        if model in self.part.roots:
            return SQL("pgh_obj_id IN {}").format(self.ids(model))
        owner = owner_of(model)
        return SQL("{} IN {}").format(Identifier(owner.column), self.ids(owner.related_model))

    def ids(self, model: type[Model]) -> Composable:
        """The rows of this model among the roots or below, as what may follow IN."""
        name = f"below_{self.place}_{model._meta.db_table}"
        if name not in self.lists:
            self.lists[name] = self._listed(model)
        return SQL("(SELECT id FROM {})").format(Identifier(name))

    def add(self, name: str, listed: Composable) -> Composable:
        """A further list of ids under a name of its own."""
        full_name = f"{name}_{self.place}"
        self.lists[full_name] = listed
        return SQL("(SELECT id FROM {})").format(Identifier(full_name))

    def _listed(self, model):
        roots = self.part.roots
        if roots is None:
            return SQL("SELECT id FROM {}").format(Identifier(model._meta.db_table))
        if model in roots:
            return _ids(roots[model])
        owner = owner_of(model)
        return LIVE_AND_GONE.format(
            rows=Identifier(model._meta.db_table),
            events=Identifier(event_models()[model]._meta.db_table),
            owner=Identifier(owner.column),
            above=self.ids(owner.related_model),
        )


def _ids(roots) -> Composable:
    if isinstance(roots, list):
        return SQL("SELECT unnest({}::bigint[])").format(Literal(roots))
    try:
        statement, parameters = roots.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return NOBODY
    return SQL(connection.ops.compose_sql(statement, parameters))


def with_lists(belows: list[Below], statement: Composable) -> Composable:
    """The statement behind the lists it needs."""
    lists = {name: listed for below in belows for name, listed in below.lists.items()}
    if not lists:
        return statement
    named = [SQL("{} (id) AS ({})").format(Identifier(name), lists[name]) for name in lists]
    return SQL("WITH {} {}").format(SQL(", ").join(named), statement)
