"""The demo's newsroom: its sections, its people, and where each of its stories stands."""

from dataclasses import dataclass

MOTTO = "Printed where the tide turns"
MAIL_DOMAIN = "demo.newsroom.invalid"

# letters, address, name, language, description
SECTIONS = (
    ("W", "world", "World", "", "From abroad, and from the edges of the map."),
    ("N", "nation", "Nation", "", "Courts, councils, and what they decide."),
    ("B", "business", "Business", "", "Harbours, prices, and who pays them."),
    ("C", "culture", "Culture", "", "Stages, books, and the words for rain."),
    ("A", "arabic", "العربية", "ar", "أخبار وتقارير باللغة العربية."),
)


@dataclass(frozen=True)
class Account:
    username: str
    group: str
    first_name: str
    last_name: str
    is_staff: bool = True
    is_superuser: bool = False


ACCOUNTS = (
    Account("reporter", "Reporter", "Ana", "Lima"),
    Account("copyeditor", "Copy editor", "Owen", "Baptiste"),
    Account("editor", "Section editor", "Mirela", "Oduya"),
    Account("publisher", "Publisher", "Ruth", "Amadi"),
    Account("moderator", "Moderator", "Tomas", "Reyl"),
    Account("reader", "", "Ned", "Carrow", is_staff=False),
    Account("admin", "", "Edda", "Holm", is_superuser=True),
)
# Printed names without an account.
BYLINES = ("Joss Verhoeven", "آنا ليما", "يوس فيرهوفن")

# code, kicker, stage, and for what is public how many hours ago it came out
STORIES = (
    ("A102", "بحيرة سوريل", "published", 26),
    ("C112", "Night market", "published", 9),
    ("N081", "Courts", "published", 5),
    ("A101", "ميناء أميري", "published", 3),
    ("W461", "Port Amery", "published", 2),
    ("W460", "Kazakhstan", "published", 1),
    ("B219", "Harbour dues", "scheduled", None),
    ("W464", "Dunmarrow", "embargoed", None),
    ("N083", "Government", "approved", None),
    ("W465", "Borders", "in_edit", None),
    ("C113", "Books", "submitted", None),
    ("N082", "", "draft", None),
)

DISCUSSED = "N081"
# name, text, and whether the moderator lets it through
COMMENTS = (
    (
        "Branwen T.",
        "Does the refund go to the heirs as well? My father read there twice a week until he "
        "died in 2024, and he kept every single receipt. They are in a tea tin.",
        True,
    ),
    (
        "ex-archivist",
        "Twenty minutes a file is about right, I fetched them for sixteen years. But nobody "
        "ever got those twelve crowns in the stacks. We had one trolley and it pulled to the "
        "left.",
        True,
    ),
    (
        "Petra from Wenlow",
        "Mrs Orrell taught me rivers. Not surprised at all.",
        True,
    ),
    (
        "Corin Haddow",
        "Before you write to them for your money, have your reader’s number ready. The register "
        "is kept by number and not by name. The form is on page 2 here: "
        "https://records.example/forms/refund",
        False,
    ),
    (
        "fedup of the ring road",
        "All very nice but when is ANYBODY going to write about the bins in Tarnholt East? Five "
        "weeks now. I have rung your paper twice and been put on to music both times. Files, who "
        "cares.",
        False,
    ),
)
