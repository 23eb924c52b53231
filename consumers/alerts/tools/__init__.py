"""Commands for authors of watches: explain, lint, backtest."""
