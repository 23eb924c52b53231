"""HTTP, within limits, and only to what may be dialled."""
