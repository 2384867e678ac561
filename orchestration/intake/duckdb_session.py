"""The in-memory DuckDB that intake folds headings, parses dates and unfolds JSON with; holds no data of its own."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import DBT_PROJECT
from orchestration.sql import kept_by_process

FUNCTIONS = DBT_PROJECT / "functions.sql"
CODES = DBT_PROJECT / "codes.sql"
REMEMBERED = 1 << 17  # words
_answers: dict[str, dict[str, Any]] = {}


def connect(spill: Path | None = None, memory: int | None = None) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that knows fold(), known() and to_date(), and never reaches for the network.

    Args:
        spill: The folder for what does not fit into memory; where not given, nothing is written anywhere.
        memory: How many MiB it may take; where not given, most of what the machine has.
    """
    config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    config |= {"temp_directory": str(spill or ""), **({"memory_limit": f"{memory}MiB"} if memory else {})}
    con = duckdb.connect(config=config)
    con.execute(FUNCTIONS.read_text("utf-8"))
    return con


# a connection to the one of these that a process keeps
shared = kept_by_process(connect)


def define_codes(con: duckdb.DuckDBPyConnection, own_parties: Sequence[str | None]) -> None:
    """Make the type of all codes in a database that has none yet.

    Args:
        con: The database.
        own_parties: Codes of the parties that the data root has besides the code lists.
    """
    con.execute("set variable own_parties = ?", [list(own_parties)])
    con.execute("set variable seeds = ?", [str(CODES.with_name("seeds"))])
    con.execute(CODES.read_text("utf-8"))


def heading_keys(con: duckdb.DuckDBPyConnection, headings: Sequence[str], is_form: bool = False) -> list[list[str]]:
    """The keys each heading may be known by, the surest first; the first is that of the heading as it is written."""
    return _each_once(con, f"heading_keys(word, {is_form})", headings)


def heading_key(con: duckdb.DuckDBPyConnection, headings: Sequence[str]) -> list[str]:
    """The key of each heading as it is written."""
    return [keys[0] for keys in heading_keys(con, headings)]


def fold(con: duckdb.DuckDBPyConnection, words: Sequence[str]) -> list[str]:
    """Fold each word to the key by which spellings are the same."""
    return _each_once(con, "coalesce(fold(word), '')", words)


def classes_told(con: duckdb.DuckDBPyConnection, ages: Sequence[str]) -> list[str | None]:
    """The age class that each age tells, `child` or `adult`; None where it tells none."""
    of_years = "case when to_age(known(word)) < 18 then 'child' when to_age(known(word)) <= 115 then 'adult' end"
    return _each_once(con, f"coalesce(class_of_age(known(word)), {of_years})", ages)


def pattern(con: duckdb.DuckDBPyConnection, name: str) -> re.Pattern[str]:
    """The regular expression that a macro without arguments is, asked once a process.

    Args:
        con: The session that knows the macros.
        name: That of the macro.
    """
    known = _answers.setdefault("pattern", {})
    if name not in known:
        (written,) = con.execute(f"select {name}()").fetchone()  # type: ignore[misc]
        known[name] = re.compile(written)
    return known[name]


def _each_once(con: duckdb.DuckDBPyConnection, question: str, words: Sequence[str]) -> list[Any]:
    """What DuckDB answers for each word, asked once a process: a question takes as long for one word as for a hundred.

    What is kept is of the contract, of layouts, and of what stands in sheets where a heading may.
    """
    known = _answers.setdefault(question, {})
    if len(known) > REMEMBERED:
        known.clear()
    if unknown := list({*words} - known.keys()):
        # as JSON, since of every word that is handed over by itself DuckDB asks whether it is a value of pandas
        words_asked = """from_json(?, '["varchar"]')"""
        query = f"select list_transform({words_asked}, lambda word: {question})"
        answers = con.execute(query, [json.dumps(unknown)]).fetchone()
        known |= zip(unknown, answers[0], strict=True)  # type: ignore[index]
    return [known[word] for word in words]
