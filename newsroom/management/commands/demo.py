import base64
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import slugify

from articles.dispatch import read
from articles.filing import Desk
from articles.models import Article, Person, Section
from comments import moderation, posting, tokens
from newsroom.demo import house
from newsroom.models import Paper


class Command(BaseCommand):
    help = "A working newsroom from nothing: sections, accounts, stories, served on this machine."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("addrport", nargs="?", default="127.0.0.1:8000", help="where to serve")
        parser.add_argument("--no-serve", action="store_true", help="only prepare")

    def handle(self, *, addrport, no_serve, **options):
        if _is_somebody_elses():
            raise CommandError(
                "This database holds stories or accounts that the demo did not make; nothing "
                "was changed. Give the demo a database of its own by DATABASE_URL."
            )
        self._say("Preparing the database")
        call_command("migrate", verbosity=0, interactive=False)
        if _was_made():
            self._say("The demo is here already; serving what there is")
        else:
            # All or nothing: a demo that was stopped half-way starts again from nothing.
            with transaction.atomic():
                self._make()
        self._print_accounts()
        if not no_serve:
            self._say(f"Read it at {settings.SITE_URL}/ and edit it at {settings.SITE_URL}/admin/")
            call_command("runserver", addrport, use_reloader=False)

    def _say(self, sentence):
        self.stdout.write(f"· {sentence}")
        self.stdout.flush()

    # Making it ------------------------------------------------------------------

    def _make(self):
        self._say("Sections: " + ", ".join(name for _l, _s, name, _t, _d in house.SECTIONS))
        for position, (prefix, slug, name, language, description) in enumerate(house.SECTIONS):
            Section.objects.update_or_create(
                code_prefix=prefix,
                defaults={
                    "slug": slug,
                    "name": name,
                    "language": language,
                    "description": description,
                    "position": position,
                },
            )
        Paper.objects.update_or_create(pk=1, defaults={"motto": house.MOTTO})
        self._say(f"Groups, and {len(house.ACCOUNTS)} accounts")
        self.accounts = {account.username: _make_account(account) for account in house.ACCOUNTS}
        for name in house.BYLINES:
            Person.objects.create(name=name, slug=slugify(name) or f"p{Person.objects.count()}")
        desk = Desk(by=self.accounts["reporter"])
        for code, kicker, stage, hours in house.STORIES:
            story = self._file(desk, code, stage)
            self._bring_to(story, stage, kicker, hours)
            self._say(f"{code} {story.working_headline} ({stage.replace('_', ' ')})")
        self._discuss()

    def _file(self, desk, code, stage):
        path = files("newsroom.demo") / "dispatches" / f"{code}.txt"
        (dispatch,) = read(path.read_bytes())
        if stage == "embargoed":
            until = timezone.localtime() + timedelta(days=2)
            headers = replace(dispatch.headers, embargo=until.strftime("%Y-%m-%d %H:00%z"))
            headers = replace(headers, embargo=f"{headers.embargo[:-2]}:{headers.embargo[-2:]}")
            dispatch = replace(dispatch, headers=headers)
        filed = desk.file(dispatch, path.name)
        if filed.problem:
            raise CommandError(f"{path.name}: {filed.message}")
        return Article.objects.select_related("section", "working_revision").get(code=code)

    def _bring_to(self, story, stage, kicker, hours):
        reporter, editor = self.accounts["reporter"], self.accounts["editor"]
        publisher = self.accounts["publisher"]
        if stage == "draft":
            return
        story.move("submit", by=reporter)
        if stage == "submitted":
            return
        story.move("claim", by=editor)
        edited = story.working_content | {"kicker": kicker}
        story.save_working_copy(edited, by=editor, version=story.version)
        if stage == "in_edit":
            return
        story.move("approve", by=publisher)
        now = timezone.now()
        if stage == "scheduled":
            tomorrow = timezone.localtime(now + timedelta(days=1))
            morning = tomorrow.replace(hour=6, minute=0, second=0, microsecond=0)
            story.move("schedule", by=publisher, publish_at=morning)
        elif stage == "embargoed":
            story.move("publish", by=publisher)
        elif stage == "published":
            story.move("publish", by=publisher, publish_at=now - timedelta(hours=hours))

    def _discuss(self):
        story = Article.objects.get(code=house.DISCUSSED)
        for name, text, passes in house.COMMENTS:
            token = tokens.make(story.code)
            comment = posting.post(story, body=text, guest_name=name, token=token)
            if passes:
                moderation.transition(
                    comment,
                    expected=comment.status,
                    revision=comment.revision,
                    to="published",
                    by=self.accounts["moderator"],
                )
        passed = sum(passes for _name, _text, passes in house.COMMENTS)
        held = len(house.COMMENTS) - passed
        self._say(f"{house.DISCUSSED}: {passed} comments published, {held} held for a moderator")

    def _print_accounts(self):
        self._say("Accounts, with their passwords:")
        for account in house.ACCOUNTS:
            role = account.group or ("Everything" if account.is_superuser else "Reader")
            user = get_user_model().objects.filter(username=account.username).first()
            printed = _password(account)
            shown = printed if user and user.check_password(printed) else "(changed)"
            self.stdout.write(f"    {account.username:<11} {shown:<16} {role}")


def _was_made():
    return get_user_model().objects.filter(username="admin", email=_mail("admin")).exists()


def _is_somebody_elses():
    """Asked before anything is written, migrations included."""
    tables = set(connection.introspection.table_names())
    if not {"auth_user", "articles_article"} <= tables or _was_made():
        return False
    usernames = [account.username for account in house.ACCOUNTS]
    return (
        Article.objects.exists() or get_user_model().objects.filter(username__in=usernames).exists()
    )


def _make_account(account):
    User = get_user_model()
    user = User.objects.create_user(
        account.username,
        _mail(account.username),
        _password(account),
        first_name=account.first_name,
        last_name=account.last_name,
        is_staff=account.is_staff,
        is_superuser=account.is_superuser,
    )
    if account.group:
        user.groups.add(Group.objects.get(name=account.group))
    if account.is_staff:
        name = user.get_full_name()
        Person.objects.create(user=user, name=name, slug=slugify(name))
    return user


def _mail(username):
    return f"{username}@{house.MAIL_DOMAIN}"


def _password(account):
    """The same at every start, without being stored: it follows from the demo's secret key."""
    digest = salted_hmac("newsroom.demo.password", account.username, algorithm="sha256").digest()
    return base64.b32encode(digest)[:12].decode().lower()
