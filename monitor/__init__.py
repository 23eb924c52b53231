"""The poller, and everything that the services share."""
