"""The stories service: joins articles that tell the same story."""
