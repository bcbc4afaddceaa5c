"""Real news texts, which are no part of the project: the environment says where they lie."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from articles.dispatch import Dispatch, parse, read, write

FOLDER = os.environ.get("NEWSROOM_DISPATCHES", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="NEWSROOM_DISPATCHES names no folder of real dispatches"
)


def files(pattern):
    found = sorted(Path(FOLDER).glob(pattern))
    assert found, f"no {pattern} in {FOLDER}"
    return found


def test_every_real_dispatch_is_read_without_an_error():
    for path in files("*/*.txt"):
        results = read(path.read_bytes())

        assert all(isinstance(result, Dispatch) for result in results), path


def test_e5_every_real_dispatch_is_a_fixed_point():
    for path in files("*/*.txt"):
        for dispatch in read(path.read_bytes()):
            text = write(dispatch)

            again = parse(text)

            assert again == replace(dispatch, comment_count=dispatch.comment_count or 0), path
            assert write(again) == text, path


def test_e3_the_first_dispatch_comes_out_as_itself_and_a_line_end():
    for path in files("seed/*.txt"):
        (dispatch,) = read(path.read_bytes())

        text = write(dispatch)

        assert text.encode() == path.read_bytes() + b"\n"


def test_c2_a_bundle_of_real_dispatches_holds_several():
    for path in files("bundles/*.txt"):
        assert len(read(path.read_bytes())) > 1, path


def test_c2_real_files_strung_together_are_all_found():
    paths = files("plain/*.txt")
    whole = b"\n".join(path.read_bytes() for path in paths)

    results = read(whole)

    assert [result.code for result in results] == [
        read(path.read_bytes())[0].code for path in paths
    ]
