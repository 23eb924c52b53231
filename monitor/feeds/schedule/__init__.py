"""When each feed is polled: publishing rhythm, intervals, and the queue of what is due."""
