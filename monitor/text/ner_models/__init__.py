"""NER models that come with newsmonitor, a folder for each language.

evals/entity_training trains them. The files are weights and settings, without pickles or code; NOTICE has their licences.
"""
