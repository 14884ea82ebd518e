"""The clock and the functions that triggers call: made before any table."""

from django.db import migrations

CLOCK = """
CREATE TABLE business_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    clock_offset interval NOT NULL
);
-- STABLE and always written (SELECT app_now()): the planner computes it once per statement.
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT statement_timestamp()
         + COALESCE((SELECT clock_offset FROM business_clock), interval '0')
$$;
CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    NEW.changed_xid := txid_current();
    RETURN NEW;
END $$;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""

NO_CLOCK = """
DROP FUNCTION refuse_change() CASCADE;
DROP FUNCTION touch_row() CASCADE;
DROP FUNCTION app_now();
DROP TABLE business_clock;
"""


class Migration(migrations.Migration):
    """Functions and the offset row's table."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunSQL(CLOCK, NO_CLOCK)]
