"""The query language: parsing, formatting, and the errors for invalid queries."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.alerts.query.ast import AliasSet, And, AtLeast, FieldValue, Near, NearOperator, Node, Not, Or, Phrase, Prefix
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.query.format import format_query
from consumers.alerts.query.parse import MAX_LENGTH, parse
from consumers.alerts.query.validate import MAX_DEPTH

A, B, C, D = (Phrase(letter) for letter in "abcd")
WORDS = st.sampled_from(["kim", "Путин", "김정은", "summit talks", "Jong-un", "the or", "AT&T"])
SCOPES = st.sampled_from(["anywhere", "title", "lead", "text"])
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Phrase, WORDS, SCOPES, st.booleans()),
    st.builds(Prefix, st.sampled_from(["sanction", "выбор"]), SCOPES),
    st.builds(AliasSet, st.sampled_from(["leaders", "a.b-c"]), SCOPES),
    st.builds(FieldValue, st.sampled_from(["person", "about", "topic", "site", "source"]), WORDS),
)
OPERATORS = st.builds(NearOperator, st.integers(0, 100), st.booleans())


def nears(scope: str) -> st.SearchStrategy[Node]:
    """Return a strategy for trees of NEAR in *scope*."""
    word = st.builds(Phrase, WORDS, st.just(scope))
    part = st.one_of(word, st.lists(word, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))))
    return st.lists(st.tuples(part, OPERATORS), min_size=2, max_size=3).map(
        lambda pairs: Near(tuple(part for part, _ in pairs), tuple(operator for _, operator in pairs[1:]))
    )


def compound(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return a strategy for trees whose root is an operator on trees of *inner*."""
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    positive = st.tuples(LEAVES, several)
    return st.one_of(
        positive.map(lambda pair: And((pair[0], *pair[1]))),
        several.map(Or),
        st.tuples(LEAVES, inner).map(lambda pair: And((pair[0], Not(pair[1])))),
        several.map(lambda parts: AtLeast(len(parts), parts)),
    )


