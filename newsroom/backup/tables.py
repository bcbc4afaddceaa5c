"""Rows out of every table and into it again, past managers, `save` and signals.

What is read and written are columns; nothing here knows what a story is.
"""

from itertools import islice

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DataError, IntegrityError, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import QuerySet

from articles.filing import WIRE
from newsroom.backup.archive import Refused

_BATCH = 500
# What `migrate` fills. A row anywhere else is somebody's work, as is any account but the wire's,
# without which nobody could have changed these.
_MADE_BY_MIGRATE = {
    "articles.Section",
    "auth.Group",
    "auth.Group_permissions",
    "auth.Permission",
    "auth.User",
    "auth.User_groups",
    "contenttypes.ContentType",
    "newsroom.Paper",
}


def tables():
    """{label: model} of every table that a model has, those between two models among them, but of
    caches, whose values follow from others and are pickled: no file may bring in such."""
    caches = {
        cache.get("LOCATION")
        for cache in settings.CACHES.values()
        if cache["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    }
    return {
        model._meta.label: model
        for model in sorted(
            apps.get_models(include_auto_created=True), key=lambda model: model._meta.label
        )
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in caches
    }


def migrations():
    """The names of this code's migrations, as "app.name". Asks no database."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations)


def are_migrated(alias=DEFAULT_DB_ALIAS):
    """Whether the database has had all of them. A few queries."""
    executor = MigrationExecutor(connections[alias])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


# Out ------------------------------------------------------------------------------


def rows(model, *, alias):
    """The rows of a table in the order of their keys, as dicts of its columns. One query, whose
    memory does not grow with the table."""
    names = [field.attname for field in _columns(model)]
    found = _all(model, alias).order_by("pk").values_list(*names)
    for values in found.iterator(chunk_size=_BATCH):
        yield dict(zip(names, values, strict=True))


def _columns(model):
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _all(model, alias=DEFAULT_DB_ALIAS):
    # Not by a manager, which may leave something out.
    return QuerySet(model, using=alias)


# In -------------------------------------------------------------------------------


def refuse_work():
    """Raise Refused where the default database holds more than `migrate` makes. A query for each
    table; tables may be missing."""
    there = set(connections[DEFAULT_DB_ALIAS].introspection.table_names())
    for label, model in tables().items():
        found = _all(model)
        if model is get_user_model():
            found = found.exclude(username=WIRE)
        elif label in _MADE_BY_MIGRATE:
            continue
        if model._meta.db_table in there and found.exists():
            raise Refused(
                f"The database holds work already: there are rows of {label}. Make an empty "
                "one and name it in DATABASE_URL."
            )


def clear():
    """Keep everybody else from writing until the transaction ends, and remove what `migrate` made.

    Raises Refused where there is more.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    names = [connection.ops.quote_name(model._meta.db_table) for model in tables().values()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(names)} IN EXCLUSIVE MODE")
        refuse_work()
        for name in names:
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608


def fill(model, found):
    """Insert rows as `rows` gave them, and return their number. Raises Refused at a row that the
    database does not take."""
    for batch in _batches(found):
        try:
            _insert(model, batch)
        except _UNFIT:
            for row in batch:
                _insert_alone(model, row)
    return _all(model).count()


def finish():
    """Prove all foreign keys, and let keys count on from the highest."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        connection.check_constraints()
    except IntegrityError as wrong:
        raise Refused(f"The backup holds a row that points nowhere. {said(wrong)}") from None
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(tables().values())):
            cursor.execute(sql)


# A text too long, a number too large, a character that the database has no form for.
_UNFIT = (DataError, IntegrityError, ValidationError, ValueError, OverflowError)


def _batches(found):
    found = iter(found)
    while batch := list(islice(found, _BATCH)):
        yield batch


def _insert(model, batch):
    connection = connections[DEFAULT_DB_ALIAS]
    quote = connection.ops.quote_name
    fields = _columns(model)
    names = {field.attname for field in fields}
    if any(row.keys() != names for row in batch):
        raise ValueError("It has other columns than the table.")
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    values = [
        [_prepared(field, row[field.attname], connection) for field in fields] for row in batch
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(sql, values)


def _prepared(field, value, connection):
    if value is None:
        # Where a column of JSON may not be empty, it held JSON's own null.
        return None if field.null else field.get_db_prep_value(None, connection)
    return field.get_db_prep_save(field.to_python(value), connection)


def _insert_alone(model, row):
    try:
        _insert(model, [row])
    except _UNFIT as wrong:
        key = row.get(model._meta.pk.attname)
        raise Refused(
            f"{connections[DEFAULT_DB_ALIAS].display_name} does not take the row {key} of "
            f"{model._meta.label}. {' '.join([*_too_long(model, row), said(wrong)])}"
        ) from None


def _too_long(model, row):
    """A sentence for each text that is longer than its column says. SQLite keeps such."""
    for field in _columns(model):
        value = row.get(field.attname)
        if isinstance(value, str) and field.max_length and len(value) > field.max_length:
            yield (
                f"{field.attname} has {len(value):,} characters; {field.max_length:,} is the limit."
            )


def said(wrong):
    """What the database or Django says, in one line that ends with a full stop."""
    said = " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
    return " ".join(said.split()).rstrip(".") + "."
