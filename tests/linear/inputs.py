"""Texts that make rules, tokenizers and parsers slow, each at any length."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count, product

Generator = Callable[[int], str]
_LETTERS = "abcdefghijklmnop"


def repeated(piece: str, start: str = "", end: str = "") -> Generator:
    """Return the generator of texts of *piece* again and again, after *start* and before *end*."""
    return lambda size: start + (piece * (size // len(piece) + 1))[:size] + end


def numbered(template: str) -> Generator:
    """Return the generator of texts of *template*, each time with another made-up name for {}."""

    def generate(size: int) -> str:
        pieces: list[str] = []
        length = 0
        for name in _names():
            if length >= size:
                return "".join(pieces)[:size]
            pieces.append(template.replace("{}", name))
            length += len(pieces[-1])
        return ""

    return generate


def halves(first: str, second: str) -> Generator:
    """Return the generator of texts of *first* again and again, and then *second* as often."""
    return lambda size: first * (size // 2 // len(first)) + second * (size // 2 // len(second))


def _names() -> Iterator[str]:
    for length in count(4):
        yield from map(str.capitalize, map("".join, product(_LETTERS, repeat=length)))


WORDS: Mapping[str, Generator] = {
    "according to a-a-a": repeated("a-", "According to "),
    "according to A-A-A": repeated("A-", "According to "),
    "one giant word": repeated("a"),
    "one giant capital word": repeated("A", "According to "),
    "a-a-a": repeated("a-"),
    "Ab-Cd": repeated("Ab-Cd "),
    "a'a'a": repeated("a'"),
    "to deny": repeated("to deny "),
    "to be be deny": repeated("be been ", "to ", "deny"),
    "not confirm": repeated("not confirm "),
    "not, spaces, confirm": repeated("not" + " " * 50 + "confirm "),
    "not and spaces": repeated(" ", "not", "confirm"),
    "neither": repeated("neither "),
    "sources": repeated("sources "),
    "had no": repeated("had no "),
    "had no, spaces": repeated("had no" + " " * 60),
    "senior": repeated("senior "),
    "denied sentences": repeated("denied. "),
    "denied by names": repeated("Xi Jinping denied. "),
    "no sentence": repeated("word "),
    "many sentences": repeated("It is so. "),
    "correction": repeated("correction,,, "),
    "said": repeated("said "),
    "said,": repeated("said, "),
    "he said": repeated("he said that "),
    "said it said": repeated("The ministry said it had no comment and said "),
    "who said": repeated("the man who said "),
    "one sentence of claims in German": repeated("teilte ein Sprecher der Stadt der Polizei des Amtes "),
    "one sentence of claims in Spanish": repeated("según informó el ministro que dijo la policía de la ciudad que "),
    "one sentence of claims in French": repeated("a-t-il dit que l'agence du maire des services a confirmé "),
    "one sentence of claims in Russian": repeated("сообщили в мэрии города газета «А» пишет что "),
    "declining in German": repeated("wollte sich a a a a a "),
    "one sentence of claims": repeated("officials in Oslo and a man from Bergen said, adding that "),
    "one of the officials": repeated("one of the officials of "),
    "commas said": repeated("Ann Vale, the mayor, said, "),
    "citing": repeated("citing two officials "),
    "cited by names": numbered("{} Vale, citing {}, said "),
    "denied that denied": repeated("denied that she "),
    "quoted said": repeated('"I deny it," he said. '),
    "open quotations": repeated("\"'“‘ said "),
    "colons of a title": repeated("Kremlin: "),
    "abbreviations of a text": repeated("Gen. Mr. U.S. "),
    "on Monday": repeated("on Monday ", "He ", "said"),
    "has not yet": repeated("has not yet ", "He ", "said"),
    "went on to": repeated("went on to ", "He ", "say"),
    "his office": repeated("his office said "),
}
"""Words and phrases that the rules of attribution look for."""

NAMES: Mapping[str, Generator] = {
    "names": numbered("{} Jong. "),
    "names of one surname": numbered("{} Kim "),
    "names that deny": numbered("{} Vale denied. "),
    "organisations": numbered("Bank {} (BA) "),
    "abbreviations": numbered("World Bank of {} (W.{}.) W "),
    "one name": repeated("Xi Jinping. "),
    "short names": repeated("Kim ", "Kim Jong Un. "),
    "offices": repeated("President Erdogan "),
    "namesakes": repeated("Aylin Erdogan. "),
    "United": repeated("United "),
    "Aa of the Bb": repeated("Aa of the "),
    "capitals": repeated("Aa Bb Cc Dd "),
    "capitals, then no summit": repeated("Aa", "", " Sum"),
    "A-A\u2019": repeated("A-A\u2019"),
    "initials": repeated("U.S."),
    "spaced initials": repeated("J. K. "),
    "of the of": repeated("the of "),
    "NATO (": repeated("NATO ("),
    "brackets": halves("(", ")"),
    "the the the": repeated("the "),
    "captions": repeated("Ann Vale in Oslo, April 25, 2019.\nAP\n"),
    "biographies": repeated("Ann Vale is a reporter based in Oslo.\n"),
    "further biographies": repeated("She covers Oslo.\n", "Ann Vale is a reporter.\n"),
    "related articles": repeated("Related articles\nFerry late\nRead more: Ferry\n"),
    "newsletters": repeated("Sign up for our newsletter. "),
    "bylines": repeated("By Ann Vale, Bo Vale and "),
    "reporting by": halves("Reporting by And and And and A-A.A And and And\n", "Ann contributed, Bo contributed to\n"),
}
"""What looks like names, and like what is not news."""

SIGNS: Mapping[str, Generator] = {
    "quotes": halves("\u201c", "\u201d"),
    "apostrophes": repeated("\u2019s"),
    "dots": repeated("."),
    "a.": repeated("a."),
    "dots and spaces": repeated(". "),
    "stops and quotes": repeated('." '),
    "bang capital": repeated("! A "),
    "commas": repeated(","),
    "newlines": repeated("\n"),
    "newlines and spaces": repeated("\n "),
    "spaces": repeated(" ", "a", "b"),
    "tabs": repeated("\t"),
    "lists": repeated("\n- a"),
    "ampersands": repeated("&"),
    "words and ampersands": repeated("a & "),
    "hashtags": repeated("#aB"),
    "one hashtag": repeated("aB", "#"),
    "at signs": repeated("@"),
    "mail": repeated("a@"),
    "underscores": repeated("_a"),
    "hyphens": repeated("-"),
    "digits": repeated("7"),
    "numbers": repeated("1.2,3:4 "),
    "dates": repeated("1-"),
    "plus signs": repeated("C+"),
    "slashes": repeated("/"),
    "percent": repeated("%2"),
    "stars": repeated("*"),
    "colons": repeated("1:"),
    "zeros": repeated("\0"),
}
"""Signs and numbers."""

MARKUP: Mapping[str, Generator] = {
    "less-than signs": repeated("<"),
    "a <": repeated("a <"),
    "<a ": repeated("<a "),
    "<a b=": repeated("<a b="),
    "<a href='": repeated("<a href='"),
    '<a b=">" ': repeated('<a b=">" '),
    '<a b="<': repeated('<a b="<'),
    "</": repeated("</"),
    "<!--": repeated("<!--"),
    "<!-- --": repeated("-- ", "<!-- "),
    "<![CDATA[": repeated("<![CDATA["),
    "<?": repeated("<?"),
    "<!ENTITY": repeated("<!ENTITY a "),
    "nested elements": halves("<b>", "</b>"),
    "unclosed elements": repeated("<b>"),
    "unclosed paragraphs": repeated("<p>a"),
    "nested lists": repeated("<ul><li>"),
    "tables": repeated("<table><tr><td>"),
    "formatting": repeated("<b><i><a href=x>"),
    "misnested": repeated("<b><p></b>"),
    "broken ends": repeated("</b>"),
    "references": repeated("&amp;"),
    "open references": repeated("&amp"),
    "&#": repeated("&#"),
    "number references": repeated("&#1"),
    "attributes": repeated("a=b ", "<a ", ">"),
    "scripts": repeated("<script>"),
    "titles": repeated("<title>"),
    "greater-than signs": repeated(">"),
    "svg": repeated("<svg><a>"),
    "items": repeated("<item><title>a</title>"),
    "texts that are open": repeated("<title type "),
    "bodies that are open": repeated("<body "),
    "links": repeated('<link rel="alternate" href="a">'),
}
"""Markup that is nested, open or broken."""

SCRIPTS: Mapping[str, Generator] = {
    "combining marks": repeated("\u0336", "Z"),
    "mixed marks": repeated("\u0301\u0316\u0327\u0336", "Z"),
    "letters with marks": repeated("Z" + "\u0301\u0316\u0327\u0336" * 4),
    "unordered marks": halves("\u0301", "\u0316"),
    "combining jamo": repeated("\u1161"),
    "jamo": repeated("\u1100\u1161\u11a8"),
    "joiners": repeated("\u200d"),
    "a and joiner": repeated("a\u200d"),
    "Persian joiner": repeated("\u0645\u200c"),
    "right to left": repeated("\u202e\u0627"),
    "Arabic": repeated("\u0648\u0628\u0627\u0644"),
    "Arabic words": repeated("\u0648\u0628\u0627\u0644\u0628\u062d\u0631 "),
    "Hebrew": repeated('\u05e6\u05d4"\u05dc '),
    "Hebrew marks": repeated("\u05d0\u05b0"),
    "Hangul": repeated("\uae40\uc815\uc740\uc774"),
    "ideographs": repeated("\u4e60\u8fd1\u5e73"),
    "ideographs and stops": repeated("\u4e60\u3002"),
    "katakana": repeated("\u30d7\u30fc\u30c1\u30f3"),
    "half-width katakana": repeated("\uff8a\uff9f"),
    "Thai": repeated("\u0e17\u0e23\u0e31\u0e21\u0e1b\u0e4c"),
    "Thai vowels": repeated("\u0e40"),
    "Thai marks": repeated("\u0e31", "\u0e01"),
    "Burmese": repeated("\u1019\u103c\u1014\u103a\u1019\u102c"),
    "Khmer": repeated("\u1780\u17d2"),
    "umlauts": repeated("\u00e4"),
    "umlauts and hyphens": repeated("\u00e4-"),
    "umlaut words": repeated("M\u00fcller "),
    "ligatures": repeated("\ufdfa"),
    "sharp s": repeated("\u00df\u1e9e"),
    "mixed scripts": repeated("\u0430a"),
    "superscripts": repeated("\u00b2\u207a"),
    "emoji": repeated("\U0001f468\u200d"),
    "noncharacters": repeated("\ufffe"),
    "dotted I": repeated("\u0130"),
}
"""Letters of other scripts, and marks."""

JSON: Mapping[str, Generator] = {
    "open arrays": repeated("[", '{"items": '),
    "open objects": repeated('{"a":', '{"items": ['),
    "open items": repeated('{"id": "a", ', '{"version": "https://jsonfeed.org/version/1", "items": ['),
    "items of JSON": repeated('{"id": "a"} ', '{"version": "https://jsonfeed.org/version/1", "items": [', "]}"),
    "strings of JSON": repeated('"', '{"items": ["'),
    "escapes": repeated("\\", '{"items": ["'),
    "escaped quotes": repeated('\\"', '{"items": [{"id": "'),
    "commas of JSON": repeated(",", '{"items": ['),
    "comments of JSON": repeated("/*", '{"items": ['),
    "numbers of JSON": repeated("-1", '{"items": ['),
    "surrogates": repeated("\\ud800", '{"items": [{"id": "'),
}
"""JSON that is open or broken."""

ALL: Mapping[str, Generator] = {**WORDS, **NAMES, **SIGNS, **MARKUP, **SCRIPTS, **JSON}
