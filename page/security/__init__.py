"""Who may use the page: hosts, the token, and where a write may come from; and the headers that keep a browser safe."""
