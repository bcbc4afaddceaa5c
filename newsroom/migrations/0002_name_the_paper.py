from django.db import migrations


def name_the_paper(apps, schema_editor):
    apps.get_model("newsroom", "Paper").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0001_paper")]

    # Going back drops the table with its row.
    operations = [migrations.RunPython(name_the_paper, migrations.RunPython.noop)]
