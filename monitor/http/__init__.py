"""HTTP for feeds, pages and webhooks: what may be connected to, how it is read, and how often each host is asked."""
