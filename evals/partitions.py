"""What several partitions of the stories' input would cost: the scores if each has the stories of its own articles only.

`python -m evals.partitions DATA`. Articles are divided by their ids, at random, or by the name that they mention first,
which keeps most articles of an event together.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from zlib import crc32

from evals.sets import f1_score
from evals.stories import Sample, b_cubed, orders, place, read_ecbplus, read_uci_headlines, read_wikinews, recognise
from monitor.messages import ArticleTopics

PARTITIONS = (1, 2, 4)
ORDERS = 2
"""Random orders of the articles, over which the scores are averaged."""
SETS: dict[str, Callable[[Path], Iterable[Sample]]] = {
    "cluster_ecbplus": read_ecbplus,
    "cluster_wikinews": read_wikinews,
    "cluster_uci_headlines": read_uci_headlines,
}
KEYS: dict[str, Callable[[ArticleTopics], str]] = {
    "id": lambda message: message.key,
    "first name": lambda message: min(
        ((span.field != "title", span.start, each.id) for each in message.entities for span in each.mentions),
        default=(True, 0, ""),
    )[2],
}


def place_divided(messages: Sequence[ArticleTopics], count: int, key: Callable[[ArticleTopics], str]) -> dict[str, str]:
    """Return the story of each article by its id, if *count* services share the articles by *key*."""
    parts: dict[int, list[ArticleTopics]] = {}
    for message in messages:
        parts.setdefault(crc32(key(message).encode()) % count, []).append(message)
    return {output.key: f"{number} {output.story.id}" for number, part in parts.items() for output in place(part)}


def main(data: Path) -> None:
    """Print the scores of each set, key and number of partitions."""
    for name, read in SETS.items():
        samples = list(read(data / name / "dev"))
        messages, _ = asyncio.run(recognise(samples))
        expected = {message.key: sample.story for message, sample in zip(messages, samples, strict=True)}
        in_orders = orders(messages, is_dated=all(sample.day for sample in samples))[:ORDERS]
        for key_name, key in KEYS.items():
            for count in PARTITIONS:
                scores = [b_cubed(expected, place_divided(order, count, key)) for order in in_orders]
                precision, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
                print(
                    f"{name:<22} by {key_name:<10} {count} partitions: B-cubed F1 {f1_score(precision, recall):.3f}"
                    f" (P {precision:.2f}, R {recall:.2f})",
                    flush=True,
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
