"""The rules of the house, kept by tests: names, what may import what, one home for each truth, sizes."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from docs.pictures import imports
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
EVENT_LOG = "dagster._core.storage.event_log"
# writes one variable for dbt's profile; reads nothing
WRITES_FOR_DBT = "dbt.py"


# from the ground up; a room uses what is below it
FLOORS = (
    "settings sql files stores months process declared language",
    "dimensions intake sample",
    "build printed",
    "engine",
    "judge",
    "findings",
    "alerts",
    "publish",
    "documentation explain open_data report",
    "site",
    "pipeline",
    "definitions",
    "cli",
)


def room_of(path: Path) -> str:
    """The part of the package a module stands in; the package itself says nothing but what it is."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "settings" if parts == ("__init__",) else parts[0]


def room_of_module(name: str) -> str | None:
    """The same of a module by its name; None where it is not ours."""
    parts = name.split(".")
    return parts[1] if parts[0] == "orchestration" and len(parts) > 1 else None


def relative(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def tables() -> list[dict]:
    return yaml.load(RECEIVED.read_text("utf-8"), Loader=yaml.CSafeLoader)["sources"][0]["tables"]


def described() -> dict[str, dict]:
    """Every model's entry in the yml files beside the models, by name."""
    files = [path for path in (DBT_PROJECT / "models").rglob("*.yml") if path != RECEIVED]
    return {
        model["name"]: model | {"file": path}
        for path in files
        for model in (yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}).get("models", [])
    }


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
    def test_a_model_is_named_after_its_layer(self) -> None:
        for path in MODELS:
            folder = path.relative_to(DBT_PROJECT / "models").parts[0]
            assert path.stem.startswith(LAYERS[folder]), path.stem
            assert re.fullmatch(r"[a-z]+(_[a-z]+)+", path.stem), path.stem

    def test_a_source_is_an_asset_of_the_received_layer(self) -> None:
        for table in tables():
            (key,) = table["config"]["meta"]["dagster"]["asset_key"]
            assert key.startswith(("received_", "previous_", "released_")), table["name"]
            kind = table["config"]["meta"].get("kind")
            assert kind is None or key == table["name"] == f"received_{kind}", table["name"]

    def test_models_are_named_once(self) -> None:
        stems = [path.stem for path in MODELS]
        assert len(set(stems)) == len(stems)

    def test_a_model_imports_a_relation_once_at_its_head(self) -> None:
        for path in MODELS:
            named = re.findall(r'\{\{ (?:ref\("\w+"\)|source\("received", "\w+"\)) \}\}', path.read_text("utf-8"))
            assert len(named) == len(set(named)), relative(path)

    def test_yaml_ends_in_yml(self) -> None:
        folders = (DBT_PROJECT / "models", SEEDS, REPOSITORY / "expectations", REPOSITORY / "data" / "layouts")
        assert [path for folder in folders for path in folder.rglob("*.yaml")] == []


