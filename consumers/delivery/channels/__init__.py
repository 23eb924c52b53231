"""One module for each way to deliver an alert."""
