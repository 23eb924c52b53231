"""Alerts and articles as files for other programs: tables, feeds for feed readers, and ninjs for newsrooms."""
