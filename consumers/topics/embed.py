"""Static word embeddings from wordllama's own package: offline, about a millisecond an article."""

import tempfile
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree

import numpy as np
from numpy.typing import NDArray

Embed = Callable[[str], NDArray[np.float32]]
"""A text to its vector, of length 1; zeros where it has no word."""


def load() -> Embed:
    """The embedding. It never asks the network: wordllama looks for its own tokenizer in a folder that its package lacks."""
    from wordllama import WordLlama  # noqa: PLC0415  (it takes a second, which other commands need not wait)

    with tempfile.TemporaryDirectory() as cache, as_file(files("wordllama") / "tokenizers") as bundled:
        copytree(bundled, Path(cache) / "tokenizers")
        model = WordLlama.load(cache_dir=Path(cache), disable_download=True)

    def embed(text: str) -> NDArray[np.float32]:
        # One at a time: padding a batch to its longest text costs more than it saves.
        vector: NDArray[np.float32] = model.embed([text])[0]
        length = float(np.linalg.norm(vector))
        return vector / length if length else vector

    return embed
