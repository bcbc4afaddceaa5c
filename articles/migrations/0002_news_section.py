from django.db import migrations


def open_news(apps, schema_editor):
    """A site without sections has one, so that a dispatch always finds a place."""
    Section = apps.get_model("articles", "Section")
    if not Section.objects.exists():
        Section.objects.create(name="News", slug="news", code_prefix="N")


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_stories_and_their_record")]

    # Going back leaves the section where it is: stories may be in it.
    operations = [migrations.RunPython(open_news, migrations.RunPython.noop, elidable=False)]
