"""The poller, the command line, and the packages that all services share."""
