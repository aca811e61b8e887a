"""A cluster of dask.distributed: the deciding node's engine, and the worker that does its work."""
