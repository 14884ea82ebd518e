"""The three administrators exclude each other and every other post, whoever writes the row."""

from django.db import migrations

CREATE = """
CREATE FUNCTION administrators_exclude() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    administrators constant text[] := ARRAY['system_admin', 'security_admin', 'auditor'];
    mine people_person%ROWTYPE;
BEGIN
    -- Of two writes for one person at once, the second waits here and then sees the first one's row.
    SELECT * INTO mine FROM people_person WHERE id = NEW.person_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1
        FROM accounts_appointment other
        JOIN people_person person ON person.id = other.person_id
        WHERE other.id IS DISTINCT FROM NEW.id
          AND other.role <> NEW.role
          AND (other.role = ANY(administrators) OR NEW.role = ANY(administrators))
          -- One human being, though registered twice.
          AND (
              person.id = NEW.person_id
              OR (mine.phone_hash <> '' AND person.phone_hash = mine.phone_hash)
              OR (mine.id_number_hash <> '' AND person.id_number_hash = mine.id_number_hash)
          )
          AND daterange(
                  other.starts_on, other.ends_on,
                  CASE WHEN other.ended_at IS NULL THEN '[]' ELSE '[)' END
              ) && daterange(
                  NEW.starts_on, NEW.ends_on,
                  CASE WHEN NEW.ended_at IS NULL THEN '[]' ELSE '[)' END
              )
    ) THEN
        RAISE EXCEPTION 'administrators exclude each other and every other post'
            USING ERRCODE = 'exclusion_violation',
                  CONSTRAINT = 'appointment_administrators_exclude_each_other';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER administrators_exclude
    BEFORE INSERT OR UPDATE OF person_id, role, starts_on, ends_on, ended_at
    ON accounts_appointment
    FOR EACH ROW EXECUTE FUNCTION administrators_exclude();
"""
DROP = """
DROP TRIGGER administrators_exclude ON accounts_appointment;
DROP FUNCTION administrators_exclude();
"""


class Migration(migrations.Migration):
    """A trigger: the rule looks at other rows, which no check constraint can."""

    dependencies = [("accounts", "0004_one_time_links")]
    operations = [migrations.RunSQL(CREATE, DROP)]
