"""Static word embeddings from wordllama: offline, about a millisecond an article."""

from collections.abc import Callable
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

Embed = Callable[[str], NDArray[np.float32]]
"""A function from a text to its vector, of shape (dimensions,) and length 1, or all zeros if the text has no known word."""


def load_weights(name: str | None) -> NDArray[np.float32] | None:
    """Return the trained weights in the file *name* of monitor.text.data; None if *name* is None."""
    if name is None:
        return None
    with (files("monitor.text") / "data" / name).open("rb") as file:
        weights: NDArray[np.float16] = np.load(file, allow_pickle=False)
    return weights.astype(np.float32)


def load_embedding() -> Embed:
    """Load the embedding from the files in wordllama's package, without network access, and return it."""
    from wordllama import WordLlama  # the import takes a second, which other commands need not wait for

    # wordllama looks for its tokenizer in a folder that its package lacks, then in the cache, and then downloads it.
    # The folders of the package have the names of those of a cache.
    with as_file(files("wordllama")) as package:
        model = WordLlama.load(cache_dir=package, disable_download=True)

    def embed(text: str) -> NDArray[np.float32]:
        # One text at a time: padding a batch to its longest text costs more than a batch saves.
        vector: NDArray[np.float32] = model.embed([text])[0]
        length = float(np.linalg.norm(vector))
        return vector / length if length else vector

    return embed
