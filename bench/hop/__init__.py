"""One service on Kafka beside other libraries: each reads articles of 4 KB, checks them, and publishes them for the next stage.

All do the same work for each article (work.py), on the same broker, one after the other, each in a process of its own.
"""
