"""Quoting for SQL that is put together from names and texts, and how DuckDB's files are written."""

from collections.abc import Iterable

# the form of our DuckDB files, which DuckDB 1.3 (May 2025) and later ones open: words are written in two thirds of
# the time that they take in the form DuckDB writes unless it is asked for another
STORAGE = "v1.3.0"


def identifier(name: str) -> str:
    """A name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text, or anything as its text, quoted; null where it is None."""
    return "null" if text is None else "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[object]) -> str:
    """Several texts, each quoted, with commas between them."""
    return ", ".join(map(literal, texts))
