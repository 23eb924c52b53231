"""`newsmonitor doctor`: what an operator must do, as findings with their remedies."""
