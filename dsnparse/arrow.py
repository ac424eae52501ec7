"""Reports for engines that work on Arrow record batches (Ray, Spark, DataFusion, DuckDB, …); needs pyarrow.

Ray Data, a file of the folder being a message:

    import pyarrow as pa
    import ray
    from dsnparse.arrow import map_batches

    def read(table: pa.Table) -> pa.Table:
        messages = table.rename_columns({"bytes": "raw", "path": "source"})
        return pa.Table.from_batches(map(map_batches, messages.to_batches()))

    files = ray.data.read_binary_files("s3://mail/2025/", include_paths=True)
    files.map_batches(read, batch_format="pyarrow").write_parquet("s3://mail/reports/")

Spark:

    from pyspark.sql.pandas.types import from_arrow_schema
    from dsnparse.arrow import map_batches, schema

    files = spark.read.format("binaryFile").load("s3a://mail/2025/")
    messages = files.selectExpr("path AS source", "content AS raw")
    reports = messages.mapInArrow(lambda batches: map(map_batches, batches), from_arrow_schema(schema()))
    reports.write.parquet("s3a://mail/reports/")
"""

from dsnparse.engines.arrow import map_batches, schema

__all__ = ["map_batches", "schema"]
