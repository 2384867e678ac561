"""What an engine makes of a build, and in which order: dbt's other nodes before it, between its tables, and after them.

An engine makes the models whose incremental strategy is `months`: each of their rows belongs to a month, and follows
from the rows of that month alone and from small tables. All others are made by dbt in the draft.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

STRATEGY = "months"


@dataclass(frozen=True)
class Stretch:
    """What can be made before an engine is needed, and what the engine makes then.

    Attributes:
        nodes: dbt's seeds, models and tests, by name, that need nothing of a later stretch.
        models: The models that an engine makes of them, by unique id.
    """

    nodes: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)


def stretches(manifest: Mapping[str, Any], is_new: bool) -> list[Stretch]:
    """A build in stretches, each of which needs what an engine made in the one before.

    Args:
        manifest: What dbt knows of the project.
        is_new: Whether everything is made; else only what depends on a sheet.
    """
    made = {key for key, node in manifest["nodes"].items() if is_made_by_month(node)}
    number: dict[str, int] = {}
    for key in TopologicalSorter(manifest["parent_map"]).static_order():
        before = [number[parent] + (parent in made) for parent in manifest["parent_map"][key]]
        number[key] = max(before, default=0)
    built = {key for key in manifest["nodes"] if is_new} or _follow(manifest, "received")
    found = [Stretch() for _ in range(max(number[key] for key in built) + 1)]
    for key in manifest["nodes"].keys() & built:
        stretch, node = found[number[key]], manifest["nodes"][key]
        if key in made:
            stretch.models.append(key)
        else:
            stretch.nodes.append(node["name"])
    return [Stretch(sorted(stretch.nodes), sorted(stretch.models)) for stretch in found]


def is_made_by_month(node: Mapping[str, Any]) -> bool:
    """Whether an engine can make a model: its rows are taken out and put in anew by month."""
    return node["config"].get("incremental_strategy") == STRATEGY


def read_by(manifest: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    """What a model reads, views and what they read included, in an order in which views can be made; each once.

    Args:
        manifest: What dbt knows of the project.
        key: The model's unique id.

    Yields:
        Nodes and sources.
    """
    nodes = manifest["nodes"] | manifest["sources"]
    met: set[str] = set()
    waiting = [(parent, False) for parent in manifest["parent_map"][key]]
    while waiting:
        parent, is_ready = waiting.pop()
        if parent in met:
            continue
        if is_view(nodes[parent]) and not is_ready:
            waiting += [(parent, True), *((above, False) for above in manifest["parent_map"][parent])]
            continue
        met.add(parent)
        yield nodes[parent]


def is_view(node: Mapping[str, Any]) -> bool:
    """Whether dbt makes a view of a node."""
    return node["resource_type"] == "model" and node["config"]["materialized"] == "view"


def _follow(manifest: Mapping[str, Any], source: str) -> set[str]:
    """What depends on a source of dbt's, as `source:<name>+` selects it."""
    waiting = [key for key, node in manifest["sources"].items() if node["source_name"] == source]
    met: set[str] = set()
    while waiting:
        new = set(manifest["child_map"][waiting.pop()]) - met
        met |= new
        waiting += new
    return met
