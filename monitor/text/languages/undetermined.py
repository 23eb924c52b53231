"""The pack for texts in a language without a pack of its own, and for texts whose language is unknown.

Only names of the gazetteer are found in such texts. The rest is English: the rules for names and the stopwords contain
words of other languages too, and a text may be English although it is too short for its language to be detected.
"""

from dataclasses import replace

from monitor.text.languages.english import PACK as ENGLISH

PACK = replace(ENGLISH, code="und", ner_model=None, attribution=None, topics=None)
