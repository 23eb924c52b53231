"""`newsmonitor backtest`: the alerts that watches would have raised from the articles that the log still holds."""
