"""The dates of a dispatch. What could be meant in two ways is refused: an embargo hangs on it."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_ISO = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# RFC 5322, section 3.3, and the names of zones of its section 4.3.
_MAIL = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun), ?)?"
    rf"(?P<day>[0-9]{{1,2}}) (?P<month>{'|'.join(_MONTHS)}) (?P<year>[0-9]{{4}})"
    r" (?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?: (?P<zone>[+-][0-9]{4}|ut|utc|gmt|z|[ecmp][sd]t)(?: \([^()]*\))?)?",
    re.I | re.A,
)
_NAMED_ZONES = {"z": 0, "ut": 0, "utc": 0, "gmt": 0}
_NAMED_ZONES |= {"edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7, "pdt": -7}
_NAMED_ZONES |= {"pst": -8}


def moment(value: str, zone: tzinfo) -> datetime:
    """Return the moment in UTC. `zone` is for values without one; a day begins at midnight.

    Takes 2012-01-17, 2012-01-17T10:00, the same with seconds and with Z or +02:00, and the dates
    of mail (RFC 5322). Raises ValueError for all else. An hour that the clocks pass twice or
    never is counted as before the change.
    """
    value = value.strip()
    found = _ISO.fullmatch(value) or _MAIL.fullmatch(value)
    if found is None:
        raise ValueError(f"{value[:40]!r} is no date: write 2012-01-17, or 2012-01-17T10:00Z.")
    if not 1000 <= int(found["year"]) <= 9998:
        # At the ends of the calendar a time zone leads out of it.
        raise ValueError(f"{value[:40]!r}: the year lies outside 1000 to 9998.")
    month = found["month"].lower()
    try:
        return datetime(
            int(found["year"]),
            _MONTHS.index(month) + 1 if month in _MONTHS else int(month),
            int(found["day"]),
            int(found["hour"] or 0),
            int(found["minute"] or 0),
            int(found["second"] or 0),
            tzinfo=_zone(found["zone"]) or zone,
        ).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value!r} lies outside the calendar.") from error


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text.lower() in _NAMED_ZONES:
        return timezone(timedelta(hours=_NAMED_ZONES[text.lower()]))
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59:
        raise ValueError(f"{text!r} is no offset from UTC.")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
