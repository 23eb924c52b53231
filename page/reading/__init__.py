"""What routes and the API read of a Site from its records, its index and its bus. Nothing here knows a request."""
