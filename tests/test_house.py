"""The rules of the house, kept by tests: names, what may import what, one home for each truth, sizes."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from orchestration.settings import DBT_PROJECT, REPOSITORY

PACKAGE = REPOSITORY / "orchestration"
MODULES = sorted(PACKAGE.rglob("*.py"))
MODELS = sorted((DBT_PROJECT / "models").rglob("*.sql"))
RECEIVED = DBT_PROJECT / "models" / "staging" / "received.yml"
SEEDS = DBT_PROJECT / "seeds"
LAYERS = {
    "staging": "stg_",
    "intermediate": "int_",
    "marts": ("fct_", "dim_"),
    "reconciliation": "recon_",
}
# lists of codes long enough to be told from chance; a handful of them in one module is a list that lives twice
CODE_LISTS = {
    "parties": "party",
    "governorates": "governorate",
    "mechanisms": "mechanism",
    "facility_types": "facility_type",
    "roles": "role",
    "incident_kinds": "incident_kind",
    "exclusion_reasons": "exclusion_reason",
    "post_fall_channels": "post_fall_channel",
}
# words that are codes and something else as well: kinds of sheets, levels, common words
AMBIGUOUS = {
    "other",
    "unknown",
    "residential",
    "market",
    "school",
    "power",
    "water",
    "bridge",
    "un",
    "duplicate",
    "row",
}
A_LIST = 4
# writes one variable for dbt's profile; reads nothing
WRITES_FOR_DBT = "transform.py"


def relative(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def tables() -> list[dict]:
    return yaml.safe_load(RECEIVED.read_text("utf-8"))["sources"][0]["tables"]


def described() -> dict[str, dict]:
    """Every model's entry in the yml files beside the models, by name."""
    files = [path for path in (DBT_PROJECT / "models").rglob("*.yml") if path != RECEIVED]
    return {
        model["name"]: model | {"file": path}
        for path in files
        for model in (yaml.safe_load(path.read_text("utf-8")) or {}).get("models", [])
    }


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def environment(tree: ast.AST) -> Iterator[ast.AST]:
    """Every mention of the environment in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb", "putenv"):
            yield node


def words(tree: ast.AST) -> set[str]:
    """The text literals of a module but its docstrings, and the words in them that could be codes."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    return {word for text in texts for word in re.findall(r"\w+", text)}


class TestNames:
    @pytest.mark.parametrize("path", MODELS, ids=relative)
    def test_a_model_is_named_after_its_layer(self, path: Path) -> None:
        folder = path.relative_to(DBT_PROJECT / "models").parts[0]
        assert path.stem.startswith(LAYERS[folder])
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", path.stem)

    @pytest.mark.parametrize("table", tables(), ids=lambda table: table["name"])
    def test_a_source_is_an_asset_of_the_received_layer(self, table: dict) -> None:
        (key,) = table["config"]["meta"]["dagster"]["asset_key"]
        assert key.startswith(("received_", "released_"))
        kind = table["config"]["meta"].get("kind")
        assert kind is None or key == table["name"] == f"received_{kind}"

    def test_models_are_named_once(self) -> None:
        stems = [path.stem for path in MODELS]
        assert len(set(stems)) == len(stems)

    def test_yaml_ends_in_yml(self) -> None:
        folders = (DBT_PROJECT / "models", SEEDS, REPOSITORY / "expectations", REPOSITORY / "data" / "layouts")
        assert [path for folder in folders for path in folder.rglob("*.yaml")] == []


