"""What the settings ask of a database."""

import pytest
from django.db import connection, transaction


@pytest.fixture
def sqlite(transactional_db):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has none of these switches")

    def ask(pragma):
        with connection.cursor() as cursor:
            return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]

    return ask


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 30_000)]
)
def test_sqlite_is_set_up_for_several_writers(sqlite, pragma, value):
    assert sqlite(pragma) == value


def test_a_transaction_takes_the_writers_place_at_once(sqlite):
    seen = []

    def note(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note), transaction.atomic():
        assert connection.connection.in_transaction

    assert connection.transaction_mode == "IMMEDIATE"
