"""Try a watch before it is saved: what its words mean, what is wrong, what it would have raised, and why."""
