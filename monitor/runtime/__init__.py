"""Run services: the consumer loop, the registry, health, dead letters, simulation."""
