"""The English words that name days."""

from monitor.text.languages.calendar import CalendarWords

_MONTHS = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)

CALENDAR = CalendarWords(
    weekdays={"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6},
    months={word: month for month, words in enumerate(_MONTHS, 1) for word in words},
    relative={"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1},
)
