"""Suggestions answered before their outcome was kept."""

from django.db import migrations


def mark_answered(apps, schema_editor):
    rows = apps.get_model("portal", "Suggestion").objects.using(schema_editor.connection.alias)
    rows.filter(state="open").exclude(answer="").update(state="answered")


def unmark(apps, schema_editor):
    rows = apps.get_model("portal", "Suggestion").objects.using(schema_editor.connection.alias)
    rows.filter(state="answered").update(state="open")


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_what_became_of_suggestions")]
    operations = [migrations.RunPython(mark_answered, unmark)]
