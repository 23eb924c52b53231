"""The producer, and all that the services share."""
