"""Lets what is on record have happened at another time than in this test."""

from django.db import connection

from dxplan.lib.audit import event_models
from tests.factories import as_before_the_closing


def happened(days=2):
    """Puts all that is on record so many days into the past."""
    with as_before_the_closing(), connection.cursor() as cursor:
        for events in event_models().values():
            cursor.execute(
                f"UPDATE {events._meta.db_table}"
                " SET pgh_created_at = pgh_created_at - make_interval(days => %s)",
                [days],
            )
