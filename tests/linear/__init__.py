"""How the time of every function that reads untrusted text grows with the text. ``python -m tests.linear`` prints it."""
