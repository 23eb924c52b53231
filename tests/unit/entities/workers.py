"""Functions that the tests of the entities service run in a worker process."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from consumers.entities.analysis import Analysis, Texts
from consumers.entities.models import LoadModel
from consumers.entities.ner import ModelUnavailable
from monitor.messages import Entity, Language, Span


def found(texts: Texts, name: str) -> Analysis:
    """Return an analysis with one entity, called *name*, as long as the text."""
    return Analysis(Language("en", 1.0), (Entity(name, "org", name, 1, (Span("text", 0, len(texts.text)),)),), ())


def make_recorded(
    log: str, name: str, limit: int = 10**9, broken: str = ""
) -> Callable[[list[Texts] | LoadModel], list[Analysis]]:
    """Return a function that writes the lengths of the texts of each batch to the file *log*.

    It sleeps on batches of more than *limit* code points. A text that begins with "die", "sleep", "raise" or "lose" (an
    analysis) makes it do so if *name* is "model", or the text ends with "everywhere". While the file *broken* exists, it
    cannot be set up, and dies.
    """
    if broken and Path(broken).exists():
        raise ModelUnavailable("no model here; install one")

    def analyse(articles: list[Texts] | LoadModel) -> list[Analysis]:
        assert not isinstance(articles, LoadModel)
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{[len(article) for article in articles]}\n")
        if broken and Path(broken).exists():
            os._exit(3)
        for article in articles:
            poison = article.text if name == "model" or article.text.endswith("everywhere") else ""
            if poison.startswith("die"):
                os._exit(3)
            if poison.startswith("sleep") or sum(map(len, articles)) > limit:
                time.sleep(60)
            if poison.startswith("raise"):
                raise ValueError("a rule failed")
            if poison.startswith("lose"):
                return [found(each, name) for each in articles[1:]]
        return [found(article, name) for article in articles]

    return analyse
