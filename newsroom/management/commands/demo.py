import base64
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles.dispatch import read
from articles.filing import Desk
from articles.models import Article, Person, Section
from comments import readers
from newsroom.demo import house
from newsroom.demo.discussions import discuss
from newsroom.models import HousePage, Paper


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
        self.accounts = {}
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
            self._serve(addrport)

    def _serve(self, addrport):
        self._say(f"Read it at {settings.SITE_URL}/ and edit it at {settings.SITE_URL}/admin/")
        call_command("runserver", addrport, use_reloader=False)

    def _say(self, sentence):
        self.stdout.write(f"· {sentence}")
        self.stdout.flush()

    # Making it ------------------------------------------------------------------

    def _make(self):
        self._furnish()
        self._invite()
        self._publish()
        self._discuss()

    def _furnish(self):
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
        for position, (slug, title) in enumerate(house.PAGES):
            body = (files("newsroom.demo") / "pages" / f"{slug}.html").read_text(encoding="utf-8")
            HousePage.objects.create(slug=slug, title=title, body=body, position=position)
        self._say("Sections: " + ", ".join(name for _l, _s, name, _t, _d in house.SECTIONS))
        self._say("House pages: " + ", ".join(title for _s, title in house.PAGES))

    def _invite(self):
        self.accounts = {account.username: _make_account(account) for account in house.ACCOUNTS}
        self.named = {account.name: self.accounts[account.username] for account in house.ACCOUNTS}
        for username, name in house.READERS:
            self.named[name] = _make_reader(username, name)
        for name in house.BYLINES:
            _make_person(name)
        self._say(f"People: {len(house.ACCOUNTS)} accounts, {len(house.READERS)} more readers")

    def _publish(self):
        desk = Desk(by=self.accounts["reporter"])
        codes = defaultdict(list)
        for code, kicker, stage, hours in house.STORIES:
            self._bring_to(self._file(desk, code, stage), stage, kicker, hours)
            codes[stage].append(code)
        public = len(codes.pop("published"))
        waiting = (f"{stage.replace('_', ' ')} {', '.join(codes[stage])}" for stage in codes)
        self._say(f"Stories: {public} published; {'; '.join(waiting)}")

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
        moderator = self.accounts["moderator"]
        for code in house.DISCUSSED:
            story = Article.objects.get(code=code)
            discuss(story, accounts=self.named, moderator=moderator)
            said = story.discussion.comments
            self._say(
                f"Discussion of {code}: {said.count()} comments, {said.published().count()} "
                f"published, {said.held().count()} held for a moderator"
            )

    def _print_accounts(self):
        self._say("Accounts, with their passwords:")
        for account in house.ACCOUNTS:
            # To ask costs a fifth of a second each, and those just made need not be asked.
            known = account.username in self.accounts or _still_has_its_password(account)
            shown = _password(account) if known else "(changed)"
            self.stdout.write(f"    {account.username:<11} {shown:<14} {account.role}")


def _was_made():
    return get_user_model().objects.filter(username="admin", email=_mail("admin")).exists()


def _is_somebody_elses():
    """Asked before anything is written, migrations included."""
    tables = set(connection.introspection.table_names())
    if not {"auth_user", "articles_article"} <= tables or _was_made():
        return False
    usernames = [account.username for account in house.ACCOUNTS]
    usernames += [username for username, _name in house.READERS]
    return (
        Article.objects.exists() or get_user_model().objects.filter(username__in=usernames).exists()
    )


def _still_has_its_password(account):
    user = get_user_model().objects.filter(username=account.username).first()
    return user is not None and user.check_password(_password(account))


def _make_account(account):
    if not account.is_staff:
        return _make_reader(account.username, account.name, _password(account))
    first_name, last_name = account.name.split()
    user = _make_user(
        account.username,
        _password(account),
        first_name=first_name,
        last_name=last_name,
        is_staff=True,
        is_superuser=account.is_superuser,
    )
    if account.group:
        user.groups.add(Group.objects.get(name=account.group))
    _make_person(account.name, user=user)
    return user


def _make_reader(username, name, password=None):
    user = _make_user(username, password)
    readers.join(user, name)
    return user


def _make_user(username, password, **fields):
    """Without a password nobody can sign in."""
    address = _mail(username)
    user = get_user_model().objects.create_user(username, address, password, **fields)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def _make_person(name, **fields):
    Person.objects.create(name=name, slug=Person.objects.free_slug(name), **fields)


def _mail(username):
    return f"{username}@{house.MAIL_DOMAIN}"


def _password(account):
    """The same at every start, without being stored: it follows from the demo's secret key."""
    digest = salted_hmac("newsroom.demo.password", account.username, algorithm="sha256").digest()
    return base64.b32encode(digest)[:12].decode().lower()
