"""Teams: in reports on sport, the name of a place may stand for its team ("Japan beat Syria 2-1"). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Literal

from consumers.entities.mentions import Field, Mention
from monitor.messages import Refusal
from monitor.text.languages import NameRules, SportRules
from monitor.text.tokens import tokens

FOOTBALL_CUP = "FIFA World Cup"
"""The one that 'World Cup' means in an article on football. Other sports have one too."""
MAX_CHARS = 20_000
"""The most code points that are searched for words of sport."""
MIN_WORDS, MIN_WORDS_WITH_SCORES = 3, 2
"""Different words of sport that make a report on sport: without scores, and with MIN_SCORES of them."""
MIN_SCORES = 2
CHARS_PER_WORD = 700
"""A report on sport has at least one word of sport in so many code points."""
MAX_MATCHES = 200
BEFORE, AFTER = 30, 30
"""The most code points on each side of a name that tell whether it is a team."""


def split_teams(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions*, in which a place that stands for its team has no entry.

    It is a team where a result or a word of sport is next to it, and in a report of results where nothing shows a place; and
    elsewhere in the same article, unless a word before it shows a place (in Japan). The team of a town is an organisation, that
    of a country keeps its type. A World Cup is that of football only in an article on football.
    """
    sport = rules.sport
    if sport is None or not any(mention.entry for mention in mentions):
        return list(mentions)
    if any(mention.entry and mention.entry.name == FOOTBALL_CUP for mention in mentions) and not _is_on_football(texts, sport):
        mentions = [_without_cup(mention) for mention in mentions]
    about = _report(texts, sport)
    if about == "other":
        return list(mentions)
    places = [mention for mention in mentions if mention.type == "place"]
    teams = {mention.words for mention in places if _plays(mention, texts[mention.field], rules, sport, about)}
    return [
        _as_team(mention)
        if mention.type == "place" and mention.words in teams and not _is_place(mention, texts[mention.field], rules)
        else mention
        for mention in mentions
    ]


def _is_on_football(texts: Mapping[Field, str], sport: SportRules) -> bool:
    return any(sport.football.search(text, 0, MAX_CHARS) for text in texts.values())


def _without_cup(mention: Mention) -> Mention:
    """Return *mention* without the entry of a sports event if it has not the event's full name."""
    entry = mention.entry
    if entry is None or entry.name != FOOTBALL_CUP or len(mention.words) >= len(tokens(entry.name)):
        return mention
    return replace(mention, entry=None, refused=Refusal(entry.id, entry.name, "namesake"))


def _report(texts: Mapping[Field, str], sport: SportRules) -> Literal["results", "sport", "other"]:
    """Return whether an article reports results, something else of sport, or other news, by its words and results."""
    found: list[str] = []
    scores = 0
    for text in texts.values():
        found += [match.group().casefold() for match in islice(sport.word.finditer(text, 0, MAX_CHARS), MAX_MATCHES)]
        scores += sum(1 for _ in islice(sport.score.finditer(text, 0, MAX_CHARS), MIN_SCORES))
    words = set(found)
    if len(found) * CHARS_PER_WORD < min(MAX_CHARS, sum(map(len, texts.values()))):
        return "other"
    if scores >= MIN_SCORES and len(words) >= MIN_WORDS_WITH_SCORES:
        return "results"
    return "sport" if len(words) >= MIN_WORDS else "other"


def _plays(mention: Mention, text: str, rules: NameRules, sport: SportRules, about: str) -> bool:
    """Return whether *mention* is a team by the words around it; in a report of results, if they do not show a place."""
    if _is_place(mention, text, rules):
        return False
    first, last = max(0, mention.start - BEFORE), mention.end + AFTER
    if sport.team_before.search(text, first, mention.start) or sport.team_after.match(text, mention.end, last):
        return True
    is_origin = sport.origin_before.search(text, first, mention.start) or sport.origin_after.match(text, mention.end, last)
    return about == "results" and not is_origin


def _is_place(mention: Mention, text: str, rules: NameRules) -> bool:
    before = rules.place_before.search(text, max(0, mention.start - BEFORE), mention.start)
    return bool(before or rules.place_after.match(text, mention.end, mention.end + 2 * AFTER))


def _as_team(mention: Mention) -> Mention:
    refused = Refusal(mention.entry.id, mention.entry.name, "team") if mention.entry else None
    is_national = mention.entry is not None and mention.entry.kind == "country"
    return replace(mention, type="place" if is_national else "org", entry=None, refused=refused)
