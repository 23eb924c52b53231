"""The query language: what a text means, and what is said of one that means nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.alerts.query.ast import AliasSet, And, AtLeast, Link, Near, Node, Not, Or, Phrase, Prefix, Value
from consumers.alerts.query.errors import BadQuery
from consumers.alerts.query.format import show
from consumers.alerts.query.parse import LONGEST, parse
from consumers.alerts.query.validate import DEEPEST, hints

A, B, C, D = (Phrase(letter) for letter in "abcd")
WORDS = st.sampled_from(["kim", "Путин", "김정은", "summit talks", "Jong-un", "the or", "AT&T"])
WHERE = st.sampled_from(["anywhere", "title", "lead", "text"])
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Phrase, WORDS, WHERE, st.booleans()),
    st.builds(Prefix, st.sampled_from(["sanction", "выбор"]), WHERE),
    st.builds(AliasSet, st.sampled_from(["leaders", "a.b-c"]), WHERE),
    st.builds(Value, st.sampled_from(["person", "topic", "site", "source"]), WORDS),
)
LINKS = st.builds(Link, st.integers(0, 100), st.booleans())


def nears(where: str) -> st.SearchStrategy[Node]:
    """A Near in one field."""
    word = st.builds(Phrase, WORDS, st.just(where))
    part = st.one_of(word, st.lists(word, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))))
    return st.lists(st.tuples(part, LINKS), min_size=2, max_size=3).map(
        lambda pairs: Near(tuple(part for part, _ in pairs), tuple(link for _, link in pairs[1:]))
    )


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """What stands above *inner*."""
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    positive = st.tuples(LEAVES, several)
    return st.one_of(
        positive.map(lambda found: And((found[0], *found[1]))),
        several.map(Or),
        st.tuples(LEAVES, inner).map(lambda pair: And((pair[0], Not(pair[1])))),
        several.map(lambda parts: AtLeast(len(parts), parts)),
    )


PIECES = 'a bird* "x y" ( ) AND OR NOT - NEAR/2 ONEAR/1 title: person: @s , case( atleast 2 ( * : " “ 김 近 ~ \n'
TREES = st.recursive(st.one_of(LEAVES, WHERE.flatmap(nears)), grown, max_leaves=12)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b c", And((A, B, C))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a -b", And((A, Not(B)))),
        ("a NOT (b OR c)", And((A, Not(Or((B, C)))))),
        ("a b OR c -d", Or((And((A, B)), And((C, Not(D)))))),
        ('"a b"', Phrase("a b")),
        ("“a b” «c»", And((Phrase("a b"), C))),
        ("Jong-un's", Phrase("Jong-un's")),
        ("android ORLANDO", And((Phrase("android"), Phrase("ORLANDO")))),
        ("a NEAR/5 b", Near((A, B), (Link(5, ordered=False),))),
        ("a ONEAR/0 (b OR c) NEAR/2 d", Near((A, Or((B, C)), D), (Link(0, ordered=True), Link(2, ordered=False)))),
        ("sanction*", Prefix("sanction")),
        ("@leaders", AliasSet("leaders")),
        ("atleast 2 (a, b OR c, d)", AtLeast(2, (A, Or((B, C)), D))),
        ('case("WHO")', Phrase("WHO", exact=True)),
        ("case study", And((Phrase("case"), Phrase("study")))),
        ("title:a", Phrase("a", "title")),
        ("lead: (a OR sanction*)", Or((Phrase("a", "lead"), Prefix("sanction", "lead")))),
        ("text:case(A)", Phrase("A", "text", exact=True)),
        ("title:(a NEAR/3 b)", Near((Phrase("a", "title"), Phrase("b", "title")), (Link(3, ordered=False),))),
        ('person:("A B" OR C)', Or((Value("person", "A B"), Value("person", "C")))),
        ("topic:medtop:11000000", Value("topic", "medtop:11000000")),
        ("a -lang:de", And((A, Not(Value("lang", "de"))))),
        ("a\nAND\tb", And((A, B))),
    ],
)
def test_what_a_query_means(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "line", "column", "said"),
    [
        ("", 1, 1, "the query is empty"),
        ("NOT a", 1, 1, "NOT alone matches nearly every article"),
        ("a OR NOT b", 1, 6, "NOT alone matches nearly every article"),
        ("a OR (-b -c)", 1, 7, "NOT alone"),
        ("atleast 1 (a, NOT b)", 1, 15, "NOT alone"),
        ("lang:en", 1, 6, "a filter alone matches nearly every article"),
        ("a NEAR/5", 1, 3, "NEAR/5 has nothing behind it"),
        ("NEAR/5 a", 1, 1, "NEAR/5 has nothing before it"),
        ("a NEAR b", 1, 3, "NEAR takes a number"),
        ("a near/5 b", 1, 3, "in upper case"),
        ("a NEAR/999 b", 1, 1, "too far"),
        ("(a AND b) NEAR/3 c", 1, 2, "NEAR joins words"),
        ("title:a NEAR/3 b", 1, 7, "one field; write title:(a NEAR/3 b)"),
        ("a*", 1, 1, "too short; give 4 letters or more"),
        ("wom*n", 1, 1, "only at the end of a word"),
        ("wom?n", 1, 1, "? is no wildcard here"),
        ("김정*", 1, 1, "one word alone"),
        ('"climate chang*"', 1, 1, 'write "climate" ONEAR/0 chang*'),
        ('"a b"~5', 1, 6, "write nearness as a NEAR/5 b"),
        ("a|b", 1, 1, "write AND and OR as words"),
        ("titel:a", 1, 1, "did you mean title:?"),
        ("zzz:a", 1, 1, "there is no field 'zzz'; known: title, lead"),
        ("title:(person:a)", 1, 15, "a field within title:"),
        ("site:https://x.org", 1, 6, "put what is looked for in quotes"),
        ("person:Kim*", 1, 8, "person: takes words and phrases"),
        ("(a", 1, 1, "this parenthesis is not closed"),
        ("a)", 1, 2, "this parenthesis closes none"),
        ("a ()", 1, 4, "nothing between the parentheses"),
        ('a "b', 1, 3, "this quotation mark is not closed"),
        ("a AND", 1, 3, "AND has nothing behind it"),
        ("OR a", 1, 1, "OR has nothing before it"),
        ("a OR OR b", 1, 3, "OR has nothing behind it"),
        ("a NOT", 1, 3, "NOT has nothing behind it"),
        ("title:", 1, 1, "title: has nothing behind it"),
        ("a, b", 1, 2, "a comma stands only between"),
        ("atleast 3 (a, b)", 1, 1, "atleast 3 of 2 can never hold"),
        ("...", 1, 1, "holds no word"),
        ("12:30", 1, 3, "a colon stands only behind a field's name"),
        ("a\nAND (b", 2, 5, "this parenthesis is not closed"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), 1, DEEPEST + 1, "too deep"),
        ("title:" + "(a OR (b c " * 5000, 1, 282, "too deep"),
        ("a" * (LONGEST + 1), 1, LONGEST + 1, "at most 65,536"),
        ("(a|a)*" * 1_700_000, 1, LONGEST + 1, "at most 65,536"),
    ],
)
def test_what_is_wrong_has_its_place_and_a_remedy(query: str, line: int, column: int, said: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(query)
    assert said in caught.value.said
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_caret_stands_under_the_place() -> None:
    with pytest.raises(BadQuery) as caught:
        parse('Kim AND\n"김정은" (x')
    assert caught.value.shown == '    "김정은" (x\n             ^'


def test_an_operator_in_lower_case_is_pointed_out() -> None:
    query = 'a or b "and" title:not'
    assert [(at, said.split(";")[0]) for at, said in hints(query, parse(query))] == [
        (2, "'or' is looked for as a word"),
        (19, "'not' is looked for as a word"),
    ]


@given(TREES)
def test_a_tree_shown_and_parsed_is_the_tree(tree: Node) -> None:
    assert parse(show(tree)) == tree


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(PIECES.split(" ")),
            max_size=14,
        ).map(" ".join),
    )
)
def test_any_text_is_a_query_or_an_error_with_a_place(text: str) -> None:
    found, wrong = None, None
    try:
        found = parse(text)
    except BadQuery as error:
        wrong = error
    if found:
        assert parse(show(found)) == found
    else:
        assert wrong
        assert (0 <= wrong.at <= len(text), wrong.said != "", wrong.shown[-1]) == (True, True, "^")
