from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import pgettext

from comments import own, posting, text, threads
from comments.forms import CommentForm
from comments.models import discussion_of

register = template.Library()


@register.simple_tag
def comment_count(story, link=None):
    """ "Comments 12", a link to the discussion; nothing where that is hidden.

    No query where the story was read with its discussion.
    """
    discussion = discussion_of(story)
    if discussion.is_hidden:
        return ""
    return format_html(
        '<a class="count" href="{}" data-comment-count="{}">{} <b>{}</b></a>',
        link or f"{story.get_absolute_url()}#comments",
        discussion.visible_count,
        pgettext("before a number, as in “Comments 12”", "Comments"),
        discussion.visible_count,
    )


@register.inclusion_tag("comments/_section.html", takes_context=True)
def discussion_section(context, story):
    """The discussion as it stands on the story's page: the same for everybody without a session,
    with what is their own for the others.

    Two queries, none where nobody has said anything that shows; up to three more with a session.
    """
    discussion = discussion_of(story)
    shown = {"story": story, "discussion": discussion, "is_hidden": discussion.is_hidden}
    if discussion.is_hidden:
        return shown
    is_open = discussion.is_open()
    mine = own.Own(context["request"], discussion)
    may_post = is_open and (mine.reader or discussion.welcomes_guests)
    return shown | {
        "masthead": context.get("masthead"),
        "is_open": is_open,
        "mine": mine,
        "page": threads.newest(discussion),
        "form": CommentForm(reader=mine.reader) if may_post else None,
    }


@register.filter
def said(comment):
    """The comment's text as safe HTML."""
    return text.render(comment.body)


@register.filter
def is_of(comment, mine):
    """Whether the comment is the reader's own."""
    return bool(mine) and comment in mine


@register.filter
def editable_until(comment):
    return posting.editable_until(comment)


@register.simple_tag
def form_address(story):
    return reverse("new_comment", args=[story.code])
