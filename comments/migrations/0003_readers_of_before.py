from django.conf import settings
from django.db import migrations

from comments import names


def make_readers(apps, schema_editor):
    """Accounts that are nobody's of the staff are readers', under the name they signed in with."""
    User = apps.get_model(settings.AUTH_USER_MODEL)
    Reader = apps.get_model("comments", "Reader")
    for user in User.objects.filter(is_staff=False, groups=None, person=None, reader=None):
        name, number = user.username[:40], 1
        while Reader.objects.filter(name_key=names.key(name)).exists():
            number += 1
            name = f"{user.username[:40]} {number}"
        Reader.objects.create(
            user=user, name=name, name_key=names.key(name), joined_at=user.date_joined
        )


def keep_reasons_as_verdicts(apps, schema_editor):
    """Until a person decided, the reason was the names of the rules."""
    Comment = apps.get_model("comments", "Comment")
    Verdict = apps.get_model("comments", "Verdict")
    waiting = Comment.objects.filter(reviewed_at=None).exclude(reason="")
    for comment in waiting.only("reason", "revision").iterator():
        Verdict.objects.bulk_create(
            Verdict(comment=comment, revision=comment.revision, rule=rule, outcome="hold")
            for rule in comment.reason.split()
        )
    waiting.update(reason="")


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0002_readers_and_verdicts"),
        ("articles", "0002_news_section"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    # Backwards nothing has to happen: the tables go, and what they say stands nowhere else.
    operations = [
        migrations.RunPython(make_readers, migrations.RunPython.noop),
        migrations.RunPython(keep_reasons_as_verdicts, migrations.RunPython.noop),
    ]
