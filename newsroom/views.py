from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.template import loader
from django.views.decorators.cache import never_cache

from articles.dispatch import write
from articles.filing import dispatch_of_public
from articles.languages import direction
from articles.pages import read_only, render_page, visible_story
from comments.models import visible_count


@read_only
def dispatch_text(request, code):
    """The story as the dispatch that would bring it in again."""
    story = visible_story(code)
    text = write(dispatch_of_public(story, comment_count=visible_count(story)))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@never_cache
def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request):
    """200 where the database, its migrations and the cache can serve, else 503 with what cannot."""
    problems = {}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems["migrations"] = "not all applied"
    except DatabaseFault as wrong:
        problems["database"] = type(wrong).__name__
    try:
        cache.set("readyz", "ok", 10)
        if cache.get("readyz") != "ok":
            problems["cache"] = "does not keep what it is given"
    except Exception as wrong:  # each backend raises its own
        problems["cache"] = type(wrong).__name__
    return JsonResponse(problems or {"ready": True}, status=503 if problems else 200)


def bad_request(request, exception):
    return _standing_alone("400.html", 400)


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
