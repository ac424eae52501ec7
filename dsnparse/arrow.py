"""Reports for engines that work on Arrow record batches (Ray, Spark, DataFusion, DuckDB, …); needs pyarrow."""

from dsnparse.engines.arrow import map_batches, schema

__all__ = ["map_batches", "schema"]
