from django.contrib import admin

from articles.models import Person, Section, Topic


class KeptForEverAdmin(admin.ModelAdmin):
    """For rows that the record leans on: they are changed, never deleted, by nobody."""

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Section)
class SectionAdmin(KeptForEverAdmin):
    list_display = ["name", "slug", "code_prefix", "language", "position"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Person)
class PersonAdmin(KeptForEverAdmin):
    list_display = ["name", "user", "slug"]
    list_select_related = ["user"]
    search_fields = ["name"]
    autocomplete_fields = ["user"]
    filter_horizontal = ["sections"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Topic)
class TopicAdmin(KeptForEverAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
