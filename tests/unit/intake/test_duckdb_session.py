"""What a process keeps between one intake and the next: it saves time, and nothing else is seen of it."""

import multiprocessing
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.intake import contract, layouts
from orchestration.intake.duckdb_session import fold, shared


def test_what_is_made_in_one_shared_connection_is_seen_in_no_other() -> None:
    with shared() as one, shared() as other:
        one.execute("create temp table words as select 'sheet' as word")
        one.execute("set variable style = 'dmy'")
        with pytest.raises(duckdb.CatalogException, match="words"):
            other.execute("from words")
        assert other.execute("select getvariable('style'), fold('Dmy ')").fetchall() == [(None, "dmy")]


def _folded() -> None:
    with shared() as con:
        raise SystemExit(len(fold(con, ["Nobody", "asked"])))


def test_a_fork_begins_its_own() -> None:
    with shared() as con:
        con.execute("select fold(word) from (select unnest(range(100_000))::varchar as word)").fetchall()
        child = multiprocessing.get_context("fork").Process(target=_folded)
        child.start()
        child.join()
    assert child.exitcode == 2


def test_contract_and_layouts_are_read_anew_where_they_are_written_otherwise(tmp_path: Path) -> None:
    aliases = shutil.copy(contract.ALIASES, tmp_path / "aliases.csv")
    with shared() as con:
        known = contract.load(con, aliases=aliases)
        assert contract.load(con, aliases=aliases) is known
        assert "besieged" not in known.kinds["deaths"].headings
        aliases.write_text(aliases.read_text("utf-8") + "besieged,age,deaths\n", "utf-8")
        told = contract.load(con, aliases=aliases)
        assert told.kinds["deaths"].headings["besieged"] == "age"

        shipped = sorted(layouts.SHIPPED.glob("*.yml"))[0]
        own = tmp_path / "layouts" / shipped.name
        own.parent.mkdir()
        shutil.copy(shipped, own)
        ((before,), _), ((again,), _) = (layouts.load(con, told, [own.parent]) for _ in range(2))
        assert again is before
        own.write_text(own.read_text("utf-8") + "# looked at again\n", "utf-8")
        ((after,), _) = layouts.load(con, told, [own.parent])
        assert after.version != before.version
