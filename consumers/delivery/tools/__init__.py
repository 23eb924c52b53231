"""The commands on deliveries and targets."""
