"""The same rows from DuckDB, from Spark and from the one-loan path; from one close of many days and from many closes."""
