"""Quoting for SQL that is put together from names and texts; how DuckDB's files are written; memories that are kept."""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# the form of our DuckDB files, which DuckDB 1.3 (May 2025) and later ones open: words are written in two thirds of
# the time that they take in the form DuckDB writes unless it is asked for another
STORAGE = "v1.3.0"


def kept_by_process(begin: "Callable[[], DuckDBPyConnection]") -> "Callable[[], DuckDBPyConnection]":
    """What connects to a database in memory that a process begins once: to begin one takes longer than most questions.

    What is made over such a connection has to be temporary, and no database attached: then nobody else sees any of it.

    Args:
        begin: Begins the database. A fork begins its own: the threads of the one before are not there.
    """

    @cache
    def of(process: int) -> "DuckDBPyConnection":
        return begin()

    return lambda: of(os.getpid()).cursor()


def identifier(name: str) -> str:
    """A name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text, or anything as its text, quoted; null where it is None."""
    return "null" if text is None else "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[object]) -> str:
    """Several texts, each quoted, with commas between them."""
    return ", ".join(map(literal, texts))
