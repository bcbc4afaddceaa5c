"""Where a comment stands in its discussion, as a string that sorts depth first.

A path is the numbers of a comment's ancestors and its own, each in base 36 and five digits wide,
so that a branch is one range of an index. It says nothing that the page does not show.
"""

import re

from django.db import models

WIDTH = 5
MAX_DEPTH = 6
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LAST_SEQ = 36**WIDTH - 1
_PATH = re.compile(rf"(?:[0-9a-z]{{{WIDTH}}}){{1,{MAX_DEPTH + 1}}}")


class PathField(models.CharField):
    """Text compared byte by byte: the order of a locale would tear branches apart."""

    COLLATIONS = {"postgresql": "C", "sqlite": "BINARY"}

    def db_parameters(self, connection):
        collation = self.COLLATIONS.get(connection.vendor)
        return super().db_parameters(connection) | {"collation": collation}


def encode(seq):
    digits = []
    for _ in range(WIDTH):
        seq, digit = divmod(seq, 36)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))


def decode(path):
    """The number of the comment itself: the last of its path."""
    return int(path[-WIDTH:], 36)


def is_path(text):
    return _PATH.fullmatch(text) is not None


def depth_of(path):
    return len(path) // WIDTH - 1


def under(parent, seq):
    """(depth, path) of comment `seq` in reply to one with the path `parent`, "" for none.

    An answer to the deepest level stands beside what it answers.
    """
    if not parent:
        return 0, encode(seq)
    depth = min(depth_of(parent) + 1, MAX_DEPTH)
    return depth, parent[: depth * WIDTH] + encode(seq)


def ancestors(path):
    """The paths above this one, the root's first."""
    return [path[:end] for end in range(WIDTH, len(path), WIDTH)]
