"""The one door by which a comment comes in."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from articles.models import Article
from comments import limits, moderation, names, paths, readers, refusals, rules, text, tokens
from comments.models import Comment, Discussion, Outcome, Status

_STATUS_AFTER = {
    Outcome.PUBLISH: Status.PUBLISHED,
    Outcome.FLAG: Status.PUBLISHED,
    Outcome.HOLD: Status.HELD,
    Outcome.REJECT: Status.REJECTED,
}

# As long as a reader may mend what they wrote.
EDITABLE_FOR = timedelta(minutes=5)
BETWEEN_EDITS = timedelta(seconds=5)


def post(
    story,
    *,
    body,
    author=None,
    guest_name="",
    address="",
    token,
    parent_seq=None,
    filled_in="",
    at=None,
):
    """Store what a reader says under a story and return the Comment; see its status.

    `author` is a user, or None for a guest of that name; `address` is the client's; `token` is the
    text of `tokens.make`; `filled_in` is what stood in the field that people do not see. The same
    token and text again give the comment that they made at first. Raises refusals.Refused
    in one of its kinds. About fifteen queries, however long the discussion.
    """
    if not token:
        raise ValueError("a comment needs the token of its preview")
    body = _fit_body(body)
    name = "" if author else _fit_name(guest_name)
    step = tokens.read(token, story.code)
    author_key = f"user:{author.pk}" if author else "guest"
    with transaction.atomic():
        if author:
            author = _locked_account(author)
        ip_hash = hash_of_address(address)
        _wait_for_the_address(ip_hash)
        discussion = Discussion.objects.locked_for(story)
        earlier = Comment.objects.filter(author_key=author_key, token=step.key).first()
        if earlier:
            if earlier.body != body:
                raise refusals.TokenSpent(
                    _("Your comment before this one was sent already. Post this one as a new one.")
                )
            return earlier
        draft = rules.Draft(
            discussion=discussion,
            author=author,
            body=body,
            body_hash=text.hash_of(body),
            at=at or timezone.now(),
            flaw=step.flaw,
            filled_in=filled_in,
        )
        _pass_the_gate(story, draft, guest_name=name, ip_hash=ip_hash)
        parent = _parent(discussion, parent_seq)
        verdicts = rules.judge(draft)
        seq = discussion.last_seq + 1
        depth, path = paths.under(parent.path if parent else "", seq)
        comment = Comment(
            discussion=discussion,
            seq=seq,
            parent=parent,
            root_id=(parent.root_id or parent.pk) if parent else None,
            depth=depth,
            path=path,
            status=_STATUS_AFTER[rules.strictest(verdicts)],
            author=author,
            guest_name=name,
            author_key=author_key,
            ip_hash=ip_hash,
            body=body,
            body_hash=draft.body_hash,
            token=step.key,
            created_at=draft.at,
        )
        moderation.enter(discussion, comment, verdicts)
    return comment


def edit(comment, *, body, revision, at=None):
    """Give the comment other words, in the first minutes, and ask all rules again.

    `revision` is that of the text which its author read. The caller has made sure that it is the
    author's. Returns the Comment as it is then; the same words again change nothing. Raises
    refusals.Refused in one of its kinds, and moderation.ChangedMeanwhile. About fifteen queries.
    """
    body = _fit_body(body)
    with transaction.atomic():
        if comment.author:
            _locked_account(comment.author)
        discussion = Discussion.objects.locked(comment.discussion_id)
        current = Comment.objects.select_for_update(of=("self",)).with_names().get(pk=comment.pk)
        if current.body == body:
            return current
        at = at or timezone.now()
        _pass_the_gate_again(discussion, current, at=at)
        if current.revision != revision:
            raise moderation.ChangedMeanwhile(str(current.pk))
        draft = rules.Draft(
            discussion=discussion,
            author=current.author,
            body=body,
            body_hash=text.hash_of(body),
            at=at,
            pk=current.pk,
            **_of_its_posting(current),
        )
        verdicts = rules.judge(draft)
        moderation.revise(
            discussion,
            current,
            body=body,
            body_hash=draft.body_hash,
            to=_STATUS_AFTER[rules.strictest(verdicts)],
            verdicts=verdicts,
            at=at,
        )
    return current


def editable_until(comment):
    """When the author's minutes are over, or None where they are, or where it is decided."""
    until = comment.created_at + EDITABLE_FOR
    may_be = comment.status in moderation.EDITABLE and until > timezone.now()
    return until if may_be else None


