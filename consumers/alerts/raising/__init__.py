"""From matches to alerts and their versions."""