class TestWhereThingsLive:
    def test_intake_imports_no_dagster_and_no_dbt(self) -> None:
        foreign = {"dagster", "dagster_dbt", "dbt", "great_expectations"}
        for path in (PACKAGE / "intake").rglob("*.py"):
            packages = {name.split(".")[0] for name in imports(ast.parse(path.read_text("utf-8")))}
            assert packages & foreign == set(), relative(path)

    def test_intake_reaches_for_nothing_of_the_house_but_itself(self) -> None:
        allowed = ("orchestration.intake", "orchestration.settings", "orchestration.declared")
        for path in (PACKAGE / "intake").rglob("*.py"):
            own = [name for name in imports(ast.parse(path.read_text("utf-8"))) if name.startswith("orchestration")]
            assert [name for name in own if not name.startswith(allowed)] == [], relative(path)

    def test_great_expectations_is_imported_by_the_judge_alone_and_only_when_it_judges(self) -> None:
        for path in MODULES:
            tree = ast.parse(path.read_text("utf-8"))
            anywhere = [name for name in imports(tree) if name.startswith("great_expectations")]
            at_import = [
                name for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
                for name in imports(ast.Module([node], [])) if name.startswith("great_expectations")
            ]  # fmt: skip
            assert at_import == [], relative(path)
            assert anywhere == [] or path.parent.name == "judge", relative(path)

    def test_only_the_settings_read_the_environment(self) -> None:
        for path in MODULES:
            mentions = list(environment(ast.parse(path.read_text("utf-8"))))
            if path.name == WRITES_FOR_DBT:
                source = path.read_text("utf-8")
                assert len(mentions) == 1, relative(path)
                assert re.search(r'os\.environ\["CASEBOOK_WAREHOUSE"\] = ', source)
            elif path.name != "settings.py":
                assert mentions == [], relative(path)

    @pytest.mark.parametrize("code_list", CODE_LISTS)
    def test_no_code_list_lives_outside_the_seeds(self, code_list: str) -> None:
        with (SEEDS / f"{code_list}.csv").open(encoding="utf-8", newline="") as seed:
            codes = {row[CODE_LISTS[code_list]] for row in csv.DictReader(seed)} - AMBIGUOUS
        for path in MODULES:
            held = words(ast.parse(path.read_text("utf-8"))) & codes
            assert len(held) < A_LIST, f"{relative(path)} holds {sorted(held)}"

    def test_no_secret_and_no_machine_in_the_repository(self) -> None:
        told = [*MODULES, *MODELS, *sorted((REPOSITORY / "expectations").glob("*")), REPOSITORY / "requirements.lock"]
        for path in told:
            text = path.read_text("utf-8")
            assert not re.search(r"(--(extra-)?index-url|/home/|/Users/)", text), path


class TestSizes:
    @pytest.mark.parametrize("path", MODULES, ids=relative)
    def test_a_module_is_read_in_one_sitting(self, path: Path) -> None:
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 200
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                told = len((ast.get_docstring(node, clean=False) or "").splitlines())
                assert (node.end_lineno or 0) - node.lineno + 1 - told <= 40, node.name

    @pytest.mark.parametrize("path", MODULES, ids=relative)
    def test_a_module_says_what_belongs_in_it(self, path: Path) -> None:
        assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


class TestMarts:
    MARTS = [path for path in MODELS if path.parent.name == "marts"]

    @pytest.mark.parametrize("path", MARTS, ids=lambda path: path.stem)
    def test_a_mart_is_a_pair_of_files_and_every_column_is_described(self, path: Path) -> None:
        model = described().get(path.stem, {})
        assert model.get("file") == path.with_suffix(".yml")
        assert model["description"].strip()
        assert model["columns"]
        assert [column["name"] for column in model["columns"] if not (column.get("description") or "").strip()] == []

    def test_no_restricted_column_is_in_a_mart(self) -> None:
        restricted = {
            column["name"]
            for table in tables()
            for column in table["columns"]
            if column.get("config", {}).get("meta", {}).get("restricted")
        }
        assert {"name_en", "name_ar", "notes", "narrative", "sources", "evidence", "birth_date"} <= restricted
        models = described()
        told = {
            (path.stem, column["name"])
            for path in self.MARTS
            for column in models.get(path.stem, {}).get("columns", [])
        }
        assert {(model, column) for model, column in told if column in restricted} == set()
        for path in [path for path in self.MARTS if path.stem.startswith("fct_")]:
            spoken = set(re.findall(r"\w+", re.sub(r"--.*|{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)))
            assert spoken & (restricted - {"sources"}) == set(), path.stem

    def test_contracts_are_enforced(self) -> None:
        project = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text("utf-8"))
        assert project["models"]["casebook"]["marts"]["+contract"] == {"enforced": True}
