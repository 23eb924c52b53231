"""The Russian verbs of attribution in their forms."""

from collections.abc import Iterator, Mapping

from monitor.text.languages.attribution import CueStance, Frame, Verb

PAST: Mapping[tuple[CueStance, Frame], str] = {
    ("said", "free"): """
        заявил сообщил сказал рассказал отметил добавил подчеркнул пояснил уточнил признал предупредил напомнил
        утверждал
        указал объяснил заверил доложил констатировал прокомментировал посетовал проинформировал признался заметил
    """,
    ("said", "clause"): "написал считал предположил ответил полагал возразил настаивал спрогнозировал говорил",
    ("said", "object"): "обвинил раскритиковал осудил призвал",
    ("reported", "free"): "передал",
    ("announced", "free"): "объявил пообещал анонсировал обещал",
    ("denied", "claim"): "отверг отклонил",
    ("denied", "outside"): "опроверг отрицал",
    ("confirmed", "free"): "подтвердил",
}
"""The masculine past."""
PRESENT: Mapping[tuple[CueStance, Frame], tuple[str, str]] = {
    ("said", "free"): (
        """
            заявляет сообщает рассказывает отмечает добавляет подчёркивает подчеркивает поясняет уточняет признаёт
            признает предупреждает напоминает утверждает указывает объясняет заверяет уверяет информирует
        """,
        """
            заявляют сообщают рассказывают отмечают добавляют подчёркивают подчеркивают поясняют уточняют признают
            предупреждают напоминают утверждают указывают объясняют заверяют уверяют информируют
        """,
    ),
    ("said", "clause"): (
        "считает полагает настаивает предполагает говорит",
        "считают полагают настаивают предполагают говорят",
    ),
    ("reported", "free"): ("передаёт передает пишет", "передают пишут"),
    ("announced", "free"): ("объявляет обещает", "объявляют обещают"),
    ("denied", "outside"): ("опровергает отрицает", "опровергают отрицают"),
    ("confirmed", "free"): ("подтверждает", "подтверждают"),
}
"""The present in the singular and the plural."""
ADVERBIAL: Mapping[CueStance, str] = {
    "said": "заявив сообщив отметив добавив подчеркнув пояснив уточнив признав напомнив предупредив",
    "announced": "пообещав объявив",
}


def _all() -> Iterator[tuple[str, Verb]]:
    for (stance, frame), verbs in PAST.items():
        for verb in verbs.split():
            is_reflexive = verb.endswith("ся")
            stem = verb[:-2] if is_reflexive else verb
            stem = stem if stem.endswith("л") else f"{stem}л"
            yield verb, Verb(stance, "finite", frame)
            suffix = "сь" if is_reflexive else ""
            yield f"{stem}а{suffix}", Verb(stance, "finite", frame)
            yield f"{stem}о{suffix}", Verb(stance, "finite", frame)
            yield f"{stem}и{suffix}", Verb(stance, "plural", frame)
    for (stance, frame), (singular, plural) in PRESENT.items():
        for word in singular.split():
            yield word, Verb(stance, "finite", frame)
        for word in plural.split():
            yield word, Verb(stance, "plural", frame)
    for adverbial_stance, words in ADVERBIAL.items():
        for word in words.split():
            yield word, Verb(adverbial_stance, "participle", "any")


VERBS: Mapping[str, Verb] = dict(_all())
