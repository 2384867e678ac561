"""Draws the pictures of architecture.md from the code: `make pictures`.

The way of the data are the groups of Dagster's assets, with what dbt says of each; the rooms are the parts of
`orchestration/`, with what they say of themselves and what they import. Where a longer way of arrows leads to the same
box, the short one is left out.
"""

import ast
import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import networkx
import yaml

DOCS = Path(__file__).parent
PACKAGE = DOCS.parent / "orchestration"
GROUPS = DOCS.parent / "dbt_project" / "models" / "groups.yml"
LIBRARIES = {"dagster": "Dagster", "dagster_dbt": "Dagster", "dbt": "dbt", "great_expectations": "Great Expectations"}
GAP, ROW_GAP, LINE, LETTER = 24, 46, 15, 5.6

Texts = dict[str, list[str]]
Arrows = set[tuple[str, str]]


def way_of_the_data() -> tuple[Texts, Arrows]:
    """Each group of assets with its description and its assets, and which group is made from which."""
    from orchestration.definitions import build_definitions

    specs = sorted(build_definitions().resolve_all_asset_specs(), key=lambda spec: spec.key)
    group = {spec.key: spec.group_name for spec in specs}
    texts: Texts = {
        described["name"]: [described["description"]] for described in yaml.safe_load(GROUPS.read_text())["groups"]
    }
    for name, lines in texts.items():
        lines.append(", ".join(key.to_user_string() for key, of in group.items() if of == name))
    made_from = {
        (group[dep.asset_key], group[spec.key]) for spec in specs for dep in spec.deps if dep.asset_key in group
    }
    return texts, {(source, target) for source, target in made_from if source != target}


def rooms() -> tuple[Texts, Arrows]:
    """Each part of the package with the first sentence it says of itself, and which part imports which."""
    texts: Texts = {}
    arrows: Arrows = set()
    for part in sorted(PACKAGE.iterdir()):
        files = sorted(part.rglob("*.py")) if part.is_dir() else [part] if part.suffix == ".py" else []
        if not files or part.name == "__init__.py":
            continue
        says = ast.get_docstring(ast.parse((part / "__init__.py" if part.is_dir() else part).read_text())) or ""
        imported = {module for path in files for module in imports(ast.parse(path.read_text()))}
        used = sorted({LIBRARIES[name] for module in imported if (name := module.split(".")[0]) in LIBRARIES})
        name = part.name + "/" * part.is_dir()
        texts[name] = [" ".join(says.split("\n\n")[0].split()), *([f"imports {', '.join(used)}"] if used else [])]
        for module in imported:
            below = PACKAGE / (module.removeprefix("orchestration.").split(".")[0])
            if module.startswith("orchestration.") and below.with_suffix("") != part.with_suffix(""):
                arrows.add((name, below.name + "/" if below.is_dir() else f"{below.name}.py"))
    return texts, {(source, target) for source, target in arrows if target in texts}


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a module imports, at its head or in a function; of a package, what is taken from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floors(texts: Texts, arrows: Arrows) -> tuple[list[list[str]], Arrows, Texts]:
    """What stands on which floor, each above all it leads to; what leads to itself in a circle is one box."""
    graph = networkx.DiGraph(sorted(arrows))
    graph.add_nodes_from(sorted(texts))
    circles = networkx.condensation(graph)
    label = {number: " + ".join(sorted(data["members"])) for number, data in circles.nodes(data=True)}
    merged = {
        label[number]: [
            line if len(data["members"]) == 1 else f"{name}: {line}"
            for name in sorted(data["members"])
            for line in texts[name]
        ]
        for number, data in circles.nodes(data=True)
    }
    reduced = networkx.relabel_nodes(networkx.transitive_reduction(circles), label)
    order = sorted(merged)
    above = {name: min(map(order.index, reduced.predecessors(name)), default=-1) for name in order}
    generations = networkx.topological_generations(reduced)
    return [sorted(floor, key=lambda name: (above[name], name)) for floor in generations], set(reduced.edges), merged


def picture(title: str, texts: Texts, arrows: Arrows, width: int, in_a_row: int) -> str:
    """An SVG of boxes, floor by floor, and of the arrows between them."""
    above, drawn, merged = floors(texts, arrows)
    rows = [floor[start : start + in_a_row] for floor in above for start in range(0, len(floor), in_a_row)]
    wrapped = {name: list(wrap(lines, width)) for name, lines in merged.items()}
    whole = in_a_row * (width + GAP) + GAP
    boxes: dict[str, tuple[float, float, float]] = {}
    top = 56.0
    for row in rows:
        left = (whole - len(row) * (width + GAP) + GAP) / 2
        for number, name in enumerate(row):
            boxes[name] = (left + number * (width + GAP), top, 34 + LINE * len(wrapped[name]))
        top += max(boxes[name][2] for name in row) + ROW_GAP
    parts = [arrow(boxes[source], boxes[target], width) for source, target in sorted(drawn)]
    parts += [box(name, wrapped[name], *boxes[name], width) for name in sorted(boxes)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {top:.0f}" font-family="sans-serif">',
            f"<title>{escape(title)}</title>",
            '<marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#567"/></marker>',
            '<rect width="100%" height="100%" fill="#fff"/>',
            f'<text x="{GAP}" y="32" font-size="18">{escape(title)}</text>',
            *parts,
            "</svg>\n",
        ]
    )


def wrap(lines: Iterable[str], width: int) -> Iterator[str]:
    """Lines as long as a box is wide."""
    for line in lines:
        yield from textwrap.wrap(line, int((width - 20) / LETTER))


def box(name: str, lines: list[str], left: float, top: float, height: float, width: int) -> str:
    """A box with its name and what stands in it."""
    shown = textwrap.shorten(name, int(width / 8), placeholder="…")
    text = "".join(f'<tspan x="{left + 10:.0f}" dy="{LINE}">{escape(line)}</tspan>' for line in lines)
    return (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{width}" height="{height:.0f}" fill="#f4f7fa" stroke="#567"/>'
        f'<text x="{left + 10:.0f}" y="{top + 19:.0f}" font-size="13" font-weight="bold">{escape(shown)}</text>'
        f'<text x="{left + 10:.0f}" y="{top + 22:.0f}" font-size="11" fill="#345">{text}</text>'
    )


def arrow(source: tuple[float, float, float], target: tuple[float, float, float], width: int) -> str:
    """An arrow from the foot of one box to the head of another."""
    x, y, to_x, to_y = source[0] + width / 2, source[1] + source[2], target[0] + width / 2, target[1] - 1
    bend = max(20.0, (to_y - y) / 2)
    line = f"M{x:.0f} {y:.0f}C{x:.0f} {y + bend:.0f} {to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y:.0f}"
    return f'<path d="{line}" fill="none" stroke="#567" marker-end="url(#end)"/>'


def pictures() -> dict[Path, str]:
    """Each picture with the file it belongs into."""
    return {
        DOCS / "way-of-the-data.svg": picture("The way of the data", *way_of_the_data(), width=560, in_a_row=2),
        DOCS / "rooms.svg": picture("The rooms of orchestration/", *rooms(), width=210, in_a_row=5),
    }


if __name__ == "__main__":
    for path, drawn in pictures().items():
        path.write_text(drawn)
