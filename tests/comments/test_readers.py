"""Readers by their public names, as they choose them and as moderators meet them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Person
from comments import names, readers
from comments.models import Comment, Reader

pytestmark = pytest.mark.django_db
READERS = "/admin/comments/reader/"


@pytest.fixture
def newcomer(db):
    return User.objects.create_user("reader-new")


@pytest.mark.parametrize("name", ["Marit S.", "marit s", "MARIT S.", "Мarit S.", "M\u200barit S."])
def test_nobody_takes_a_name_that_looks_like_another_readers(member, newcomer, name):
    with pytest.raises(readers.NameRefused, match="Another reader"):
        readers.join(newcomer, name)

    assert not Reader.objects.filter(user=newcomer).exists()


@pytest.mark.parametrize(
    "name", ["Ana Lima", "ANA LIMA", "Аnа Limа", "desk", "moderator", "Ana1ima"]
)
def test_nobody_takes_the_name_of_staff(staff, newcomer, name):
    Person.objects.create(name="Ana Lima", slug="ana-lima")

    with pytest.raises(readers.NameRefused, match="works here"):
        readers.join(newcomer, name)


@pytest.mark.parametrize("name", ["", "x", "\u200b\u200b", "x" * 51])
def test_a_name_has_two_to_fifty_characters(newcomer, name):
    with pytest.raises(readers.NameRefused):
        readers.join(newcomer, name)


def test_a_mail_address_is_no_public_name(newcomer):
    with pytest.raises(readers.NameRefused, match="mail address"):
        readers.join(newcomer, "ned@letters.example")


def test_a_guest_does_not_take_a_readers_name(member):
    assert "Another reader" in names.refusal("Marit S")
    assert names.refusal("Marit S.", of=member) is None


def test_a_name_is_changed_under_all_comments(member, say):
    comment = say(author=member)

    readers.rename(member.reader, "Marit Solberg")

    assert Comment.objects.with_names().get(pk=comment.pk).name == "Marit Solberg"


def test_the_first_name_may_be_mended_the_next_stays_for_a_month(member):
    readers.rename(member.reader, "Marit Solberg")

    with pytest.raises(readers.NameRefused, match="30 days"):
        readers.rename(member.reader, "Marit Berg")
    Reader.objects.update(renamed_at=timezone.now() - timedelta(days=31))
    reader = Reader.objects.get()
    readers.rename(reader, "Marit Berg")

    assert Reader.objects.get().name == "Marit Berg"


def test_a_name_that_was_taken_meanwhile_is_refused_in_words(member, newcomer, monkeypatch):
    monkeypatch.setattr(names, "refusal", lambda name, of=None: None)

    with pytest.raises(readers.NameRefused, match="Another reader"):
        readers.join(newcomer, "Marit S.")


def test_a_reader_is_found_however_the_name_is_typed(member):
    assert readers.of_name(" marit  s").user == member
    assert readers.of_name("nobody") is None


def test_a_reader_is_never_deleted(member):
    with pytest.raises(Exception, match="erasure"):
        Reader.objects.all().delete()


def test_moderators_put_a_reader_on_hold_and_see_no_address(desk_client, member, say):
    User.objects.filter(pk=member.pk).update(email="marit@letters.example")
    say(author=member)
    page = f"{READERS}{member.reader.pk}/change/"

    html = desk_client.get(page).content.decode()
    answer = desk_client.post(page, {"on_hold": "on"})

    assert "Marit S." in html
    assert "letters.example" not in html
    assert "reader-marit" not in html
    assert answer.status_code == 302
    assert Reader.objects.get().on_hold
    assert "letters.example" not in desk_client.get(READERS).content.decode()


def test_a_name_cannot_be_forged_through_the_desk(desk_client, member):
    desk_client.post(f"{READERS}{member.reader.pk}/change/", {"name": "Editor", "on_hold": ""})

    assert Reader.objects.get().name == "Marit S."


@pytest.mark.parametrize("act", ["add/", "1/delete/"])
def test_nobody_adds_or_deletes_readers_at_the_desk(admin_client, member, act):
    assert admin_client.get(f"{READERS}{act}").status_code in {302, 403}
    assert Reader.objects.count() == 1


def test_the_queue_leads_to_the_reader(desk_client, member, say):
    say(author=member)

    html = desk_client.get("/admin/comments/comment/").content.decode()

    assert f'href="{READERS}{member.reader.pk}/change/"' in html


@pytest.mark.parametrize("many", [2, 20])
def test_the_list_of_readers_costs_the_same_however_long(
    desk_client, many, django_assert_num_queries
):
    for number in range(many):
        readers.join(
            User.objects.create_user(f"reader-{number}"),
            f"Reader {'abcdefghjkmnpqrstuwyz'[number]}",
        )

    # session, user, two for permissions, count, readers, paper
    with django_assert_num_queries(7):
        desk_client.get(READERS)


def test_a_closed_account_takes_no_name(member, newcomer):
    User.objects.update(is_active=False)

    with pytest.raises(readers.NameRefused, match="closed"):
        readers.join(newcomer, "Ann B.")
    with pytest.raises(readers.NameRefused, match="closed"):
        readers.rename(member.reader, "Ann B.")

    assert Reader.objects.get().name == "Marit S."


def test_who_has_a_name_does_not_join_again(member):
    with pytest.raises(readers.NameRefused, match="already"):
        readers.join(member, "Ann B.")
