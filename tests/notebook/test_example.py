"""The example notebooks, executed."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "examples").glob("*.ipynb"))


def test_there_is_an_example():
    """At least one example notebook is there to be executed."""
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_every_cell_runs(execute, parsed, path):
    """A notebook is stored valid and without outputs; every cell runs and shows valid HTML."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells if cell.get("outputs")] == []
    done = execute(notebook)
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    assert "error" not in {output.output_type for output in outputs}
    assert "stderr" not in {output.get("name") for output in outputs}
    pages = [parsed(o.data["text/html"]) for o in outputs if "text/html" in o.get("data", {})]
    assert sum(page.find(".//table") is not None for page in pages) == 3
    assert sum(page.find("section") is not None for page in pages) == 2
