"""What is wrong with something a person declared, in a sentence of plain words: pydantic's findings by key."""

import re
from collections.abc import Iterable
from typing import Any

import yaml
from pydantic import ValidationError

UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
WORDS = {
    "list_type": "a list", "tuple_type": "a list", "dict_type": "a mapping", "mapping_type": "a mapping",
    "model_type": "a mapping", "dataclass_type": "a mapping", "string_type": "a text",
}  # fmt: skip


def problems(error: ValidationError, text: str = "") -> str:
    """What is wrong, key by key. Of what was written, nothing is quoted but a word that is none of a list.

    Args:
        error: What pydantic found.
        text: The YAML it was read from, by which line and column are found.
    """
    found = error.errors(include_url=False)
    root = yaml.compose(text, Loader=yaml.BaseLoader) if text else None
    missing = _keys(each for each in found if each["type"] == "missing")
    unknown = ", ".join(_key(each) + _place(root, each["loc"]) for each in found if each["type"] in UNKNOWN)
    others = [_problem(each) + _place(root, each["loc"]) for each in found if each["type"] not in ("missing", *UNKNOWN)]
    sentences = [
        *([f"the key {missing} is missing"] if missing else []),
        *([f"there is no key {unknown}"] if unknown else []),
        *others,
    ]
    return "; ".join(sentences)


def _problem(found: Any) -> str:
    key = _key(found) or "it"
    if found["type"] == "literal_error":
        words = ", ".join(re.findall(r"'(.*?)'", found["ctx"]["expected"]))
        return f"{key} {found['input']} is none of {words}"
    if found["type"] in WORDS:
        return f"{key} is not {WORDS[found['type']]}"
    return f"{key}: {found['msg']}"


def _place(node: yaml.Node | None, path: Iterable[str | int]) -> str:
    """Line and column of a key, as far as its path leads; nothing where no text is known."""
    mark = None
    for part in path:
        if isinstance(node, yaml.MappingNode):
            key, node = next(((key, value) for key, value in node.value if key.value == part), (None, None))
            mark = key.start_mark if key else mark
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            mark = node.start_mark
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""


def _keys(found: Iterable[Any]) -> str:
    return ", ".join(_key(each) for each in found)


def _key(found: Any) -> str:
    """The key as it is written: `columns.Where.before`, without the place in a list."""
    return ".".join(part for part in found["loc"] if isinstance(part, str))
