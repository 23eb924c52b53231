"""What watches would have raised over the days that the log still holds: `newsmonitor backtest`."""
