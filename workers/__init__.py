"""The RQ side: the worker process, its two jobs, and what is built once per process."""
