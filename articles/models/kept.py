from django.db import models


class KeptForEver(Exception):
    """The record is only ever added to."""


class RecordQuerySet(models.QuerySet):
    def update(self, **changes):
        raise KeptForEver(f"{self.model._meta.verbose_name}: never changed")

    def delete(self):
        raise KeptForEver(f"{self.model._meta.verbose_name}: never removed")


class Recorded(models.Model):
    """A row that is inserted once: nothing here changes or removes it."""

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise KeptForEver(f"{self._meta.verbose_name}: never changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise KeptForEver(f"{self._meta.verbose_name}: never removed")
