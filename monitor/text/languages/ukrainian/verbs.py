"""The Ukrainian verbs of attribution in their forms."""

from collections.abc import Iterator, Mapping

from monitor.text.languages.attribution import CueStance, Frame, Verb

PAST: Mapping[tuple[CueStance, Frame], str] = {
    ("said", "free"): """
        заявив повідомив сказав розповів зазначив додав наголосив пояснив уточнив визнав попередив нагадав стверджував вказав
        запевнив доповів прокоментував підкреслив зауважив поінформував зізнався
    """,
    ("said", "clause"): "написав вважав припустив відповів наполягав говорив казав",
    ("said", "object"): "звинуватив розкритикував засудив закликав",
    ("reported", "free"): "передав",
    ("announced", "free"): "оголосив пообіцяв анонсував обіцяв",
    ("denied", "claim"): "відкинув відхилив",
    ("denied", "outside"): "спростував заперечив",
    ("confirmed", "free"): "підтвердив",
}
"""The masculine past."""
PRESENT: Mapping[tuple[CueStance, Frame], tuple[str, str]] = {
    ("said", "free"): (
        "заявляє повідомляє розповідає зазначає додає наголошує пояснює уточнює визнає попереджає нагадує стверджує запевняє",
        """
            заявляють повідомляють розповідають зазначають додають наголошують пояснюють уточнюють визнають попереджають
            нагадують стверджують запевняють
        """,
    ),
    ("said", "clause"): ("вважає наполягає припускає каже говорить", "вважають наполягають припускають кажуть говорять"),
    ("reported", "free"): ("передає пише", "передають пишуть"),
    ("announced", "free"): ("оголошує обіцяє", "оголошують обіцяють"),
    ("denied", "outside"): ("спростовує заперечує", "спростовують заперечують"),
    ("confirmed", "free"): ("підтверджує", "підтверджують"),
}
"""The present in the singular and the plural."""


def _all() -> Iterator[tuple[str, Verb]]:
    for (stance, frame), verbs in PAST.items():
        for verb in verbs.split():
            suffix = "ся" if verb.endswith("ся") else ""
            stem = f"{verb.removesuffix('ся')[:-1]}л"
            yield verb, Verb(stance, "finite", frame)
            yield f"{stem}а{suffix}", Verb(stance, "finite", frame)
            yield f"{stem}о{suffix}", Verb(stance, "finite", frame)
            yield f"{stem}и{suffix}", Verb(stance, "plural", frame)
    for (stance, frame), (singular, plural) in PRESENT.items():
        for word in singular.split():
            yield word, Verb(stance, "finite", frame)
        for word in plural.split():
            yield word, Verb(stance, "plural", frame)


VERBS: Mapping[str, Verb] = dict(_all())
