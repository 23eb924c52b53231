"""How English reports on sport: the words that show it, and where the name of a place stands for a team."""

import re

from monitor.text.languages.pack import SportRules

_PLAYER = (
    "coach|manager|captain|skipper|striker|defender|midfielder|goalkeeper|keeper|winger|forward|batsman|batsmen|bowler|opener|"
    "all-rounder|fly-half|scrum-half|prop|hooker|quarterback|pitcher|international|internationals|squad|team|side|XI|fans|players?"
)
_WON = (
    "beat|beats|defeated|thrashed|crushed|routed|edged|downed|outplayed|hammered|trounced|swept|won|win|wins|lost|lose|loses|drew|"
    "draw|play|plays|played|face|faces|faced|meet|scored|score|trail|trailed|lead|led|host|hosts|knocked|eliminated|qualified|"
    "advanced|clinched|bat|batted|bowled|declared|kicked|finished|need|needed|were leading|were held|were beaten|equalised|"
    "equalized|went ahead|took the lead"
)
SPORT = SportRules(
    word=re.compile(
        r"\b(?i:soccer|football|cricket|rugby|tennis|basketball|baseball|hockey|volleyball|handball|athletics|championships?|league|"
        r"innings|wickets?|overs|umpire|referee|goals?|goalkeeper|striker|midfielder|defender|batsman|bowler|semifinals?|semi-finals?|"
        r"quarter-?finals?|finals?|qualifiers?|qualifying|playoffs?|kick-?off|half-?time|penalty|penalties|offside|matches|fixtures?|"
        r"standings|touchdowns?|quarterback|pitcher|home run|coach|medals?|tournament|seeded|sets|stadium|scored|unbeaten|runs|"
        r"midfield|friendly|group stage|world cup|test match|grand prix|relay)\b"
    ),
    # A result, or a line of a table: a name and numbers.
    score=re.compile(r"\b\d{1,3}\s?[-–:]\s?\d{1,3}\b(?!\s?[-–]\s?\d)|(?m:^[A-Z][\w.'’ ]{2,30}\s\d{1,3}\b)"),
    football=re.compile(r"\b(?i:soccer|football|footballers?|fifa|uefa|striker|midfielder|goalkeeper)\b"),
    team_before=re.compile(
        r"(?:\b(?:against|versus|vs?\.?|beat|beating|beats|defeated|defeating|thrashed|crushed|routed|edged|downed|over|eliminated|"
        r"overcame|face|faces|facing|host|hosts|holders|champions|favourites|hosted|visitors|playing|played|play|meet|"
        r"scored for|plays for|capped by)|\d\s?[-–]\s?\d|[A-Z]{3} AT)\s+(?:hosts |holders |champions |neighbours |rivals )?$"
    ),
    team_after=re.compile(
        rf"(?:['’]s)?\s+(?:{_PLAYER}|{_WON})\b|\s+(?:and [A-Z]\w+ (?:drew|play|meet)\b)|"
        r"\s*[,:]?\s+\d{1,3}\b(?!\s?(?:[-–]\d\d[-–]|percent|per cent|pct|million|billion|\w*(?:day|am|pm)\b))|"
        r"\s+(?:v|vs|versus|AT(?= [A-Z]{3}))\b\.?"
    ),
)
