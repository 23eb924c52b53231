"""A small language pack, as docs/extending.md shows it: some words of Esperanto."""

import re

from monitor.text.languages import AttributionRules, LanguagePack, NameRules, TopicDescriptions

PACK = LanguagePack(
    code="eo",
    stopwords=frozenset({"la", "kaj", "en", "al", "de", "estas"}),
    names=NameRules(titles=re.compile(r"^(?i:la|sinjoro|prezidanto)\s+"), offices=frozenset({"prezidanto"})),
    attribution=AttributionRules(
        cues=(("confirmed", re.compile(r"\bkonfirmis\b")), ("denied", re.compile(r"\bneis\b"))),
        hedge=re.compile(r"\bne\s+$"),
        anonymous=re.compile(r"\bsennom\w+"),
        role=re.compile(r"\b(?:proparolanto|ministro)\b"),
        unnamed="sennoma {}",
    ),
    topics=TopicDescriptions({"medtop:17000000": "pluvo, vento, ŝtormo", "medtop:15000000": "futbalo, golo, teamo"}),
)
