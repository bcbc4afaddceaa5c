"""A code is given once, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from articles.models import Article, Code, Section
from articles.models.kept import KeptForEver
from articles.models.record import CodeTaken, NoCodesLeft
from tests.conftest import text_of


def test_a_section_counts_up(file_article):
    codes = [file_article().code for _ in range(3)]

    assert codes == ["W1", "W2", "W3"]


def test_codes_that_came_with_dispatches_are_stepped_over(file_article):
    for number in [1, *range(3, 60)]:
        file_article(code=f"W{number}")

    assert file_article().code == "W2"
    assert file_article().code == "W60"


def test_a_high_code_from_outside_costs_nothing(file_article):
    file_article(code="W999999")

    assert file_article().code == "W1"


def test_leading_zeros_belong_to_the_code(file_article):
    file_article(code="W007")

    assert file_article(code="W7").code == "W7"


def test_a_code_once_given_is_never_given_again(file_article):
    file_article(code="W1")

    with pytest.raises(CodeTaken):
        file_article(code="W1")

    assert Article.objects.count() == 1


def test_a_code_without_its_story_stays_taken(world, file_article):
    Code.objects.create(text="W1")

    assert file_article().code == "W2"
    with pytest.raises(CodeTaken):
        file_article(code="W1")


def test_no_code_is_deleted(file_article):
    file_article()

    with pytest.raises(KeptForEver):
        Code.objects.get().delete()


def test_a_section_that_used_all_its_codes_says_so(world, file_article):
    Section.objects.filter(pk=world.pk).update(last_number=999_998)
    assert file_article().code == "W999999"

    with pytest.raises(NoCodesLeft, match="World"):
        file_article()


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_get_eight_codes():
    section = Section.objects.create(name="World", slug="world", code_prefix="W")
    start = Barrier(8)

    def write(number):
        try:
            start.wait()
            return [
                Article.objects.file(text_of(headline=f"Story {number}"), section).code
                for _ in range(5)
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as writers:
        codes = [code for written in writers.map(write, range(8)) for code in written]

    assert sorted(codes, key=lambda code: int(code[1:])) == [f"W{n}" for n in range(1, 41)]
    assert Code.objects.filter(article__isnull=False).count() == 40
