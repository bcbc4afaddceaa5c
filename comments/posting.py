"""The one door by which a comment comes in."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from comments import moderation, names, paths, text, tokens
from comments.models import Comment, Discussion, Policy, Status

# Why a comment waits, by the names that are kept with it.
HOLDS = {
    "guest": gettext_lazy("a guest"),
    "reader": gettext_lazy("a reader whose comments are read first"),
    "pre": gettext_lazy("every comment of this discussion is read first"),
    "late": gettext_lazy("its form was older than a day"),
    "unsigned": gettext_lazy("its form was not one of ours"),
}


class Refused(Exception):
    """Nothing was stored; the sentence tells the reader why."""


class StoryGone(Refused):
    """Readers do not see the story."""


class DiscussionClosed(Refused):
    pass


class GuestsRefused(Refused):
    pass


class ParentGone(Refused):
    """What was to be answered is not shown in this discussion."""


class TokenSpent(Refused):
    """The form has made a comment already, and now holds another text."""


class Unfit(Refused):
    """The text or the name cannot stand. `field` is "body" or "name"."""

    def __init__(self, sentence, field):
        super().__init__(sentence)
        self.field = field


def post(story, *, body, author=None, guest_name="", address="", token, parent_seq=None, at=None):
    """Store what a reader says under a story and return the Comment; see its status.

    `author` is a user, or None for a guest of that name; `address` is the client's; `token` is the
    text of `tokens.make`. The same token and text again give the comment that they made at first.
    Raises Refused in one of its kinds. About ten queries, however long the discussion.
    """
    if not token:
        raise ValueError("a comment needs the token of its preview")
    body = _fit_body(body)
    name = "" if author else _fit_name(guest_name)
    step = tokens.read(token, story.code)
    author_key = f"user:{author.pk}" if author else "guest"
    with transaction.atomic():
        discussion = Discussion.objects.locked_for(story)
        earlier = Comment.objects.filter(author_key=author_key, token=step.key).first()
        if earlier:
            if earlier.body != body:
                raise TokenSpent(
                    _("Your comment before this one was sent already. Post this one as a new one.")
                )
            return earlier
        at = at or timezone.now()
        _pass_the_gate(story, discussion, author=author, at=at)
        parent = _parent(discussion, parent_seq)
        seq = discussion.last_seq + 1
        depth, path = paths.under(parent.path if parent else "", seq)
        holds = _holds(story, discussion, author=author, step=step)
        comment = Comment(
            discussion=discussion,
            seq=seq,
            parent=parent,
            root_id=(parent.root_id or parent.pk) if parent else None,
            depth=depth,
            path=path,
            status=Status.HELD if holds else Status.PUBLISHED,
            reason=" ".join(holds),
            author=author,
            guest_name=name,
            author_key=author_key,
            ip_hash=hash_of_address(address),
            body=body,
            body_hash=hashlib.sha256(body.encode()).hexdigest(),
            token=step.key,
            created_at=at,
        )
        moderation.enter(discussion, comment)
    return comment


def hash_of_address(address):
    """What is kept of a client's address: enough to know it again, with our key only."""
    if not address:
        return ""
    return salted_hmac("comments.address", address, algorithm="sha256").hexdigest()


def body_refusal(body):
    """The sentence against a normalised text, or None."""
    if text.is_empty(body) or len(body) < text.BODY_MIN:
        return _("Write a comment of two characters or more.")
    if len(body) > text.BODY_MAX:
        return _("The comment has %(length)s characters; %(max)s is the limit.") % {
            "length": f"{len(body):,}",
            "max": f"{text.BODY_MAX:,}",
        }
    return None


def reasons(comment):
    """Why the comment has its status, as sentences for a moderator."""
    if comment.reviewed_at is None:
        return [HOLDS.get(name, name) for name in comment.reason.split()]
    return [comment.reason] if comment.reason else []


def _fit_body(body):
    fit = text.normalise(body) if len(body) <= text.TIDIED_MAX else body
    if refusal := body_refusal(fit):
        raise Unfit(refusal, "body")
    return fit


def _fit_name(guest_name):
    name = names.tidy(guest_name)
    if refusal := names.refusal(name):
        raise Unfit(refusal, "name")
    return name


def _pass_the_gate(story, discussion, *, author, at):
    if not Article.objects.visible(at).filter(pk=story.pk).exists():
        raise StoryGone(_("This story is not public."))
    if not discussion.takes_comments(at):
        raise DiscussionClosed(_("This discussion is closed; nothing was posted."))
    if author is None and not discussion.welcomes_guests:
        raise GuestsRefused(_("Only readers who signed in may comment here."))


def _parent(discussion, seq):
    if seq is None:
        return None
    parent = discussion.comments.published().filter(seq=seq).first()
    if parent is None:
        raise ParentGone(
            _("Comment %(seq)s is not shown, so it cannot be answered.") % {"seq": seq}
        )
    return parent


def _holds(story, discussion, *, author, step):
    """The names of all rules that want a person to read it first."""
    if author is None:
        holds = ["guest"]
    elif author.is_staff or story.people.filter(user=author).exists():
        holds = []
    else:
        holds = ["reader"]
    if discussion.policy == Policy.PRE:
        holds.append("pre")
    if step.flaw:
        holds.append(step.flaw)
    return holds
