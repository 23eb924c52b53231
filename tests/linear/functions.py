"""Every function that reads untrusted text, by name: the rules, the tokenizers and the parsers."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from protego import Protego

from consumers.alerts.matching import reading
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.spellings import forms_of
from consumers.entities.attribution import find_claims
from consumers.entities.attribution.cues import MAX_CONDITION
from consumers.entities.lac import parts
from consumers.entities.language import detect_language
from consumers.entities.linking import link_entities
from consumers.entities.mecab_ko import Morpheme, find_korean_names
from consumers.entities.name_rules.finder import find_names_by_rules
from consumers.entities.name_rules.lexicon import lexicon
from consumers.entities.ner import NerSpan
from consumers.entities.sequences import sentences
from consumers.stories.developments import KnownFacts, add_facts, find_developments, read_facts
from consumers.stories.features import extract_features
from consumers.topics.word_lists import WordClassifier
from monitor.escape import escape_json, escape_xml, printable
from monitor.feeds.articles.edits import make_sketch
from monitor.feeds.articles.outlets import outlet_of
from monitor.feeds.finding.discover import find_feed_links
from monitor.feeds.fulltext.extract import Page
from monitor.feeds.fulltext.merge import is_page_of
from monitor.feeds.fulltext.repeats import drop_copies
from monitor.feeds.parsing import dates, hints, html_text, lenient_json, tags
from monitor.feeds.parsing.charset import is_utf8, to_utf8
from monitor.feeds.parsing.incremental import replace_known_items
from monitor.feeds.parsing.items import NotAFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.parsing.scan import scan
from monitor.feeds.parsing.texts import Text, choose, to_text
from monitor.feeds.urls import canonical, former_canonical, web_link
from monitor.http.headers import parse_max_age, parse_retry_after
from monitor.http.response_head import repair_head
from monitor.messages import Entity
from monitor.redaction import hide_in_text, hide_secrets, secrets_of
from monitor.salience import with_salience
from monitor.text import gazetteer
from monitor.text.languages import pack
from monitor.text.languages.attribution import TOKEN
from monitor.text.not_news import find_not_news, mask
from monitor.text.scripts.support import missing_support
from monitor.text.sentences import split_sentences
from monitor.text.shingles import shingles
from monitor.text.tokens import compose, replace_confusables, spans, tokenize, tokenize_any, tokens
from tests.linear.watches import match_and_explain
from tests.make import article, article_stories

ENGLISH = pack("en")
NAMES, ATTRIBUTION, NOT_NEWS = ENGLISH.names, ENGLISH.attribution, ENGLISH.not_news
NOW = datetime(2026, 3, 10, tzinfo=UTC)
_CAPITALISED = re.compile(r"\b[A-Z]\w*(?: [A-Z]\w*)?")
MAX_SPANS = 20_000
RSS, END = "<rss version='2.0'><channel>", "</channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'>"
Function = Callable[[str], object]


def recognised(text: str) -> list[NerSpan]:
    """Return what a model might return for *text*: each capitalised word or two as a name, in turn of each type."""
    labels = ("PERSON", "ORG", "GPE")
    found = enumerate(_CAPITALISED.finditer(text[:40_000]))
    return [NerSpan(*match.span(), labels[index % 3]) for index, match in found][:MAX_SPANS]


def link(text: str) -> tuple[Entity, ...]:
    """Link entities in title and text."""
    return link_entities(text[:4096], text, recognised(text[:4096]), recognised(text), NAMES)


def link_letters(text: str) -> tuple[Entity, ...]:
    """Link entities of which a model might find one in each four letters, as it may in Chinese."""
    found = [NerSpan(place, place + 3, ("PER", "ORG")[place % 8 // 4]) for place in range(0, min(len(text), 10_000) - 3, 4)]
    return link_entities("", text, [], found, pack("zh").names, "zh")


def korean_names(text: str) -> list[NerSpan]:
    """Find the names in morphemes of a letter each, of which some are persons, places or suffixes."""
    tags = (("NNP", "인명"), ("NNP", "지명"), ("NNG", None), ("XSN", None))
    return find_korean_names([Morpheme(letter, place, place + 1, *tags[place % 4]) for place, letter in enumerate(text)])


def claims(text: str) -> object:
    """Find the claims of an article that names up to 200 entities."""
    assert ATTRIBUTION
    return find_claims(text[:4096], text, link_entities("", text, [], recognised(text), NAMES), ATTRIBUTION)


def subjects(text: str) -> object:
    """Mark what an article is about that names up to 200 entities."""
    assert ATTRIBUTION
    title, entities = text[:4096], link(text)
    return with_salience(title, text, entities, find_claims(title, text, entities, ATTRIBUTION))


def claims_in(language: str, text: str) -> object:
    """Find the claims of an article in *language*."""
    rules = pack(language).attribution
    assert rules
    return find_claims(text[:4096], text, link_entities("", text, [], recognised(text), pack(language).names), rules)


def developments(text: str) -> object:
    """Find what an article adds to a story with another article."""
    day = NOW.date()
    known = add_facts(KnownFacts(), read_facts("A title", "Nine people died.", (), ENGLISH, day))
    article = read_facts(text[:4096], text, (), ENGLISH, day)
    return find_developments(article_stories(text[:4096], text), article, known, (), gap=timedelta(days=2)), add_facts(
        known, article
    )


def names_by_rules(language: str) -> Function:
    """Return the function that finds names by the rules of *language*."""
    cues = pack(language).name_cues
    assert cues
    known = lexicon(pack(language), cues)
    return lambda text: find_names_by_rules(text, known)


def without_not_news(text: str) -> object:
    """Mask what is not news in an article, and in one of short lines."""
    assert NOT_NEWS
    lines = "\n".join(text[start : start + 70] for start in range(0, len(text), 70))
    return [mask(each, find_not_news(each, NOT_NEWS)) for each in (text, lines)]


def find_all(pattern: re.Pattern[str], text: str) -> object:
    """Return all matches of *pattern*."""
    return list(pattern.finditer(text))


def match(text: str) -> object:
    """Match an article with ordinary watches."""
    return match_and_explain(article_stories(text[:4096], text))


def match_fields(text: str) -> object:
    """Compute every property of an article that a watch may need."""
    document = Document(article_stories("A title", text))
    return document.lead_end, document.graph, document.graph_without_confusables, document.stem_positions


def document(prefix: str, suffix: str = "") -> Function:
    """Return the function that parses a feed document with the text between *prefix* and *suffix*."""

    def parse_feed(text: str) -> object:
        with suppress(NotAFeed):
            return parse(FeedDocument((prefix + text + suffix).encode(errors="replace")))
        return None

    return parse_feed


def scanned(text: str) -> object:
    """Scan a document."""
    with suppress(NotAFeed):
        return scan(f"<rss><channel>{text}".encode(errors="replace"))
    return None


def decoded(text: str) -> object:
    """Decode a body that is not UTF-8."""
    with suppress(NotAFeed):
        return to_utf8(b"<rss>\xff\xe4" + text.encode(errors="replace"), "text/xml; charset=" + text[:200])
    return None


def robots(text: str) -> bool:
    """Read a robots.txt, and ask it for a URL."""
    allowed: bool = Protego.parse(f"User-agent: *\nDisallow: /{text}").can_fetch(f"http://a.example/{text[:4096]}", "a")
    return allowed


TEXT: Mapping[str, Function] = {
    "tokens": tokens,
    "tokenize": tokenize,
    "tokenize_any": tokenize_any,
    "spans": spans,
    "compose": compose,
    "replace_confusables": lambda text: replace_confusables(tokens(text)),
    "shingles": shingles,
    "gazetteer.find": gazetteer.find,
    "missing_support": lambda text: list(missing_support(text, dictionary=False)),
    "printable": printable,
    "escape_json": lambda text: escape_json(text.encode(errors="replace")),
    "escape_xml": escape_xml,
    "hide_secrets": lambda text: hide_secrets(f"http://a.example/{text}?{text}"),
    "hide_in_text": hide_in_text,
    "secrets_of": lambda text: secrets_of(f"http://a.example/{text}?{text}"),
    "detect_language": lambda text: detect_language(text[:4096], text),
    "link_entities": link,
    "link_entities of letters": link_letters,
    "find_korean_names": korean_names,
    "sentences": lambda text: list(sentences(text)),
    "parts of a name": lambda text: list(parts(NerSpan(0, len(text), "PER"), text)),
    "find_claims": claims,
    "with_salience": subjects,
    "split_sentences": lambda text: list(split_sentences(text)),
    "find_not_news": without_not_news,
    "token": lambda text: list(TOKEN.finditer(text)),
    "condition": lambda text: ATTRIBUTION and ATTRIBUTION.condition.search(text, max(0, len(text) - MAX_CONDITION)),
    "anonymity": lambda text: ATTRIBUTION and ATTRIBUTION.anonymity.search(text),
    "joint": lambda text: ATTRIBUTION and ATTRIBUTION.joint.search(text),
    "titles": NAMES.titles.match,
    "event_name": lambda text: list(NAMES.event_name.finditer(text)),
    "event_noun": NAMES.event_noun.search,
    "org_noun": NAMES.org_noun.search,
    "capitalised_word": lambda text: list(NAMES.capitalised_word.finditer(text)),
    "abbreviation": NAMES.abbreviation.match,
    "is_headline_case": NAMES.is_headline_case,
    "correction": ENGLISH.correction.search,
    "find_developments": developments,
    "extract_features": lambda text: extract_features(text[:4096], text, (), ENGLISH.stopwords),
    "read": reading.read,
    "split_capitals": reading.split_capitals,
    "match": match,
    "match_fields": match_fields,
    "forms_of": lambda text: forms_of.__wrapped__(text[:4096]),
}
"""What reads the text of an article."""
for _number, _phrase in enumerate(ATTRIBUTION.phrases if ATTRIBUTION else ()):
    TEXT = {**TEXT, f"phrase {_number}": partial(find_all, _phrase.pattern)}
TOPIC_WORDS = WordClassifier({"medtop:15000000": "a* ab_cd officials said_adding", "medtop:11000000": "a sources*"}, {})
TEXT = {**TEXT, "topics by words": lambda text: TOPIC_WORDS.classify(text[:4096], text)}
for _language in ("de", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk"):
    TEXT = {**TEXT, f"find_claims {_language}": partial(claims_in, _language)}
for _language in ("ar", "de", "it", "nl", "uk"):
    TEXT = {**TEXT, f"names by rules {_language}": names_by_rules(_language)}

PARSERS: Mapping[str, Function] = {
    "parse text": document(f"{RSS}<item><title>a</title><description>", f"</description></item>{END}"),
    "parse cdata": document(f"{RSS}<item><title>a</title><description><![CDATA[", f"]]></description></item>{END}"),
    "parse title": document(f"{RSS}<item><title><![CDATA[", f"]]></title></item>{END}"),
    "parse names": document(f"{RSS}<item><title>a</title><author><![CDATA[", f"]]></author></item>{END}"),
    "parse items": document(RSS, END),
    "parse atom": document(f"{ATOM}<entry><content type='html'>", "</content></entry></feed>"),
    "parse JSON": document('{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "content_html": "', '"}]}'),
    "parse anything": document(""),
    "scan": scanned,
    "to_utf8": decoded,
    "is_utf8": lambda text: is_utf8(text.encode(errors="replace"), text[:4096]),
    "replace_known_items": lambda text: replace_known_items(text.encode(errors="replace"), {"a": "b"}),
    "lenient JSON": lenient_json.read_feed,
    "html text": html_text.text,
    "html line": lambda text: html_text.line(text, 4096),
    "plain": html_text.plain,
    "plain_to_html": html_text.plain_to_html,
    "sanitize": html_text.sanitize,
    "sanitize with base": lambda text: html_text.sanitize(text, "http://a.example/"),
    "unique_names": lambda text: html_text.unique_names([text]),
    "unique_authors": lambda text: html_text.unique_authors([text]),
    "escape_broken": tags.escape_broken,
    "escape_unless_html": tags.escape_unless_html,
    "escape_unless_paired": tags.escape_unless_paired,
    "choose": lambda text: choose([Text(text, text)], [Text(text, text + " a")]),
    "to_text": lambda text: to_text(text, {"type": "text/html"}, is_atom=False, trust_xhtml=False),
    "dates": dates.parse,
    "robots.txt": lambda text: Protego.parse(f"User-agent: *\nDisallow: /{text}").can_fetch(
        f"http://a.example/{text[:4096]}", "a"
    ),
    "skip_hours": lambda text: hints.skip_hours(f"<skipHours>{text}".encode(errors="replace")),
    "hints": lambda text: (hints.ttl(text), hints.period(text, text)),
    "make_sketch": lambda text: make_sketch(text[:4096], text),
    "drop_copies": lambda text: drop_copies(text.split("\n")),
    "is_page_of": lambda text: is_page_of(Page("", text + text), article(text[:4096], text)),
    "web_link": lambda text: web_link(text, "http://a.example/"),
    "canonical": lambda text: canonical("http://a.example/" + text[:4096]),
    "former_canonical": lambda text: former_canonical("http://a.example/?" + text[:4096]),
    "outlet_of": lambda text: outlet_of("http://a.example/?url=" + text[:4096], text, "http://b.example/"),
    "find_feed_links": lambda text: find_feed_links(text, "http://a.example/"),
    "repair_head": lambda text: repair_head(b"HTTP/1.1 200 OK\r\n" + text.encode(errors="replace") + b"\r\n\r\n"),
    "parse_max_age": parse_max_age,
    "parse_retry_after": lambda text: parse_retry_after({"Retry-After": text, "Date": text}, NOW),
}
"""What reads responses of servers."""

ALL: Mapping[str, Function] = {**TEXT, **PARSERS}
