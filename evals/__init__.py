"""Evaluation on sets of real data: `python -m evals DATA`."""
