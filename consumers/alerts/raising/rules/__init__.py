"""What a watch may ask for beside what an article says: a rule a file, each pure."""
