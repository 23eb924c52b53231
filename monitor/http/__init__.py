"""HTTP for feeds, pages and webhooks: allowed addresses, decompression, and the limits for each host."""
