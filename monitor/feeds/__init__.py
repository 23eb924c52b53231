"""The producer: from feeds to the stream of raw articles."""
