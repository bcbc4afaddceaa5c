from functools import update_wrapper

from allauth.account import views as allauth
from allauth.account.decorators import secure_admin_login
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from newsroom.models import Paper


class NewsroomAdminSite(admin.AdminSite):
    """The editors' side of the house, under a content security policy of its own."""

    site_title = _("Newsroom desk")
    index_title = _("The desk")
    enable_nav_sidebar = False

    # Readers and staff come in by one door, where tries are counted and second factors asked for;
    # Django's own forms for it are not open, not even to a colleague who is in.

    @method_decorator([never_cache, secure_admin_login])
    def login(self, request, extra_context=None):
        return redirect("admin:index")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def logout(self, request, extra_context=None):
        return allauth.logout(request)

    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        def guarded(request, *args, **kwargs):
            # Filters and look-ups ask the database as they are asked, and PostgreSQL takes no NUL.
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest("a zero byte in the address")
            return inner(request, *args, **kwargs)

        return csp_replace(settings.ADMIN_CONTENT_SECURITY_POLICY)(update_wrapper(guarded, inner))

    def each_context(self, request):
        paper = Paper.objects.first() or Paper()
        return super().each_context(request) | {"site_header": paper.name}
