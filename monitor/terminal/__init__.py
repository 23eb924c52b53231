"""Alerts on a terminal: a card for each story with what is new and who says so, kept up to date while alerts come in."""