def hash_of_address(address):
    """What is kept of a client's address: enough to know it again, with our key only."""
    if not address:
        return ""
    return salted_hmac("comments.address", _household(address), algorithm="sha256").hexdigest()


def _household(address):
    """The address, or of a new one the network that one household has for itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


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


def _fit_body(body):
    fit = text.normalise(body) if len(body) <= text.TIDIED_MAX else body
    if refusal := body_refusal(fit):
        raise refusals.Unfit(refusal, "body")
    return fit


def _fit_name(guest_name):
    name = names.tidy(guest_name)
    if refusal := names.refusal(name):
        raise refusals.Unfit(refusal, "name")
    return name


def _of_its_posting(comment):
    """What was said of the form by which a comment came holds for its other words as well."""
    said = dict(comment.verdicts.filter(revision=1).values_list("rule", "matched"))
    flaw = next((flaw for flaw in tokens.FLAWS if flaw in said), "")
    return {"flaw": flaw, "filled_in": said.get("honeypot", "")}


def _locked_account(author):
    """The account as it is now: its limits are exact, and who is erased posts nothing more."""
    account = readers.locked(author)
    if account is None or not account.is_active:
        raise refusals.NameMissing(_("This account is closed; nothing was posted."))
    return account


def _wait_for_the_address(ip_hash):
    """Guests have no row to lock: PostgreSQL holds a number, SQLite writes one by one anyway."""
    if ip_hash and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(ip_hash[:15], 16)])


def _pass_the_gate(story, draft, *, guest_name, ip_hash):
    discussion, author = draft.discussion, draft.author
    _see_that_it_is_open(story.pk, discussion, draft.at)
    if author is None and not discussion.welcomes_guests:
        raise refusals.GuestsRefused(_("Only readers who signed in may comment here."))
    if draft.by_the_house:
        return
    if author and not hasattr(author, "reader"):
        raise refusals.NameMissing(
            _("Choose the name for your comments on your account’s page first; nothing is posted.")
        )
    wait = limits.wait(author=author, ip_hash=ip_hash, at=draft.at)
    if wait > timedelta(0):
        raise refusals.TooFast(wait)
    _see_that_it_is_new(draft, guest_name, ip_hash)


def _see_that_it_is_open(story, discussion, at):
    if not Article.objects.visible(at).filter(pk=story).exists():
        raise refusals.StoryGone(_("This story is not public."))
    if not discussion.takes_comments(at):
        raise refusals.DiscussionClosed(_("This discussion is closed; nothing was posted."))


def _see_that_it_is_new(draft, guest_name, ip_hash):
    """Refuse what the same account, or the same guest at one address, said here within a day."""
    same = Comment.objects.filter(
        discussion=draft.discussion,
        body_hash=draft.body_hash,
        author=draft.author,
        created_at__gt=draft.at - rules.SAID_AGAIN_WITHIN,
    ).exclude(status=Status.WITHDRAWN)
    if draft.author is None:
        if not ip_hash:
            return
        same = same.filter(ip_hash=ip_hash, guest_name=guest_name)
    if earlier := same.order_by("-pk").first():
        raise refusals.SaidAlready(earlier)


def _pass_the_gate_again(discussion, comment, *, at):
    _see_that_it_is_open(discussion.article_id, discussion, at)
    if comment.status not in moderation.EDITABLE:
        raise refusals.TooLate(_("This comment is decided, so it can no longer be edited."))
    if at > comment.created_at + EDITABLE_FOR:
        raise refusals.TooLate(_("A comment can be edited for five minutes, and these are over."))
    if comment.edited_at and comment.edited_at + BETWEEN_EDITS > at:
        raise refusals.TooFast(comment.edited_at + BETWEEN_EDITS - at)


def _parent(discussion, seq):
    if seq is None:
        return None
    parent = discussion.comments.published().filter(seq=seq).first()
    if parent is None:
        raise refusals.ParentGone(
            _("Comment %(seq)s is not shown, so it cannot be answered.") % {"seq": seq}
        )
    return parent
