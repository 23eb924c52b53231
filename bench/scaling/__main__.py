"""`python -m bench.scaling` prints the tables of docs/scaling.md."""

from bench.scaling.tables import tables

print("\n\n".join("\n".join(lines) for lines in tables().values()))
