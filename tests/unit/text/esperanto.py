"""A small language pack, as docs/extending.md shows it: some words of Esperanto."""

import re

from monitor.text.languages import AttributionRules, LanguagePack, NameRules, PhraseCue, TopicDescriptions, Verb

PACK = LanguagePack(
    code="eo",
    stopwords=frozenset({"la", "kaj", "en", "al", "de", "estas"}),
    names=NameRules(titles=re.compile(r"^(?i:la|sinjoro|prezidanto)\s+"), offices=frozenset({"prezidanto"})),
    attribution=AttributionRules(
        verbs={"konfirmis": Verb("confirmed"), "neis": Verb("denied"), "diris": Verb("said")},
        phrases=(PhraseCue("reported", frozenset({"laŭ"}), re.compile(r"[Ll]aŭ\b"), "after"),),
        words={
            "determiner": frozenset({"la"}),
            "negation": frozenset({"ne"}),
            "person": frozenset({"proparolanto", "ministro"}),
            "unnamed_mark": frozenset({"sennoma"}),
        },
    ),
    topics=TopicDescriptions({"medtop:17000000": "pluvo, vento, ŝtormo", "medtop:15000000": "futbalo, golo, teamo"}),
)
