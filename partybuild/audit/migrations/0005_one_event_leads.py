"""Of the events of one transaction the first leads, the others follow."""

from django.db import migrations

ONE_LEADS = """
CREATE OR REPLACE FUNCTION stamp_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := app_now();
    NEW.changed_at := clock_timestamp();
    NEW.changed_xid := txid_current();
    IF current_setting('audit.led', true) = 'on' THEN
        NEW.is_follow_up := true;
    ELSIF NOT NEW.is_follow_up THEN
        PERFORM set_config('audit.led', 'on', true);
    END IF;
    RETURN NEW;
END $$;
"""

AS_BEFORE = """
CREATE OR REPLACE FUNCTION stamp_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := app_now();
    NEW.changed_at := clock_timestamp();
    NEW.changed_xid := txid_current();
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """The database decides, so that no service can forget."""

    dependencies = [("audit", "0004_seals_across_clusters")]
    operations = [migrations.RunSQL(ONE_LEADS, AS_BEFORE)]
