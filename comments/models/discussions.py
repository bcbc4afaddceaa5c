from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import rights
from articles.models import Article
from articles.models.kept import KeptForEver


class Policy(models.TextChoices):
    INHERIT = "inherit", _("As the house does")
    OPEN = "open", _("Open")
    PRE = "pre", _("Every comment is read first")
    REGISTERED = "registered", _("Only readers who signed in")
    CLOSED = "closed", _("Closed: shown, nothing new")
    HIDDEN = "hidden", _("Hidden: not shown at all")


class KeptQuerySet(models.QuerySet):
    def delete(self):
        raise KeptForEver(f"{self.model._meta.verbose_name} is never removed")


def in_sections_of(user, lookup):
    sections = rights.sections_of(user)
    if user.is_superuser or not sections:
        return models.Q()
    return models.Q(**{lookup: sections})


class DiscussionQuerySet(KeptQuerySet):
    def locked(self, pk):
        """The discussion, nobody else writing to it until the transaction ends.

        Whoever locks a comment as well locks its discussion first.
        """
        return self.select_for_update().get(pk=pk)

    def locked_for(self, story):
        """As `locked`, for a story's discussion, which is made if there is none. Two queries, a
        few more where it is made."""
        made, _created = self.get_or_create(article=story)
        return self.locked(made.pk)

    def visible_to(self, user):
        """Those of the sections that this moderator works for."""
        return self.filter(in_sections_of(user, "article__section__in"))


class Discussion(models.Model):
    """What readers say under one story, and how much of it.

    The counts are written by `comments.moderation` alone, in the transaction of what they count
    and under this row's lock.
    """

    article = models.OneToOneField(
        Article, verbose_name=_("story"), on_delete=models.PROTECT, related_name="discussion"
    )
    policy = models.CharField(
        _("who may comment"), max_length=10, choices=Policy, default=Policy.INHERIT
    )
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Empty means that it stays open.")
    )
    last_seq = models.PositiveIntegerField(default=0, editable=False)
    visible_count = models.PositiveIntegerField(_("visible"), default=0, editable=False)
    held_count = models.PositiveIntegerField(_("held"), default=0, editable=False)
    last_comment_at = models.DateTimeField(_("last comment"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                name="comments_policy_known", condition=models.Q(policy__in=Policy.values)
            ),
        ]

    def __str__(self):
        return self.article.code

    def delete(self, *args, **kwargs):
        raise KeptForEver("a discussion is never removed")

    @property
    def is_hidden(self):
        return self.policy == Policy.HIDDEN

    def is_open(self, at=None):
        """Whether something may be said now. Computed: nothing has to close a discussion whose
        story was withdrawn."""
        at = at or timezone.now()
        return self.takes_comments(at) and self.article.is_visible(at)

    def takes_comments(self, at):
        """Whether it is open as far as it goes by itself, whatever its story is."""
        return self.policy not in {Policy.CLOSED, Policy.HIDDEN} and (
            self.closes_at is None or self.closes_at > at
        )

    @property
    def welcomes_guests(self):
        return settings.NEWSROOM_GUEST_COMMENTS and self.policy != Policy.REGISTERED


def discussion_of(story):
    """The story's discussion; one that is not stored where nobody has said anything yet.

    No query where the story was read with select_related("discussion").
    """
    try:
        return story.discussion
    except Discussion.DoesNotExist:
        return Discussion(article=story)


def visible_count(story):
    """The N of "Comments N", 0 where the discussion is hidden. No query where the story was read
    with its discussion."""
    discussion = discussion_of(story)
    return 0 if discussion.is_hidden else discussion.visible_count
