"""The page against its budgets: `python -m bench.page`, and in a browser `python -m bench.page.browser`."""
