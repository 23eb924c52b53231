"""The pack for texts in a language without a pack of its own, and for texts whose language is unknown.

Only names of the gazetteer are found in such texts. The rules for names and the stopwords are the English ones: both
contain words of other languages, and a text may be English although it is too short to be recognised as such.
"""

from dataclasses import replace

from monitor.text.languages.english import PACK as ENGLISH

PACK = replace(ENGLISH, code="und", ner_model=None, attribution=None, topics=None)
