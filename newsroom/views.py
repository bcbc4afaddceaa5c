from datetime import timedelta

from django.conf import settings
from django.core.cache import caches
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template import loader
from django.views.decorators.cache import never_cache

from articles.dispatch import write
from articles.filing import dispatch_of_public
from articles.languages import direction
from articles.pages import read_only, render_page, visible_story
from comments.models import visible_count
from newsroom import tasks
from newsroom.models import HousePage


@read_only
def dispatch_text(request, code):
    """The story as the dispatch that would bring it in again."""
    story = visible_story(code)
    text = write(dispatch_of_public(story, comment_count=visible_count(story)))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@read_only
def house_page(request, slug):
    page = get_object_or_404(HousePage, slug=slug)
    return render_page(
        request, "newsroom/house_page.html", {"page": page}, language=page.language_tag
    )


@never_cache
def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request):
    """200 where the database, its migrations and the cache can serve, else 503 with what cannot.

    Background work that waits is told beside 200, since no reader waits for it.
    """
    answer, problems = {"ready": True}, {}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems["migrations"] = "not all applied"
        elif (wait := tasks.longest_wait()) > tasks.LONG_WAIT:
            minutes = wait // timedelta(minutes=1)
            answer["tasks"] = f"the oldest has waited {minutes} minutes; is db_worker running?"
    except DatabaseFault as wrong:
        problems["database"] = type(wrong).__name__
    try:
        caches["shared"].set("readyz", "ok", 10)
        if caches["shared"].get("readyz") != "ok":
            problems["cache"] = "does not keep what it is given"
    except Exception as wrong:  # each backend raises its own
        problems["cache"] = type(wrong).__name__
    return JsonResponse(problems or answer, status=503 if problems else 200)


def bad_request(request, exception):
    return _standing_alone("400.html", 400)


def forbidden(request, exception):
    return render_page(request, "403.html", status=403)


def not_found(request, exception):
    return render_page(request, "404.html", status=404)


def server_error(request):
    return _standing_alone("500.html", 500)


def _standing_alone(template, status, **context):
    # No request context: the page must come out when the database does not answer.
    page = loader.get_template(template).render(_language_of_the_site() | context)
    return HttpResponse(page, status=status)


def _language_of_the_site():
    return {
        "page_language": settings.LANGUAGE_CODE,
        "page_direction": direction(settings.LANGUAGE_CODE),
    }


def csrf_failure(request, reason=""):
    """Explain, and give back what was typed."""
    typed = [value for name, value in request.POST.items() if name in {"body", "headline"}]
    page = _standing_alone("403_csrf.html", 403, typed="\n\n".join(typed))
    page["Cache-Control"] = "no-store"
    return page
