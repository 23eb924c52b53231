"""What in the watches is right but may be meant otherwise: `newsmonitor watch lint`."""
