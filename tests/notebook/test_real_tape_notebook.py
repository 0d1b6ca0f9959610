"""The notebook on the real tape runs from its first cell to its last, and its results are those of docs/real-tape.md."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from tape_book import tape_book

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "notebooks" / "real-tape.ipynb"
pytestmark = [pytest.mark.xdist_group("real-tape"), pytest.mark.slow]


@pytest.fixture(scope="module")
def run(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after it has run, on the tape's Book."""
    nbclient = pytest.importorskip("nbclient", reason="the notebook extra is not installed")
    pytest.importorskip("matplotlib", reason="the notebook extra is not installed")
    import nbformat

    book = tape_book(shared, tmp_path_factory)
    told = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARREARS_TAPE_BOOK", str(book))
        nbclient.NotebookClient(told, timeout=170, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    return told


@pytest.fixture(scope="module")
def results(run: Any) -> dict[str, Any]:
    """What the last cell says."""
    (cell,) = [cell for cell in run.cells if "results" in cell.metadata.get("tags", [])]
    found: dict[str, Any] = ast.literal_eval(cell.outputs[0]["data"]["text/plain"])
    return found


def test_the_money_and_the_ends_are_those_of_the_tape(results: dict[str, Any]) -> None:
    assert results["paid"] == 6_196_195_295
    assert (results["ends"]["SETTLED"], results["ends"]["WRITTEN_OFF"]) == (1_883, 122)
    assert results["rows"] == 3_513 * 44


def test_each_row_of_the_roll_rates_adds_up_to_one(results: dict[str, Any]) -> None:
    assert results["row_sums"] == [1.0] * 6
    assert 0.9 < results["stayed_current"] < 0.97  # servicers of such pools published 94.38 %


def test_the_curves_and_the_flow_are_drawn(run: Any, results: dict[str, Any]) -> None:
    drawn = [output for cell in run.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
    assert len(drawn) == 3  # heat map, curves, flow
    assert (results["vintages"], results["latest_past_due"], results["corrected"]) == (6, 574, 0)


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
