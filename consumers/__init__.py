"""The services that process articles: entities, topics, stories, alerts and delivery."""
