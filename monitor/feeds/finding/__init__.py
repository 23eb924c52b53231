"""Finding, trying out and moving feeds, outside the poller's rounds."""
