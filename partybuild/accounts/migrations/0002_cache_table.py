"""The database cache: sign-in limits must survive a loss of Redis."""

from django.db import migrations

CREATE = """
CREATE TABLE django_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX django_cache_expires ON django_cache (expires);
"""


class Migration(migrations.Migration):
    """A table as `createcachetable` makes it, but in the one history of the schema."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE django_cache;")]
