from django.contrib import admin
from django.contrib.auth import get_user_model

from articles.models import Person, Section, Topic


class KeptForEverAdmin(admin.ModelAdmin):
    """For rows that the record leans on: they are changed, never deleted, by nobody."""

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Section)
class SectionAdmin(KeptForEverAdmin):
    fields = ["name", "slug", "code_prefix", "position", "language", "description"]
    list_display = ["name", "slug", "code_prefix", "language", "position"]
    prepopulated_fields = {"slug": ["name"]}


class AddressedAdmin(KeptForEverAdmin):
    """An address that is left empty is made of the name, in any script."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "slug" in form.base_fields:
            form.base_fields["slug"].required = False
        return form

    def save_model(self, request, obj, form, change):
        obj.slug = obj.slug or self.model.objects.free_slug(obj.name)
        super().save_model(request, obj, form, change)


@admin.register(Person)
class PersonAdmin(AddressedAdmin):
    list_display = ["name", "user", "slug"]
    list_select_related = ["user"]
    search_fields = ["name"]
    filter_horizontal = ["sections"]
    prepopulated_fields = {"slug": ["name"]}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "user":
            kwargs["queryset"] = get_user_model().objects.filter(is_staff=True).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Topic)
class TopicAdmin(AddressedAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
