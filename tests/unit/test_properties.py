"""Every model is described beside it, and the marts let nothing out that the contract keeps in."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
PUBLIC = ("marts", "reconciliation")
CONTRACT = yaml.load((MODELS / "staging" / "received.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)["sources"][0][
    "tables"
]
DESCRIBED = {
    file.stem: yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)["models"] for file in MODELS.rglob("*_*.yml")
}
DOC = re.compile(r'^{{ doc\("(\w+)"\) }}$')
BLOCKS = re.findall(r"{% docs (\w+) %}", (MODELS / "columns.md").read_text("utf-8"))


def _columns(name: str) -> list[dict]:
    (model,) = DESCRIBED[name]
    return model["columns"]


def _public() -> list[str]:
    return sorted(file.stem for room in PUBLIC for file in (MODELS / room).glob("*.sql"))


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_model_says_what_a_row_is(path):
    """Beside each model lies its page, of one model, whose first words are the grain."""
    assert path.with_suffix(".yml").exists()
    (model,) = DESCRIBED[path.stem]
    assert model["name"] == path.stem
    assert model["description"].startswith("One row ")
    assert all(column["description"] for column in model["columns"])


@pytest.mark.parametrize("name", _public())
def test_public_columns_are_typed(name):
    """Marts and reconciliation carry an enforced contract: each column has a type."""
    assert all(column["data_type"] for column in _columns(name))


@pytest.mark.parametrize("name", _public())
def test_public_columns_hold_no_name_and_no_free_text(name):
    """No column of the marts is one the sheets' contract restricts (I89); the contract dbt enforces makes this all."""
    restricted = {
        column["name"]
        for table in CONTRACT
        for column in table["columns"]
        if column.get("config", {}).get("meta", {}).get("restricted")
    }
    assert {"name_en", "name_ar", "birth_date", "sources", "evidence", "notes"} <= restricted
    assert not restricted & {column["name"] for column in _columns(name)}


def test_a_column_is_explained_once():
    """One block a name, each in use; a sentence that stands in several models is such a block."""
    columns = [column for name in DESCRIBED for column in _columns(name)]
    used = {found[1] for column in columns if (found := DOC.match(column["description"]))}
    assert Counter(BLOCKS) == Counter(used)
    assert all(found[1] == column["name"] for column in columns if (found := DOC.match(column["description"])))
