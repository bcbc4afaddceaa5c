"""The site map, top to bottom."""

from django.contrib import admin
from django.urls import include, path, register_converter
from django.urls.converters import SlugConverter

from articles import codes
from articles import views as articles
from comments import views as comments
from newsroom import views as newsroom


class CodeConverter:
    """A story's code in any case; its view sees it as printed."""

    regex = "[A-Za-z]{1,3}[0-9]{1,6}"

    to_python = staticmethod(codes.parse_code)
    to_url = staticmethod(str)


class SectionConverter(SlugConverter):
    """The address of a section, no longer than one can be."""

    regex = "[-a-zA-Z0-9_]{1,50}"


class NumberConverter:
    """The number of a comment, as it is printed."""

    regex = "[1-9][0-9]{0,8}"

    to_python = staticmethod(int)
    to_url = staticmethod(str)


register_converter(CodeConverter, "code")
register_converter(SectionConverter, "section")
register_converter(NumberConverter, "number")

urlpatterns = [
    path("", articles.front_page, name="front"),
    path("admin/", admin.site.urls),
    path("healthz", newsroom.healthz, name="healthz"),
    path("readyz", newsroom.readyz, name="readyz"),
    path("about/<slug:slug>/", newsroom.house_page, name="house_page"),
    path("accounts/", include("newsroom.accounts.urls")),
    path("<code:code>.txt", newsroom.dispatch_text, name="dispatch"),
    path("<code:code>", articles.story, name="code"),
    path("<code:code>/", articles.story),
    path("<code:code>/comments/", comments.discussion, name="discussion"),
    path("<code:code>/comments", comments.discussion_by_code),
    path("<code:code>/comments/new/", comments.new_comment, name="new_comment"),
    path("<code:code>/comments/<number:seq>/", comments.comment, name="comment"),
    path("<code:code>/comments/<number:seq>/edit/", comments.edit_comment, name="edit_comment"),
    path(
        "<code:code>/comments/<number:seq>/withdraw/",
        comments.withdraw_comment,
        name="withdraw_comment",
    ),
    path("<code:code>/comments.json", comments.count, name="comment_count"),
    path("<code:code>/<str:slug>", articles.story),
    path("<code:code>/<str:slug>/", articles.story, name="story"),
    path("<section:slug>/", articles.section_front, name="section"),
]

handler400 = newsroom.bad_request
handler403 = newsroom.forbidden
handler404 = newsroom.not_found
handler500 = newsroom.server_error
