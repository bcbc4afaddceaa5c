"""One moment of the database, while others write to it."""

from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction

_ALIAS = "snapshot"


@contextmanager
def one_moment():
    """Give the alias of a connection that sees the database as it is at the first question.

    It has the settings of the default one, only reads, and holds no writer up.
    """
    connection = connections[DEFAULT_DB_ALIAS].copy(_ALIAS)
    if connection.vendor == "sqlite":
        # IMMEDIATE, as the site has it, would take the writers' place.
        connection.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
    connections[_ALIAS] = connection
    try:
        with transaction.atomic(using=_ALIAS):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield _ALIAS
    finally:
        connection.close()
        del connections[_ALIAS]
