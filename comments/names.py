"""The names that readers and guests give themselves, and whose they must not be."""

import unicodedata

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from articles.models import Person
from comments import text
from comments.models import NAME_MAX, Reader

NAME_MIN = 2
# What is printed where a name or a badge stands, in any language of the interface.
_PRINTED = (
    gettext_noop("The newsroom"), gettext_noop("a former reader"), gettext_noop("Staff"),
    gettext_noop("Author of this story"), gettext_noop("(you)"),
)  # fmt: skip
# A name in which one of these is a word speaks for the house.
_OFFICES = (
    "admin", "administrator", "admins", "moderator", "moderators", "editor", "editors",
    "editorial", "staff", "newsroom", "المحرر", "المحررون", "المشرف", "المشرفون", "التحرير",
    "الإدارة",
)  # fmt: skip
# More names of the house, from whoever knows them: functions that give strings.
names_of_the_house = []
# Letters that look like another, after accents are gone and case is folded. One way is enough:
# both names are brought to the same form.
_LOOKS_LIKE = str.maketrans(
    {
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ѐ": "e", "һ": "h", "н": "h", "і": "l",
        "ј": "j", "к": "k", "м": "m", "о": "o", "р": "p", "ѕ": "s", "т": "t", "у": "y", "х": "x",
        "ѵ": "v", "ԝ": "w", "п": "n", "г": "r",
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "l", "κ": "k", "μ": "m", "ν": "v", "ο": "o",
        "ρ": "p", "σ": "o", "τ": "t", "υ": "u", "χ": "x", "γ": "y", "ω": "w",
        "0": "o", "1": "l", "3": "e", "5": "s", "i": "l", "ı": "l", "|": "l", "ǀ": "l", "ø": "o",
        "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ɑ": "a", "ɡ": "g",
        "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ɢ": "g", "ʜ": "h", "ɪ": "l", "ᴊ": "j",
        "ᴋ": "k", "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t",
        "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z",
        "օ": "o", "ո": "n", "ս": "u", "հ": "h", "յ": "j", "ց": "g", "ա": "w", "զ": "q",
        "Ꭺ": "a", "Ꮯ": "c", "Ꭼ": "e", "Ꮐ": "g", "Ꮋ": "h", "Ꭵ": "l", "Ꭻ": "j", "Ꮶ": "k", "Ꮮ": "l",
        "Ꮇ": "m", "Ꮲ": "p", "Ꭱ": "r", "Ꮪ": "s", "Ꭲ": "t", "Ꮩ": "v", "Ꮃ": "w", "Ꮓ": "z", "Ꭹ": "y",
        "ـ": "", "ی": "ي", "ى": "ي", "ې": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ة": "ه",
        "ٱ": "ا", "ӏ": "l", "ү": "y",
        "ꓮ": "a", "ꓐ": "b", "ꓚ": "c", "ꓓ": "d", "ꓰ": "e", "ꓝ": "f", "ꓖ": "g", "ꓧ": "h", "ꓲ": "l",
        "ꓙ": "j", "ꓗ": "k", "ꓡ": "l", "ꓟ": "m", "ꓠ": "n", "ꓳ": "o", "ꓑ": "p", "ꓣ": "r", "ꓢ": "s",
        "ꓔ": "t", "ꓴ": "u", "ꓦ": "v", "ꓪ": "w", "ꓫ": "x", "ꓬ": "y", "ꓜ": "z",
    }
)  # fmt: skip


def tidy(name):
    """The name on one line, without what hides or reverses characters."""
    return " ".join(text.normalise(name[: 10 * NAME_MAX]).split())


def key(name):
    """What two names have in common that would be taken for each other."""
    return skeleton(name) or name.casefold()


def refusal(name, *, of=None):
    """The sentence against a tidied name, or None. `of` is the user who has it or wants it, None
    for a guest. Five queries."""
    if text.is_empty(name) or len(name) < NAME_MIN:
        return _("Enter a name of two characters or more.")
    if len(name) > NAME_MAX:
        return _("The name has %(length)s characters; %(max)s is the limit.") % {
            "length": len(name),
            "max": NAME_MAX,
        }
    if "@" in name:
        # Typed into the wrong box it would be public under every comment.
        return _("A name is printed under your comments, so it is no mail address; choose another.")
    if _is_of_the_house(name):
        return _("Somebody who works here has this name; choose another.")
    if Reader.objects.filter(name_key=key(name)).exclude(user=of).exists():
        return _("Another reader has this name, or one that looks like it; choose another.")
    return None


def skeleton(name):
    """What a hurried eye sees of a name: no case, accents, spaces or look-alike letters."""
    # Small figures beside a name, and letters that nobody sees, are no part of what is read.
    read = "".join(
        character
        for character in name
        if unicodedata.category(character) not in {"No", "Lm"} and character not in text.BLANK
    )
    plain = unicodedata.normalize("NFKD", read).casefold()
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    folded = letters.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w")
    return "".join(character for character in folded if character.isalnum())


def _is_of_the_house(name):
    """Whether it is a name of the house, holds one of two words or more, or holds an office."""
    read, offices = _words(name), {skeleton(office) for office in _OFFICES}
    return not offices.isdisjoint(read) or any(
        "".join(words) == "".join(read)
        or (len(words) > 1 and f" {' '.join(words)} " in f" {' '.join(read)} ")
        for words in map(_words, _names_of_the_house())
        if words
    )


def _words(name):
    """What is read of each word, without the article in front."""
    words = [word for word in map(skeleton, name.split()) if word]
    return words[1:] if words[:1] in (["a"], ["the"]) and len(words) > 1 else words


def _names_of_the_house():
    printed = Person.objects.values_list("name", flat=True)
    staff = get_user_model().objects.filter(is_staff=True)
    staff = staff.only("username", "first_name", "last_name")
    groups = Group.objects.values_list("name", flat=True)
    names = [*printed, *groups]
    for user in staff:
        names += [user.get_full_name(), user.get_username()]
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            names += [_(text) for text in _PRINTED]
    for more in names_of_the_house:
        names += more()
    return names
