"""What an asset says of itself on Dagster's page: group, owner, tags, columns and their origin, file and docs.

What a row and a column are is said in dbt's properties, who answers for them in its groups. Here it is carried over.
"""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from orchestration.build import columns
from orchestration.publish.release import is_released
from orchestration.settings import DBT_PROJECT, REPOSITORY, Settings

# origins shown of one column from one asset; the rest is counted
SHOWN = 6
WORD = r"\w+"


def team(owner: str) -> str:
    """An owner, as dbt's groups and the rules name them, in Dagster's words."""
    return f"team:{owner.replace(' ', '-')}"


class Translator(DagsterDbtTranslator):
    """How Dagster shows a dbt model, code list or sheet received.

    Args:
        manifest: What dbt knows of the project.
        settings: Where the data root is; what was noted there of columns, if the project has been built, is shown.
    """

    def __init__(self, manifest: Mapping[str, Any], settings: Settings) -> None:
        super().__init__()
        self._manifest = manifest
        self._nodes = {**manifest["nodes"], **manifest["sources"]}
        self._groups = {group["name"]: group for group in manifest["groups"].values()}
        self._meanings = {block["name"]: block["block_contents"] for block in manifest["docs"].values()}
        self._recorded = columns.recorded(settings)
        self._keys = {node["name"]: self.get_asset_key(node).path[-1] for node in self._nodes.values()}
        self._tests: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = defaultdict(dict)
        for node in manifest["nodes"].values():
            if node.get("column_name"):
                kind = node["test_metadata"]
                self._tests[node["attached_node"], node["column_name"]][kind["name"]] = kind["kwargs"]

    def spec(self, unique_id: str, **attributes: Any) -> dg.AssetSpec:
        """What dbt knows of an asset that no dbt run makes: a sheet received, a code list.

        Args:
            unique_id: dbt's name of it.
            attributes: What is otherwise than with dbt's own assets.
        """
        spec = self.get_asset_spec(self._manifest, unique_id, None)
        metadata = {name: value for name, value in spec.metadata.items() if not name.startswith("dagster_dbt/")}
        return spec.replace_attributes(metadata=metadata, skippable=False, **attributes)

    def of_group(self, name: str) -> dict[str, Any]:
        """What an asset that dbt does not know has of its group: its name, and who answers for it."""
        return {"group_name": name, "owners": [team(self._groups[name]["owner"]["name"])]}

    def is_sheet(self, source: Mapping[str, Any]) -> bool:
        """Whether a source holds the received rows of a kind of sheet, which come by month."""
        return "kind" in source["config"]["meta"]

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """A model's own name; a source says its key itself."""
        is_source = dbt_resource_props["resource_type"] == "source"
        return super().get_asset_key(dbt_resource_props) if is_source else dg.AssetKey(dbt_resource_props["name"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """What one row is; the SQL is a click away."""
        return dbt_resource_props["description"]

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The group dbt has it in; dbt knows none of sources."""
        return super().get_group_name(dbt_resource_props) or "received"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Who answers for the group."""
        return self.of_group(dbt_resource_props["config"].get("group") or "received")["owners"]

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """Restricted or open, monthly or whole, and whether a release holds it."""
        config, schema = dbt_resource_props["config"], dbt_resource_props["schema"]
        is_sheet = self.is_sheet(dbt_resource_props)
        is_published = is_released(schema, dbt_resource_props["name"]) and config["materialized"] != "view"
        return {
            "restricted" if is_sheet or schema == "restricted" else "open": "",
            "monthly" if is_sheet or "month_column" in config else "whole": "",
            **({"published": ""} if is_published else {}),
        }

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Its table, its columns, and the files that make and explain it."""
        group = self._groups[self.get_group_name(dbt_resource_props)]
        docs = group["config"]["meta"]["docs"]
        files = [dbt_resource_props["original_file_path"], *_properties(dbt_resource_props)]
        name = dbt_resource_props["name"]
        names = dict.fromkeys([*self._recorded.get(name, {}), *dbt_resource_props["columns"]])
        made_of = {
            column: [dg.TableColumnDep(dg.AssetKey(asset), origin) for asset, origin in self._origins(name, column)]
            for column in names
            if self._origins(name, column)
        }
        return {
            **super().get_metadata(dbt_resource_props),
            # Dagster knows groups by their names alone
            "group": f"{group['name']}: {group['description']}",
            "dagster/column_lineage": dg.TableColumnLineage(made_of),
            "dagster/column_schema": dg.TableSchema([self._column(dbt_resource_props, column) for column in names]),
            **references([*(f"{DBT_PROJECT.name}/{file}" for file in files), docs]),
        }

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A check where a test is one of the numbered rules; the others are keys, and stop the run by themselves."""
        is_rule = re.match(r"I\d\d", manifest["nodes"][unique_id]["name"])
        return super().get_asset_check_spec(asset_spec, manifest, unique_id, project) if is_rule else None

    def _column(self, node: Mapping[str, Any], name: str) -> dg.TableColumn:
        column = node["columns"].get(name, {})
        recorded = self._recorded.get(node["name"], {}).get(name, {}).get("type")
        declared = column.get("data_type") or node["config"].get("column_types", {}).get(name)
        origins = _links(self._origins(node["name"], name))
        return dg.TableColumn(
            name,
            type=(recorded or declared or "?").lower(),
            description=f"{self._meaning(node, name)} {origins}".strip(),
            constraints=self._constraints(node["unique_id"], name, column),
            tags={"restricted": ""} if _meta(column).get("restricted") else None,
        )

    def _meaning(self, node: Mapping[str, Any], column: str) -> str:
        """What a column means: where its properties do not say, the same as wherever else it goes by this name."""
        meaning = node["columns"].get(column, {}).get("description") or self._meanings.get(column)
        parents = node.get("depends_on", {}).get("nodes", [])
        return meaning or next(filter(None, (self._meaning(self._nodes[parent], column) for parent in parents)), "")

    def _constraints(self, unique_id: str, column: str, properties: Mapping[str, Any]) -> dg.TableColumnConstraints:
        tests, kept = self._tests[unique_id, column], properties.get("constraints", [])
        other = [each["expression"] for each in kept if each["type"] == "check"]
        if "relationships" in tests:
            other.append(f"one of {re.findall(WORD, tests['relationships']['to'])[-1]}")
        if "accepted_values" in tests:
            other.append(", ".join(map(str, tests["accepted_values"]["values"])))
        if _meta(properties).get("code_list"):
            other.append(f"one of {_meta(properties)['code_list']}")
        if _meta(properties).get("required"):
            other.append("required")
        is_filled = "not_null" in {*tests, *(each["type"] for each in kept)}
        return dg.TableColumnConstraints(nullable=not is_filled, unique="unique" in tests, other=other)

    def _origins(self, model: str, column: str) -> list[tuple[str, str]]:
        """Asset and column of what a column is made of; what has been renamed since it was noted is left out."""
        origins = self._recorded.get(model, {}).get(column, {}).get("origins", [])
        return [(self._keys[table], origin) for table, origin in origins if table in self._keys]


def references(files: Iterable[str]) -> dict[str, Any]:
    """Files of the repository that make or explain an asset, as the page links them.

    Args:
        files: Paths beneath the repository.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        local = [dg.LocalFileCodeReference(file_path=str(REPOSITORY / file), label=file) for file in files]
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[*local])}


def _meta(column: Mapping[str, Any]) -> Mapping[str, Any]:
    return column.get("config", {}).get("meta", {})


def _properties(node: Mapping[str, Any]) -> list[str]:
    path = (node.get("patch_path") or "").split("://")[-1]
    return [path] if path and path != node["original_file_path"] else []


def _links(origins: Iterable[tuple[str, str]]) -> str:
    """The origins of a column as links: the page itself draws no lineage of columns."""
    by_asset = defaultdict(list)
    for asset, column in origins:
        by_asset[asset].append(column)
    links = [f"[{asset}](/assets/{asset}) {_listed(names)}" for asset, names in by_asset.items()]
    return f"*From {'; '.join(links)}.*" if links else ""


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
