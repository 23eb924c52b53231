"""The poller service: polls feeds and publishes their new and changed articles on article.raw.v1."""
