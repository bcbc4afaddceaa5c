from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from articles.dispatch import moment

BEIRUT = ZoneInfo("Asia/Beirut")


@pytest.mark.parametrize(
    ("value", "hour"),
    [
        ("2012-01-17", "2012-01-16T22:00"),
        ("2012-01-17T10:00", "2012-01-17T08:00"),
        ("2012-01-17 10:00:30", "2012-01-17T08:00:30"),
        ("2012-01-17T10:00Z", "2012-01-17T10:00"),
        ("2012-01-17T10:00:00+05:30", "2012-01-17T04:30"),
        ("2012-01-17 00:00-00:30", "2012-01-17T00:30"),
        ("Tue, 17 Jan 2012 10:00:00 +0100", "2012-01-17T09:00"),
        ("17 jan 2012 10:00 GMT", "2012-01-17T10:00"),
        ("17 Jan 2012 10:00 EST", "2012-01-17T15:00"),
        ("Tue, 17 Jan 2012 10:00:00 +0100 (CET)", "2012-01-17T09:00"),
        ("7 Jul 2012 10:00", "2012-07-07T07:00"),
    ],
)
def test_m5_a_date_is_a_moment_in_utc(value, hour):
    found = moment(value, BEIRUT)

    assert found == datetime.fromisoformat(hour).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "",
        "tomorrow",
        "17/01/2012",
        "2012-1-7",
        "20120117",
        "2012-01",
        "2012-02-30",
        "2012-13-01",
        "0000-01-01",
        "2012-01-17T10",
        "2012-01-17T24:00",
        "2012-01-17T10:60",
        "2012-01-17T10:00:60",
        "2012-01-17T10:00+0100",
        "2012-01-17T10:00+24:00",
        "2012-01-17T10:00+01:99",
        "2012-01-17T10:00 +01:00",
        "2012-W03-2",
        "٢٠١٢-٠١-١٧",
        "17 Jan 12 10:00 GMT",
        "17 Jan 2012",
        "17 Jan 2012 10:00 CET",
        "17 Jan 2012 10:00 +2500",
        "31 Jun 2012 10:00 GMT",
        "0001-01-01T00:00+01:00",
        "9999-12-31T23:59-01:00",
        "2012-01-17\n2012-01-18",
    ],
)
def test_m5_what_could_be_misread_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        moment(value, UTC)


@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31T23:59"])
@pytest.mark.parametrize("zone", [timezone(timedelta(hours=14)), timezone(-timedelta(hours=12))])
def test_m5_the_ends_of_the_calendar_do_not_crash(value, zone):
    try:
        found = moment(value, zone)
    except ValueError:
        return

    assert found.tzinfo is UTC


def test_m5_an_hour_that_the_clocks_skip_or_repeat_counts_as_before_the_change():
    berlin = ZoneInfo("Europe/Berlin")

    skipped = moment("2024-03-31T02:30", berlin)
    repeated = moment("2024-10-27T02:30", berlin)

    assert skipped == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    assert repeated == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
