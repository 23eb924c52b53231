"""Signs and operators of other query languages: understood, or an error with a remedy, but never read as words."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.alerts.query import signs
from consumers.alerts.query.ast import Node
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.query.fields import FIELDS
from consumers.alerts.query.format import format_query
from consumers.alerts.query.hints import find_hints
from consumers.alerts.query.parse import parse
from tests.doubling import measure
from tests.linear.growth import MAX_EXPONENT
from tests.unit.alerts.test_query import TREES

UNDERSTOOD = {
    "harbour -strike": [
        *(f"harbour {dash}strike" for dash in signs.DASHES),
        "harbour !strike",
        "harbour ！strike",
        "harbour ¬strike",
        "harbour \u200b-strike",
        "harbour -\u2060strike",
        "harbour ANDNOT strike",
        "harbour AND-NOT strike",
        "harbour AND NOT strike",
        "harbour BUT NOT strike",
        "harbour NICHT strike",
        "harbour UND NICHT strike",
        "harbour SAUF strike",
        "harbour ＮＯＴ strike",
        "+harbour -strike",
    ],
    'harbour NOT ("wage deal" OR ferry)': [
        "harbour –(»wage deal« OR ferry)",
        "harbour −（「wage deal」｜ferry）",
        "harbour !('wage deal'|ferry)",
        "harbour ANDNOT (‘wage deal’ || ferry)",
    ],
    '"harbour strike"': [
        "＂harbour strike＂",
        "“harbour strike”",
        "”harbour strike”",
        "„harbour strike“",
        "„harbour strike”",
        "‟harbour strike”",
        "«harbour strike»",
        "»harbour strike«",
        "»harbour strike»",
        "‹harbour strike›",
        "›harbour strike‹",
        "「harbour strike」",
        "『harbour strike』",
        "《harbour strike》",
        "〈harbour strike〉",
        "｢harbour strike｣",
        "〝harbour strike〞",
        "'harbour strike'",
        "‘harbour strike’",
        "‚harbour strike‘",
        "’harbour strike’",
        "`harbour strike`",
        "``harbour strike''",
        "''harbour strike''",
    ],
    "harbour AND strike": [
        "harbour & strike",
        "harbour && strike",
        "harbour ＆ strike",
        "harbour&&strike",
        "harbour + strike",
        "+harbour +strike",
        "harbour UND strike",
        "harbour ET strike",
        "harbour ＡＮＤ strike",
        "harbour АND strike",
    ],
    "harbour OR strike": [
        "harbour|strike",
        "harbour || strike",
        "harbour ｜ strike",
        "harbour ODER strike",
        "harbour OU strike",
        "harbour ИЛИ strike",
        "harbour ELLER strike",
        "harbour ОR strike",
    ],
    "harbour NEAR/5 strike": [
        *(f"harbour near{sign}5 strike" for sign in ("/", ":", "-", "~", "_", "", "／", ": ", "/ ")),
        *(f"harbour NEAR{sign}5 strike" for sign in ("/", "=", ":", "-", "~", "_", "", "／", ": ", "/ ", " ", " /")),
        *(f"harbour {name}/5 strike" for name in ("w", "W", "n", "N", "", "within", "WITHIN")),
        "harbour NEAR/５ strike",
    ],
    "harbour ONEAR/5 strike": [
        *(f"harbour {name} strike" for name in ("onear/5", "ONEAR5", "ONEAR 5", "pre/5", "PRE/5", "P/5", "DNEAR5")),
    ],
    "harbour ONEAR/0 strike": ["harbour ADJ strike"],
    "title:(harbour OR strik*)": ["title：（harbour OR strik＊）", "intitle:(harbour OR strik*)", "headline: (harbour|strik*)"],
    "atleast 2 (harbour, strike, @ships)": ["atleast ２（harbour，strike、＠ships）", "ATLEAST/2 (harbour, strike, @ships)"],
    "harbour lang:de": ["harbour language:de", "harbour lang：de"],
    "case(Port)": ["case（Port）", "CASE('Port')", "case(«Port»)"],
    '"O\'Hara said" ferry': ["'O'Hara said' ferry", "‘O’Hara said’ ferry".replace("O’", "O'")],
}
PAIRS = [(ours, other) for ours, others in UNDERSTOOD.items() for other in others]


@pytest.mark.parametrize(("ours", "other"), PAIRS)
def test_an_operator_that_is_plainly_meant_is_understood(ours: str, other: str) -> None:
    assert parse(other) == parse(ours)


@pytest.mark.parametrize(
    ("query", "column", "remedy"),
    [
        ("harbour - strike", 9, "a dash is only allowed before"),
        ("harbour — strike", 9, "a dash is only allowed before"),
        ("harbour ! strike", 9, "write NOT"),
        ("harbour ~strike", 9, "NEAR/5"),
        ("blockad!", 1, 'write blockad* for every ending, or "blockad!" in quotes'),
        ("harbour|strike ferry", 8, "write OR, and parentheses"),
        ("title:harbour|strike", 14, "write OR, and parentheses"),
        ("harb(o|ou)r", 7, "write OR, and parentheses"),
        ("+harbour strike", 1, "remove the plus"),
        ("harbour OR +strike", 12, "remove the plus"),
        ("harbour& strike", 1, "write AND between words"),
        ("harbour N5 strike", 9, "write NEAR/5 for any order or ONEAR/5 for this order"),
        ("harbour W12 strike", 9, "write NEAR/12 for any order"),
        ("harbour ADJ3 strike", 9, "write NEAR/3 for any order"),
        ("harbour +4 strike", 9, "write NEAR/4 for any order"),
        ("harbour BEFORE/5 strike", 9, "write NEAR/5"),
        ("harbour XNEAR5 strike", 9, "write NEAR/5"),
        ("harbour WITHIN 5 strike", 9, "write NEAR/5"),
        ("harbour NEAR strike", 9, "NEAR takes a number"),
        ("harbour near:strike", 9, "the number of words after a slash"),
        ("harbour /s strike", 9, "no operator for sentences"),
        ("harbour w/p strike", 9, "no operator for sentences"),
        ("harbour +s strike", 9, "remove the plus"),
        ("harbour NOT w/5 strike", 9, "NOT needs a word"),
        ("harbour BUT strike", 9, "write NOT"),
        ("harbour WITHOUT strike", 9, "write NOT"),
        ("harbour w/o strike", 9, "write NOT"),
        ("harbour NO strike", 9, "write NOT"),
        ("harbour NIET strike", 9, "write NOT"),
        ("harbour DEĞİL strike", 9, "write NOT"),
        ("harbour LUB strike", 9, "write OR"),
        ("harbour ORAZ strike", 9, "write AND"),
        ("harbour pre/s strike", 9, "no operator for sentences"),
        ("harbour AROUND(4) strike", 9, "NEAR/5"),
        ("allcaps(harbour)", 1, 'case("WHO")'),
        ("plural(harbours)", 1, "as it is"),
        ("TI(harbour)", 1, "with a colon"),
        ("hd=harbour", 1, "a field has a colon"),
        ("harbour%20strike", 1, "from a web address"),
        ("HARBOUR ET STRIKE", 9, "write AND, or put it in quotes"),
        ("harbour AND/OR strike", 9, "write one of AND, OR and NOT"),
        ("harbour .AND. strike", 9, "write one of AND, OR and NOT"),
        ("harbour XOR strike", 9, "write it with AND, OR and NOT"),
        ("harbour; strike", 8, "a semicolon separates nothing"),
        ("harbour、strike", 8, "write OR or AND"),
        ("harbour, strike", 8, "write OR or AND"),
        ("headline(harbour)", 1, "write a field with a colon"),
        ("allintitle: harbour strike", 1, "title:(a b)"),
        ("inurl:harbour", 1, "write site:"),
        ("author:Doe", 1, "authors cannot be searched"),
        ("hashtag:harbour", 1, 'as in "#summit"'),
        ("since:2020 harbour", 1, "backtest --since"),
        ("[harbour TO strike]", 1, "round parentheses"),
        ("{harbour strike}", 1, "round parentheses"),
        ("【harbour】", 1, "round parentheses"),
        ("harbour~2", 1, "join the spellings with OR"),
        ("harbour^2", 1, "words have no weight"),
        ('"harbour strike"^2', 17, "words have no weight"),
        ("/harb.*/", 1, "no regular expressions"),
        ("harb.*", 1, "no regular expressions"),
        (r"\bharbour", 1, "no regular expressions"),
        ("harbo?r", 1, "? is not a wildcard"),
        ("harbour?", 1, "? is not a wildcard"),
        ("harbour$", 1, "no other wildcards"),
        ("harbo#r", 1, "# is not a wildcard"),
        ("<harbour>", 1, "this sign has no meaning here"),
        ("“harbour strike", 1, "is not closed"),
        ("「harbour strike", 1, "has no other one"),
        ('“harbour" OR "strike”', 1, "differ"),
        ('“harbour" "strike”', 1, "differ"),
        ('"harbour” ferry "strike” docks', 24, "of the same kind on both sides"),
        ("'Twas OR dockers' strike", 1, "may be one phrase or several"),
        ("\u200b", 1, "not visible"),
    ],
)
def test_an_operator_that_is_not_plain_is_an_error_with_a_remedy(query: str, column: int, remedy: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse(query)
    assert (caught.value.column, remedy in caught.value.message) == (column, True), caught.value.message


NAMES = """
C++ C# .NET $5bn 18+ AT&T R&D #harbour O'Hara l'Aquila 'Ndrangheta ‘Okina US$ 9/11 AC/DC 24/7 km/h OS/2 Jong–un Yahoo! OR-7
B-52 E=mc2 N/A e-mail T-34 U.S. Ke$ha 5% '90s +49 well-being A/B/C München Ω 김정은 ODER N5 ADJ BUT
"""


@pytest.mark.parametrize("word", NAMES.split())
def test_a_name_with_signs_stays_one_word(word: str) -> None:
    assert parse(word) == parse(f'"{word}"')


@pytest.mark.parametrize("text", ["blockad!", "w/5", "a|b", "N5", "C++", "(a OR b)", "–x", "near:5", "@dock", "[x]"])
def test_quoted_text_is_always_literal(text: str) -> None:
    tree = parse(f'"{text}" harbour')
    assert format_query(tree) == f'"{text}" AND "harbour"'


@pytest.mark.parametrize(
    ("query", "hints"),
    [
        ('harbour AND NOT ("a b" OR “c d” OR «e f») -x NEAR/5 y title:zebra* @s case(WHO) atleast 1 (a, b)', []),
        ("harbour –strike", [("foreign", 8, "(–); the query is read as: harbour AND NOT strike")]),
        ("harbour NEAR 5 strike", [("foreign", 8, "read as: harbour NEAR/5 strike")]),
        ("+harbour +strike", [("foreign", 0, "(+); the query is read as: harbour AND strike")]),
        ("「x y」 headline：z", [("foreign", 0, "(「...」, headline：)")]),
        ("harbour or strike", [("lower-case", 8, "'or' is searched for as a word; the operator is OR")]),
        ('harbour And "or" text:not', [("lower-case", 8, "AND"), ("lower-case", 22, "NOT")]),
        ("harbour oder strike near ferry", [("lower-case", 8, "OR"), ("lower-case", 20, "NEAR/5")]),
        ('"harbour OR strike"', [("literal", 0, "OR inside quotation marks is a word")]),
        ("Jeopardy!", [("literal", 0, "read as a name with its sign; for every ending write Jeopardy*")]),
        ("Harbour&Strike AT&T", [("literal", 0, "for both words, anywhere, write Harbour AND Strike")]),
        ("Vitamin E prices", [("literal", 8, "the operator is AND; put a name in quotes")]),
        ("harbour OF strike", [("literal", 8, "the operator is OR")]),
        ("harbour\nstrike\nferry", [("literal", 0, "the lines are joined with AND")]),
        ("harbour\nOR strike\nOR ferry", []),
    ],
)
def test_what_was_guessed_is_told(query: str, hints: list[tuple[str, int, str]]) -> None:
    found = find_hints(query, FIELDS)
    assert [(kind, offset) for kind, offset, _ in found] == [(kind, offset) for kind, offset, _ in hints]
    assert all(text in hint.message.replace('"', "") for hint, (_, _, text) in zip(found, hints, strict=True))


def parsed(query: str) -> Node | None:
    """Return the tree of *query*, or None if it is invalid."""
    try:
        return parse(query)
    except InvalidQuery:
        return None


@pytest.mark.parametrize("query", ["atleast{ }x", "{'a }", "{a'}", "{x/}", "a{*}", "{''a }"])
def test_the_time_is_linear_in_the_length_of_a_query(query: str) -> None:
    start, repeated, end = re.split("[{}]", query)

    def prepare(size: int) -> Callable[[], object]:
        text = start + repeated * (size // len(repeated)) + end
        return lambda: parsed(text)

    assert measure(prepare, 7_500).exponent < MAX_EXPONENT


LOOK_ALIKES = {
    "(": signs.OPENING,
    ")": signs.CLOSING,
    ",": signs.COMMAS,
    ":": signs.COLONS,
    "*": signs.STARS,
    "@": signs.ATS,
    " OR ": [" || ", " | ", " ODER ", " ＯＲ ", " OR\u200b "],
    " AND ": [" && ", " & ", " UND ", " ", " ＡＮＤ ", "\u00a0AND\u3000"],
    " AND NOT ": [" -", " –", " − ", " !", " ANDNOT ", " BUT NOT ", " NICHT ", " \u200b-", " SAUF "],
    " NEAR/": [" near/", " NEAR:", " NEAR ", " NEAR", " w/", " /"],
    " ONEAR/": [" onear/", " ONEAR ", " pre/"],
}
TOKENS = re.compile(r'"([^"]*)"|' + "|".join(map(re.escape, sorted(LOOK_ALIKES, key=len, reverse=True))))
QUOTES = ["“{}”", "”{}”", "„{}“", "«{}»", "»{}«", "‹{}›", "「{}」", "『{}』", "《{}》", "＂{}＂", "'{}'", "‘{}’", "‚{}‘"]


@settings(deadline=None)
@given(TREES, st.data())
def test_look_alikes_never_change_the_meaning(tree: Node, data: st.DataObject) -> None:
    def disguise(match: re.Match[str]) -> str:
        if match[1] is not None:
            return data.draw(st.sampled_from(['"{}"', *QUOTES])).format(match[1])
        return data.draw(st.sampled_from([match[0], *LOOK_ALIKES[match[0]]]))

    query = TOKENS.sub(disguise, format_query(tree))
    assert parsed(query) in {tree, None}