FRAGMENTS = 'a bird* "x y" ( ) AND OR NOT - NEAR/2 ONEAR/1 title: person: @s , case( atleast 2 ( * : " “ 김 近 ~ \n'
FOREIGN_FRAGMENTS = "| & + ! – （ ） ： 「 」 ' ‘ w/5 NEAR 5 BUT ODER ADJ a! \u200b near:"
TREES = st.recursive(st.one_of(LEAVES, SCOPES.flatmap(nears)), compound, max_leaves=12)


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
        ("a NEAR/5 b", Near((A, B), (NearOperator(5, ordered=False),))),
        (
            "a ONEAR/0 (b OR c) NEAR/2 d",
            Near((A, Or((B, C)), D), (NearOperator(0, ordered=True), NearOperator(2, ordered=False))),
        ),
        ("sanction*", Prefix("sanction")),
        ("@leaders", AliasSet("leaders")),
        ("atleast 2 (a, b OR c, d)", AtLeast(2, (A, Or((B, C)), D))),
        ('case("WHO")', Phrase("WHO", exact=True)),
        ("case study", And((Phrase("case"), Phrase("study")))),
        ("title:a", Phrase("a", "title")),
        ("lead: (a OR sanction*)", Or((Phrase("a", "lead"), Prefix("sanction", "lead")))),
        ("text:case(A)", Phrase("A", "text", exact=True)),
        ("title:(a NEAR/3 b)", Near((Phrase("a", "title"), Phrase("b", "title")), (NearOperator(3, ordered=False),))),
        ('person:("A B" OR C)', Or((FieldValue("person", "A B"), FieldValue("person", "C")))),
        ("topic:medtop:11000000", FieldValue("topic", "medtop:11000000")),
        ("a -lang:de", And((A, Not(FieldValue("lang", "de"))))),
        ("a\nAND\tb", And((A, B))),
    ],
)
def test_query_parses_to_tree(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "line", "column", "message"),
    [
        ("", 1, 1, "the query is empty"),
        ("NOT a", 1, 1, "NOT alone matches nearly every article"),
        ("a OR NOT b", 1, 6, "NOT alone matches nearly every article"),
        ("a OR (-b -c)", 1, 7, "NOT alone"),
        ("atleast 1 (a, NOT b)", 1, 15, "NOT alone"),
        ("lang:en", 1, 6, "a filter alone matches nearly every article"),
        ("a NEAR/5", 1, 3, "NEAR/5 needs a word or a phrase after it"),
        ("NEAR/5 a", 1, 1, "NEAR/5 needs something before it"),
        ("a NEAR b", 1, 3, "NEAR takes a number"),
        ("a NEAR/999 b", 1, 1, "too far"),
        ("(a AND b) NEAR/3 c", 1, 2, "NEAR joins words"),
        ("title:a NEAR/3 b", 1, 7, "must be in one field; write title:(a NEAR/3 b)"),
        ("a*", 1, 1, "too short; give 4 letters or more"),
        ("wom*n", 1, 1, "only allowed once, at the end of a word"),
        ("wom?n", 1, 1, "? is not a wildcard"),
        ("김정*", 1, 1, "a star can only follow a single word"),
        ('"climate chang*"', 1, 1, 'write "climate" ONEAR/0 chang*'),
        ('"a b"~5', 1, 6, "write proximity as a NEAR/5 b"),
        ("titel:a", 1, 1, "did you mean title:?"),
        ("zzz:a", 1, 1, "there is no field 'zzz'; known: title, lead"),
        ("title:(person:a)", 1, 15, "a field inside title:"),
        ("site:https://x.org", 1, 6, "put the search text in quotes"),
        ("person:Kim*", 1, 8, "person: takes words and phrases"),
        ("(a", 1, 1, "this parenthesis is not closed"),
        ("a)", 1, 2, "this parenthesis closes nothing"),
        ("a ()", 1, 4, "these parentheses are empty"),
        ('a "b', 1, 3, "this quotation mark is not closed"),
        ("a AND", 1, 3, "AND needs a word or a phrase after it"),
        ("OR a", 1, 1, "OR needs something before it"),
        ("a OR OR b", 1, 3, "OR needs a word or a phrase after it"),
        ("a NOT", 1, 3, "NOT needs a word or a phrase after it"),
        ("title:", 1, 1, "title: needs something to search for after it"),
        ("a, b", 1, 2, "a comma can only separate"),
        ("atleast 3 (a, b)", 1, 1, "atleast 3 of 2 can never hold"),
        ("...", 1, 1, "contains no word"),
        ("12:30", 1, 3, "a colon can only follow a field name"),
        ("a\nAND (b", 2, 5, "this parenthesis is not closed"),
        ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), 1, MAX_DEPTH + 1, "nested too deep"),
        ("title:" + "(a OR (b c " * 5000, 1, 282, "nested too deep"),
        ("a" * (MAX_LENGTH + 1), 1, MAX_LENGTH + 1, "at most 65,536"),
        ("(a|a)*" * 1_700_000, 1, MAX_LENGTH + 1, "at most 65,536"),
    ],
)
def test_invalid_query_has_position_and_remedy(query: str, line: int, column: int, message: str) -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse(query)
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)


def test_caret_is_under_the_position() -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse('Kim AND\n"김정은" (x')
    assert caught.value.context == '    "김정은" (x\n             ^'


@settings(deadline=None)
@given(TREES)
def test_formatted_tree_parses_to_the_same_tree(tree: Node) -> None:
    assert parse(format_query(tree)) == tree


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(f"{FRAGMENTS} {FOREIGN_FRAGMENTS}".split(" ")), max_size=14).map(" ".join),
    )
)
def test_any_text_is_a_valid_query_or_an_error_with_a_position(text: str) -> None:
    tree, error = None, None
    try:
        tree = parse(text)
    except InvalidQuery as caught:
        error = caught
    if tree:
        assert parse(format_query(tree)) == tree
    else:
        assert error
        assert (0 <= error.offset <= len(text), error.message != "", error.context[-1]) == (True, True, "^")
