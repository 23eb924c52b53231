"""The origins of small stories: who says each first, and how it stands, as a person counted them."""