class TestWhereThingsLive:
    def test_rooms_stand_in_floors_and_nothing_reaches_up(self) -> None:
        assert {room_of(path) for path in MODULES} == {room for floor in FLOORS for room in floor.split()}
        floors = {room: number for number, floor in enumerate(FLOORS) for room in floor.split()}
        for path in MODULES:
            used = {room_of_module(name) for name in imports(ast.parse(path.read_text("utf-8")))} - {
                None,
                room_of(path),
            }
            assert [room for room in used if floors[room] >= floors[room_of(path)]] == [], relative(path)

    def test_dagster_is_imported_where_dagster_is_the_subject(self) -> None:
        for path in MODULES:
            packages = {name.split(".")[0] for name in imports(ast.parse(path.read_text("utf-8")))}
            foreign = packages & {"dagster", "dagster_dbt"}
            assert foreign == set() or room_of(path) in ("pipeline", "definitions", "cli"), relative(path)
            assert "dbt" not in packages or path.name == "dbt.py", relative(path)

    def test_what_dagster_does_not_promise_is_used_in_one_place(self) -> None:
        private = {
            relative(path): name
            for path in MODULES
            for name in imports(ast.parse(path.read_text("utf-8")))
            if name.startswith(("dagster._", "dagster_dbt._", "great_expectations.core._"))
        }
        assert private == {"orchestration/pipeline/event_log.py": f"{EVENT_LOG}.ConsolidatedSqliteEventLogStorage"}

    def test_nothing_is_done_at_import(self) -> None:
        """A module says what there is; calls that reach outside of it belong into functions."""
        reaching = re.compile(
            r"^(?!def |class |from |import |@|#|\"| ).*\b(read_settings\(|os\.dup|set_memory_pool|gc\.)", re.M
        )
        for path in MODULES:
            assert not reaching.search(path.read_text("utf-8")), relative(path)

    def test_great_expectations_is_imported_by_the_judge_alone_and_only_when_it_judges(self) -> None:
        for path in MODULES:
            tree = ast.parse(path.read_text("utf-8"))
            anywhere = [name for name in imports(tree) if name.startswith("great_expectations")]
            at_import = [
                name for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
                for name in imports(ast.Module([node], [])) if name.startswith("great_expectations")
            ]  # fmt: skip
            assert at_import == [], relative(path)
            assert anywhere == [] or room_of(path) == "judge", relative(path)

    def test_only_the_settings_read_the_environment(self) -> None:
        for path in MODULES:
            mentions = list(environment(ast.parse(path.read_text("utf-8"))))
            if path.name == WRITES_FOR_DBT:
                source = path.read_text("utf-8")
                assert len(mentions) == 1, relative(path)
                assert re.search(r'os\.environ \|= {"CASEBOOK_WAREHOUSE": ', source)
            elif path.name != "settings.py":
                assert mentions == [], relative(path)

    def test_no_code_list_lives_outside_the_seeds(self) -> None:
        spoken = {path: words(ast.parse(path.read_text("utf-8"))) for path in MODULES}
        for code_list, column in CODE_LISTS.items():
            with (SEEDS / f"{code_list}.csv").open(encoding="utf-8", newline="") as seed:
                codes = {row[column] for row in csv.DictReader(seed)} - AMBIGUOUS
            for path, of_module in spoken.items():
                assert len(of_module & codes) < A_LIST, f"{relative(path)} holds {sorted(of_module & codes)}"

    def test_no_secret_and_no_machine_in_the_repository(self) -> None:
        told = [*MODULES, *MODELS, *sorted((REPOSITORY / "expectations").glob("*")), REPOSITORY / "requirements.lock"]
        for path in told:
            text = path.read_text("utf-8")
            assert not re.search(r"(--(extra-)?index-url|/home/|/Users/)", text), path


class TestSizes:
    def test_a_function_is_read_in_one_look(self) -> None:
        for path in MODULES:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    told = len((ast.get_docstring(node, clean=False) or "").splitlines())
                    assert (node.end_lineno or 0) - node.lineno + 1 - told <= 40, f"{relative(path)} {node.name}"

    def test_a_module_says_what_belongs_in_it(self) -> None:
        assert [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


class TestMarts:
    MARTS = [path for path in MODELS if path.parent.name == "marts"]

    def test_a_mart_is_a_pair_of_files_and_every_column_is_described(self) -> None:
        models = described()
        for path in self.MARTS:
            model = models.get(path.stem, {})
            assert model.get("file") == path.with_suffix(".yml"), path.stem
            assert model["description"].strip(), path.stem
            assert model["columns"], path.stem
            undescribed = [each["name"] for each in model["columns"] if not (each.get("description") or "").strip()]
            assert undescribed == [], path.stem

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
        project = yaml.load((DBT_PROJECT / "dbt_project.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)
        assert project["models"]["casebook"]["marts"]["+contract"] == {"enforced": True}
