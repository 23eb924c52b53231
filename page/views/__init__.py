"""What the pages show, as frozen dataclasses made from the records. Pure: no request, no clock, no HTML."""
