"""The metrics of a process for Prometheus: what its services, their bus and its event loop tell, at the time of a scrape."""
