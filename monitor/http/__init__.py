"""HTTP shared by the poller, full text and webhooks: connections, address policy, decompression, host limits."""
