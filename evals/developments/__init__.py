"""The evaluation of developments: pairs of an earlier and a new article of a story, in dev those of this repository."""
