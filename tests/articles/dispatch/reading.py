"""What the tests of reading ask for."""

import pytest

from articles.dispatch import DispatchError, parse


def refused(text, **options):
    with pytest.raises(DispatchError) as caught:
        parse(text, **options)
    return caught.value


def names(dispatch):
    return [notice.name for notice in dispatch.warnings]
