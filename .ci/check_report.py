"""Fail where a test was left out for a reason that nobody expects.

Usage: python .ci/check_report.py REPORT.xml [REASON…]

REPORT.xml is pytest's --junitxml; each REASON is a regular expression that is expected. A test
that is known to fail was left out as well.
"""

import re
import sys
from xml.etree import ElementTree

report, *expected = sys.argv[1:]
cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314, written a moment ago
left_out = [
    (f"{case.get('classname')}::{case.get('name')}", skipped.get("message", ""))
    for case in cases
    if (skipped := case.find("skipped")) is not None
]
unexpected = [
    f"  {test}: {reason or 'no reason given'}"
    for test, reason in left_out
    if not any(re.search(pattern, reason) for pattern in expected)
]
if not cases:
    sys.exit(f"{report} holds no test.")
if unexpected:
    lines = "\n".join(unexpected)
    sys.exit(f"{len(unexpected)} of {len(cases)} tests were left out unexpectedly:\n{lines}")
sys.stdout.write(f"{len(cases)} tests, {len(left_out)} of them left out as expected\n")
