"""The faults that a trial makes: of processes, the SQLite file, the Kafka broker, its streams, and all that is outside."""
