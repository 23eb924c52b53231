"""Alerts as files for other programs: tables, and feeds for feed readers."""
