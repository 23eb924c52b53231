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
    # Words that other news uses often, such as goal, final and run, are left out.
    word=re.compile(
        r"\b(?i:soccer|football|cricket|rugby|tennis|basketball|baseball|hockey|volleyball|handball|athletics|championships?|"
        r"league|innings|wickets?|umpire|referee|goalkeeper|goalless|striker|midfielder|defender|batsman|bowler|semi-?finals?|"
        r"quarter-?finals?|qualifiers?|playoffs?|kick-?off|half-?time|offside|standings|touchdowns?|quarterback|pitcher|"
        r"home run|coach|gold medal|tournament|stadium|unbeaten|midfield|group stage|world cup|test match|grand prix)\b"
    ),
    # A result, or a line of a table: a name and numbers.
    score=re.compile(r"\b\d{1,3}\s?[-–:]\s?\d{1,3}\b(?!\s?[-–]\s?\d)|(?m:^[A-Z][\w.'’ ]{2,30}\s\d{1,3}\b)"),
    football=re.compile(r"\b(?i:soccer|football|footballers?|fifa|uefa|striker|midfielder|goalkeeper)\b"),
    team_before=re.compile(
        r"(?:\b(?i:against|versus|vs?\.?|beat|beating|beats|defeated|defeating|thrashed|crushed|routed|edged|downed|over|overcame|"
        r"eliminated|face|faces|facing|host|hosts|holders|champions|favourites|hosted|visitors|playing|played|play|meet|between|"
        r"scored for|plays for|capped by|draw by|draw with|drew with|lost to|joined|joins|put|give|gave)|"
        r"\d\s?[-–]\s?\d(?: with)?|[A-Z]{3} AT)\s+(?i:the |hosts |holders |champions |neighbours |rivals |visiting ){0,2}$"
    ),
    team_after=re.compile(
        rf"(?:['’]s)?\s+(?i:(?:has |have |had |will |also ){{0,2}}(?:{_WON})|{_PLAYER})\b|"
        r"\s*[,:]?\s+\d{1,3}\b(?!\s?(?:[-–]\d\d[-–]|percent|per cent|pct|million|billion|\w*(?:day|am|pm)\b))|"
        r"\s+(?:v|vs|versus|AT(?= [A-Z]{3}))\b\.?|\s+(?:Open|Cup|Masters|Grand Prix|Amateur|Classic|Trophy|Marathon)\b|"
        r"\s(?:United|City|Rovers|Wanderers|Athletic|Rangers|Irish|Scottish|Welsh)\b"
    ),
    origin_before=re.compile(r"(?:\bof\s+(?:the )?|,\s+)$"),
    origin_after=re.compile(r"['’]s\s|['’]\s|\)|,\s+(?:where|who lives|[A-Z])|-based"),
)
