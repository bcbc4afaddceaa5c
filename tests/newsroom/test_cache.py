"""The cache in the database, whose table `migrate` makes."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from newsroom.models import CachedValue

pytestmark = pytest.mark.django_db


def test_what_is_kept_in_the_cache_is_a_row_like_any_other():
    cache.set("tries-of-ana", 3, 60)
    cache.set("tries-of-ana", 4, 60)

    row = CachedValue.objects.get()

    assert cache.get("tries-of-ana") == 4
    assert row.cache_key.endswith("tries-of-ana")
    assert 55 < (row.expires - timezone.now()).total_seconds() <= 60


def test_a_value_that_is_there_already_is_not_added_again():
    first = cache.add("key", "first", 60)
    second = cache.add("key", "second", 60)

    assert (first, second, cache.get("key")) == (True, False, "first")
