"""What a person reads who asks for Spark without its parts. No Java process is started here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from arrears.book.close import spark
from arrears.book.door import engine_named
from arrears.book.store import BookError


def test_without_java_the_message_names_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(BookError, match=r"Java 17 or newer.*openjdk-17-jre-headless"):
        engine_named("spark")


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(BookError, match=r"arrears\[spark\]"):
        engine_named("spark")


def test_an_unknown_engine_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(BookError, match="duckdb, spark"):
        engine_named("pandas")


def test_a_cluster_needs_a_folder_that_its_workers_see(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
    monkeypatch.setattr(spark, "java_found", lambda: True)
    monkeypatch.setenv("SPARK_MASTER", "spark://host:7077")
    monkeypatch.delenv("ARREARS_SPARK_FOLDER", raising=False)
    with pytest.raises(BookError, match=r"spark://host:7077.*ARREARS_SPARK_FOLDER.*every worker"):
        engine_named("spark")
    monkeypatch.setenv("ARREARS_SPARK_FOLDER", str(tmp_path / "nowhere"))
    with pytest.raises(BookError, match="which is no folder"):
        engine_named("spark")
