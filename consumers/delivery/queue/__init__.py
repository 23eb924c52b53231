"""The pending deliveries of each target: what is added to them, and what ends them unsent."""
