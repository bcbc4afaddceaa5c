import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from comments.models import Comment, Reader
from tests.newsroom.privacy.conftest import ADDRESS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "word",
    ["Marit S.", "marit s.", ADDRESS, ADDRESS.upper(), "marit@example.net", "reader-wq3hz7ak"],
)
def test_an_administrator_erases_whoever_asks_by_letter(marit, words, word):
    call_command("erase_reader", word, "--words=withdraw", "--no-input")

    assert not Reader.objects.exists()
    assert Comment.objects.get().body == ""


def test_the_administrator_is_asked_once_more(marit, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda prompt: "y")

    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_reader", ADDRESS, "--words=keep")

    assert "Marit S., 0 comments." in capsys.readouterr().out
    assert Reader.objects.exists()


@pytest.mark.parametrize("word", ["Somebody", "Marit", "Maríť S.", "", "\0", "%"])
def test_nobody_is_erased_who_was_not_named(marit, word):
    with pytest.raises(CommandError, match="No account has this"):
        call_command("erase_reader", word, "--words=keep", "--no-input")

    assert Reader.objects.exists()


def test_of_two_accounts_none_is_erased(marit):
    other = User.objects.create_user("reader-zz")
    EmailAddress.objects.create(user=other, email=ADDRESS)

    with pytest.raises(CommandError, match=r"Several accounts: reader-wq3hz7ak, reader-zz\."):
        call_command("erase_reader", ADDRESS, "--words=keep", "--no-input")

    assert Reader.objects.exists()


def test_the_administrator_cannot_erase_a_colleague_either(reporter):
    with pytest.raises(CommandError, match="belongs to the newsroom"):
        call_command("erase_reader", "reporter", "--words=keep", "--no-input")
