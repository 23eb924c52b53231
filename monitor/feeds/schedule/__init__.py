"""When each feed is asked next, and what each host can take."""
