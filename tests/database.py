"""What the database itself refuses, whatever forms and models would have said before."""

import pytest
from django.db import DatabaseError, connection, transaction


def refusal_of(write):
    """The name of the constraint that refuses `write` at the latest at its commit.

    The kind of error (psycopg's name) where the column itself refuses it.
    """
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        write()
        connection.check_constraints()
    cause = refused.value.__cause__
    return cause.diag.constraint_name or type(cause).__name__


def constraint_names(*models):
    """The named constraints that these models ask the database to keep."""
    return {constraint.name for model in models for constraint in model._meta.constraints}
