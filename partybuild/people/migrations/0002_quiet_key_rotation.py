"""A change of key changes nothing that a reader sees: rows keep their time of change."""

from django.db import migrations

QUIET = """
CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('partybuild.rotating', true) = 'on' THEN
        RETURN NEW;
    END IF;
    NEW.changed_at := clock_timestamp();
    NEW.changed_xid := txid_current();
    RETURN NEW;
END $$;
"""

LOUD = """
CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    NEW.changed_xid := txid_current();
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """The function under every row's trigger."""

    dependencies = [("people", "0001_initial"), ("calendar", "0001_business_clock")]
    operations = [migrations.RunSQL(QUIET, LOUD)]
