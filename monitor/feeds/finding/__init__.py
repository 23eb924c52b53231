"""Find, preview, import and export feeds on the command line, independent of the poller."""
