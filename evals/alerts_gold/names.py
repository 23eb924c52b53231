"""The set's documents as the entities service hands them on: with the names that it recognises."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace

from consumers.alerts.matching.document import Document
from monitor.config import Config
from monitor.messages import ArticleRaw, ArticleStories
from monitor.runtime import registry


def recognised(readings: Mapping[str, Document]) -> dict[str, Document]:
    """*readings* with the entities of each; it takes a process of its own and some hundredths of a second a document."""
    return dict(zip(readings, asyncio.run(_read([reading.message for reading in readings.values()])), strict=True))


async def _read(messages: Iterable[ArticleStories]) -> list[Document]:
    (service,) = registry.make(["entities"], Config)
    found = []
    async with service.lifespan():
        for message in messages:
            result = await service.step(None, ArticleRaw(message.article, message.stamps))  # type: ignore[misc]
            (read,) = result
            found.append(Document(replace(message, language=read.language, entities=read.entities)))
    return found
