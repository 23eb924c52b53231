"""Teams: in reports on sport, the name of a place may stand for its team ("Japan beat Syria 2-1"). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from consumers.entities.mentions import Field, Mention
from monitor.messages import Refusal
from monitor.text.languages import NameRules, SportRules
from monitor.text.tokens import tokens

FOOTBALL_CUP = "FIFA World Cup"
"""The one that 'World Cup' means in an article on football. Other sports have one too."""
MAX_CHARS = 20_000
"""The most code points that are searched for words of sport."""
MIN_WORDS, MIN_WORDS_WITH_SCORES = 4, 2
"""Different words of sport that make a report on sport: without scores, and with MIN_SCORES of them."""
MIN_SCORES = 2
MAX_MATCHES = 200
BEFORE, AFTER = 30, 30
"""The most code points on each side of a name that tell whether it is a team."""


def split_teams(mentions: Sequence[Mention], texts: Mapping[Field, str], rules: NameRules) -> list[Mention]:
    """Return *mentions*, in which a place that stands for its team is an organisation without an entry.

    It is a team where a result or a word of sport is next to it; and elsewhere in a report on sport that has such a place,
    unless a word before it shows a place (in Japan). A World Cup is that of football only in an article on football.
    """
    sport = rules.sport
    if sport is None or not any(mention.entry for mention in mentions):
        return list(mentions)
    if any(mention.entry and mention.entry.name == FOOTBALL_CUP for mention in mentions) and not _is_on_football(texts, sport):
        mentions = [_without_cup(mention) for mention in mentions]
    if not is_on_sport(texts, sport):
        return list(mentions)
    places = [mention for mention in mentions if mention.type == "place"]
    teams = {mention.words for mention in places if _plays(mention, texts[mention.field], sport, rules)}
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


def is_on_sport(texts: Mapping[Field, str], sport: SportRules) -> bool:
    """Return whether an article reports on sport, by its words and results."""
    words: set[str] = set()
    scores = 0
    for text in texts.values():
        words.update(match.group().casefold() for match in islice(sport.word.finditer(text, 0, MAX_CHARS), MAX_MATCHES))
        scores += sum(1 for _ in islice(sport.score.finditer(text, 0, MAX_CHARS), MIN_SCORES))
    return len(words) >= (MIN_WORDS_WITH_SCORES if scores >= MIN_SCORES else MIN_WORDS)


def _plays(mention: Mention, text: str, sport: SportRules, rules: NameRules) -> bool:
    before = sport.team_before.search(text, max(0, mention.start - BEFORE), mention.start)
    after = sport.team_after.match(text, mention.end, mention.end + AFTER)
    return bool(before or after) and not _is_place(mention, text, rules)


def _is_place(mention: Mention, text: str, rules: NameRules) -> bool:
    before = rules.place_before.search(text, max(0, mention.start - BEFORE), mention.start)
    return bool(before or rules.place_after.match(text, mention.end, mention.end + 2 * AFTER))


def _as_team(mention: Mention) -> Mention:
    refused = Refusal(mention.entry.id, mention.entry.name, "team") if mention.entry else None
    return replace(mention, type="org", entry=None, refused=refused)
