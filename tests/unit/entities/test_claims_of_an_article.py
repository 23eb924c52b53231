"""The claims of a whole article, in which many sources speak through several outlets about a journey that nobody confirms."""

from tests.unit.entities.told import told

TITLE = "Turkey’s Erdogan sets off for Armenia and meets Pashinyan: reports"
TEXT = """\
Turkish President Recep Tayyip Erdogan apparently left by train for Armenia and a meeting with Prime Minister Nikol \
Pashinyan, Georgian media reported on Thursday, citing unnamed senior transport ministry officials.

Georgian news agency Kolkheti reported earlier on Thursday that Erdogan, who seldom takes trains, would visit Lake Sevan \
“before the weekend.”

The Kremlin said on Wednesday that Vladimir Putin would be in the southern city of Sochi for the Black Sea Forum, but \
said it had “nothing to add and no comment” on a trip by Erdogan.

Armenia is one of the few neighbours with which Turkey has no open border, and Pashinyan promised last month to “open \
the railway step by step.”

Erdogan’s last journey by rail in 2021 also ended at a lake.


Recep Tayyip Erdogan waves from a window of his carriage in Kars, Turkey, June 3, 2021.
MNW

The Tbilisi newspaper Morning Rail said Erdogan left Ankara late on Wednesday and would meet Pashinyan as early as \
Friday.

Broadcaster TV Nine reported that the special train would stop at the border and that the talks were expected to start \
on Friday, although it was first reported that they would start on Saturday.

Both reports cited unnamed senior Georgian railway sources.

Iranian media reported that platforms were being swept at the station of Khoy, where no train has stopped for years.

Turkey’s state television made no mention of a journey.

Georgia’s foreign ministry said it was following the matter but declined to confirm details. Georgia’s Railway Office \
officials said they had no information to give, while National Security officials could not be reached.

A meeting of the two would probably be about gas and perhaps a pipeline, European and Georgian diplomats and analysts \
said.

France said it would be a “step forward” for Turkey to open the border and warned Ankara it would “watch the pipeline \
closely.”

France has said talks about the pipeline are moving ahead, despite repeated denials from Ankara and Yerevan.

DARIA LOWE

DARIA LOWE is a reporter of the Morning Desk based in Riga. She has covered railways widely, as well as ports. She \
joined the Morning Desk in 2020 from the Daily Quay. You can reach her by writing to the desk.
"""
NAMES = {"Kolkheti": "ORG", "Morning_Rail": "ORG", "TV_Nine": "ORG"}
EXPECTED = [
    "announced: Nikol Pashinyan",
    "declined: Georgia’s Railway Office officials",
    "declined: Georgia’s foreign ministry",
    "declined: Kremlin",
    "declined: National Security officials",
    "declined: Turkey’s state television",
    "denied: Ankara",
    "denied: Yerevan",
    "reported: European and Georgian diplomats and analysts",
    "reported: Georgia’s Railway Office officials",
    "reported: Iranian media",
    "reported: Kolkheti",
    "reported: Morning Rail",
    "reported: None",
    "reported: TV Nine",
    "reported: reports",
    "reported: unnamed senior Georgian railway sources through both reports",
    "reported: unnamed senior transport ministry officials through Georgian media",
    "said: France",
    "said: France",
    "said: France",
    "said: Georgia’s foreign ministry",
    "said: Kremlin",
    "said: Kremlin",
]


def test_an_article_of_many_sources_gives_each_its_claim_and_its_subject_none() -> None:
    assert told(TEXT, TITLE, **NAMES) == EXPECTED
