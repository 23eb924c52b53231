"""Call a function in a worker process, which is killed if a call takes too long."""

from monitor.worker.cores import usable_cores
from monitor.worker.process import InvalidAnswer, WorkerDied, WorkerError, WorkerProcess, WorkerTimeout
from monitor.worker.serve import limit_memory

__all__ = ["InvalidAnswer", "WorkerDied", "WorkerError", "WorkerProcess", "WorkerTimeout", "limit_memory", "usable_cores"]
