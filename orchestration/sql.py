"""Quoting for SQL that is put together from names and texts."""

from collections.abc import Iterable


def identifier(name: str) -> str:
    """A name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text, or anything as its text, quoted; null where it is None."""
    return "null" if text is None else "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[object]) -> str:
    """Several texts, each quoted, with commas between them."""
    return ", ".join(map(literal, texts))
