"""The services that read articles: entities, topics, stories, alerts, delivery."""
