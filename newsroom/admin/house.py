from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import Media

from articles.admin.house import KeptForEverAdmin
from articles.body import EDITOR_EXTENSIONS
from newsroom.models import HousePage, Paper


@admin.register(Paper)
class PaperAdmin(KeptForEverAdmin):
    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Paper.objects.exists()


class HousePageForm(forms.ModelForm):
    body = ProseEditorFormField(
        label=_("Body"), extensions=EDITOR_EXTENSIONS, widget=AdminProseEditorWidget
    )


@admin.register(HousePage)
class HousePageAdmin(admin.ModelAdmin):
    form = HousePageForm
    list_display = ["title", "slug", "language", "position"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (
            None,
            {"classes": ["copy"], "fields": ["title", "slug", "body", "language", "position"]},
        )
    ]

    class Media:
        js = ["js/desk.js"]

    def render_change_form(self, request, context, *args, **kwargs):
        # The body's editor loads its modules by an import map, which the policy knows by its nonce.
        context["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))
        return super().render_change_form(request, context, *args, **kwargs)
