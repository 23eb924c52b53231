"""Make faults at random times, and check that nothing is lost or published twice and that each is told: ``make chaos``."""
