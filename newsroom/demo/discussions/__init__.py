"""The demo's discussions, said and decided by the doors that readers and moderators use.

A line of a file is one comment: `n` its number, `to` the one it answers, `by` the public name,
`guest` whether without an account, `minutes` since the story came out, `decision` a name of
`moderation.DECISIONS` or null, `decided` its minute where that is later than the comment's.
"""

import json
from datetime import timedelta
from importlib.resources import files

from comments import moderation, posting, readers, tokens


def lines_of(code):
    text = (files(__name__) / f"{code}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def discuss(story, *, accounts, moderator):
    """Hold the discussion of the story. `accounts` has the user of each public name.

    Whoever had a comment removed is on hold from then on.
    """
    lines = lines_of(story.code)
    names = dict.fromkeys(line["by"] for line in lines)
    # Addresses that the standards keep for examples.
    addresses = {name: f"192.0.2.{number}" for number, name in enumerate(names, start=1)}
    said = {}

    def say(line):
        name = line["by"]
        who = {"guest_name": name} if line["guest"] else {"author": accounts[name]}
        said[line["n"]] = posting.post(
            story,
            body=line["text"],
            parent_seq=line["to"],
            address=addresses[name],
            token=tokens.make(story.code),
            at=story.visible_from + timedelta(minutes=line["minutes"]),
            **who,
        )

    def decide(line):
        comment = said[line["n"]]
        decision = moderation.DECISIONS[line["decision"]]
        moderation.transition(
            comment,
            expected=comment.status,
            revision=comment.revision,
            to=decision.target,
            by=comment.author if decision.by_author else moderator,
            reason=line.get("reason", ""),
            at=story.visible_from
            + timedelta(minutes=line.get("decided", line["minutes"]), seconds=30),
        )
        if decision.name == "remove":
            readers.put_on_hold(comment.author)

    steps = [(line["minutes"], say, line) for line in lines]
    steps += [
        (line.get("decided", line["minutes"]), decide, line) for line in lines if line["decision"]
    ]
    for _minute, act, line in sorted(steps, key=lambda step: step[0]):
        act(line)
