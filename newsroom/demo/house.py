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

# address, title; the texts lie in pages/
PAGES = (
    ("about", "About this paper"),
    ("contact", "Contact"),
    ("privacy", "Privacy"),
    ("comment-rules", "Rules for comments"),
    ("how-we-correct", "How we correct"),
)


@dataclass(frozen=True)
class Account:
    """Somebody whose password is printed. Who is no staff is a reader under that name."""

    username: str
    name: str
    role: str
    group: str = ""
    is_staff: bool = True
    is_superuser: bool = False


ACCOUNTS = (
    Account("reporter", "Ana Lima", "Reporter", "Reporter"),
    Account("copyeditor", "Owen Baptiste", "Copy editor", "Copy editor"),
    Account("editor", "Mirela Oduya", "Section editor", "Section editor"),
    Account("publisher", "Ruth Amadi", "Publisher", "Publisher"),
    Account("moderator", "Tomas Reyl", "Moderator", "Moderator"),
    Account("reader", "Ned Carrow", "Reader whose comments appear at once", is_staff=False),
    Account("newreader", "Tilda Voss", "Reader without a published comment", is_staff=False),
    Account("onhold", "Gregor Stamm", "Reader on hold", is_staff=False),
    Account("admin", "Edda Holm", "Everything", is_superuser=True),
)
# user name, public name; nobody signs in as these
READERS = (
    ("archivist", "ex-archivist"),
    ("marit", "Marit S."),
    ("rasmus", "Rasmus F."),
    ("hedwig", "Hedwig Ahlers"),
    ("busman", "busman_77"),
    ("heron", "Mottled Heron"),
    ("okafor", "J. Okafor-Lind"),
    ("tilly", "Tilly"),
    ("readingroom", "Old reading room"),
    ("kessel", "Dr Bram Kessel"),
    ("linnet", "Linnet"),
    ("choir", "Quay Street Choir"),
    ("orchard", "Orchard Lane"),
    ("corin", "Corin Haddow"),
    ("pilot", "Harbour pilot, retired"),
    ("laila", "ليلى ن."),
    ("brother", "Branwen’s brother"),
)
# Printed names without an account.
BYLINES = (
    "Joss Verhoeven",
    "Ines Falk",
    "Piotr Adeyemi",
    "Leyla Strand",
    "آنا ليما",
    "يوس فيرهوفن",
    "ريم القاضي",
)

# code, kicker, stage, and for what is public how many hours ago it came out
STORIES = (
    ("B221", "Energy", "published", 92),
    ("C114", "Film", "published", 71),
    ("N084", "Tarnholt", "published", 64),
    ("N085", "Night buses", "published", 58),
    ("W462", "Recounts", "published", 47),
    ("B220", "Companies", "published", 35),
    ("N081", "Courts", "published", 30),
    ("A102", "بحيرة سوريل", "published", 26),
    ("W463", "Lake Sorrel", "published", 23),
    ("A103", "حِرف", "published", 12),
    ("C112", "Night market", "published", 9),
    ("W466", "Islands", "published", 6),
    ("A101", "ميناء أميري", "published", 3),
    ("W461", "Port Amery", "published", 2),
    ("W460", "Kazakhstan", "published", 1),
    ("B219", "Harbour dues", "scheduled", None),
    ("W464", "Dunmarrow", "embargoed", None),
    ("N083", "Government", "approved", None),
    ("A104", "أسعار", "approved", None),
    ("W465", "Borders", "in_edit", None),
    ("A105", "جزر", "in_edit", None),
    ("C113", "Books", "submitted", None),
    ("N082", "", "draft", None),
    ("C115", "", "draft", None),
)

# Those whose discussion lies in discussions/.
DISCUSSED = ("N081", "A101")
