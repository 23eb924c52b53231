"""The delivery service: sends alerts to the targets of the config."""
