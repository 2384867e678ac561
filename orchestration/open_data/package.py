"""The files of open data: each table in four formats, what describes them, whose they are, and what they must be."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
import yaml
from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from orchestration import files
from orchestration.declared import problems
from orchestration.dimensions import TOTAL
from orchestration.open_data import tables
from orchestration.open_data.tables import Column
from orchestration.publish.export import OPTIONS
from orchestration.settings import Settings
from orchestration.sql import identifier, literal

DESCRIPTOR, SUMS, WORKBOOK = "datapackage.json", "SHA256SUMS", "open-data.xlsx"
COPIES = {"csv": "format csv, header", "parquet": "format parquet", "json": "format json, array"}
# so many rows a tab of a workbook holds
TAB_ROWS = 1_048_575
NO_LICENCE = "No licence is given with these data: ask who publishes them before you pass them on.\n"
# what a journalist quotes: a number, its month, how far it is settled, and of when that is known
QUOTES = f"""
    select
        format('{{}}: {{}} civilians documented killed in Syria ({{}}{{}})',
            strftime(figures.period_start, '%Y-%m'), value, figures.standing,
            if(figures.standing = 'provisional', ' until ' || months.final_on, '')),
        format('{{}}: عدد القتلى المدنيين الموثقين في سوريا {{}} ({{}}{{}})',
            strftime(figures.period_start, '%Y-%m'), value, codes.name_ar,
            if(figures.standing = 'provisional', ' حتى ' || months.final_on, ''))
    from figures
    inner join months on figures.period_start = months.month
    inner join codes on codes.list = 'standing' and figures.standing = codes.code
    where measure = 'deaths' and basis = 'documented' and period_kind = 'month' and category = 'total'
        and {TOTAL}
    order by figures.period_start desc limit 24
"""


class TermsError(Exception):
    """`open_data.yml` cannot be understood; the message says where."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Licence:
    """A licence: its name as SPDX has it, what it is called, and where it can be read."""

    name: str
    title: str
    path: str


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Terms:
    """What the data root says of its open data: who publishes them, under which licence, and what they are called."""

    publisher: str = ""
    title: str = "Civilian deaths and violations documented in Syria"
    licence: Licence | None = None
    contact: str = ""


def terms_of(settings: Settings) -> Terms:
    """What `open_data.yml` in the data root says; without it nobody is named and no licence given.

    Raises:
        TermsError: The file cannot be understood.
    """
    path = settings.open_data_terms
    if not path.exists():
        return Terms()
    try:
        text = path.read_text("utf-8")
        terms = yaml.safe_load(text) or {}
    except (yaml.YAMLError, UnicodeDecodeError):
        raise TermsError(f"{path.name} is no YAML in UTF-8") from None
    if not isinstance(terms, dict):
        raise TermsError(f"{path.name}: a mapping was expected")
    try:
        return Terms(**terms)
    except ValidationError as error:
        raise TermsError(f"{path.name}: {problems(error, text)}") from None


def write(connection: duckdb.DuckDBPyConnection, folder: Path, about: Mapping[str, Any], terms: Terms) -> None:
    """Write the files of a release.

    Args:
        connection: A database with the open tables.
        folder: An empty folder.
        about: What the release says of itself.
        terms: Whose they are.
    """
    columns = {table: tables.columns_of(connection, table) for table in tables.descriptions()["tables"]}
    for suffix, options in COPIES.items():
        (folder / suffix).mkdir()
        for table in columns:
            path = folder / suffix / f"{table}.{suffix}"
            connection.execute(f"copy {table} to {literal(path)} ({options})")
    _write_hxl(connection, folder, columns)
    _write_workbook(connection, folder / WORKBOOK, about, terms, columns)
    (folder / DESCRIPTOR).write_text(
        json.dumps(_descriptor(folder, about, terms, columns), ensure_ascii=False, indent=1), "utf-8"
    )
    licence = terms.licence
    (folder / "LICENCE.txt").write_text(f"{licence.title}: {licence.path}\n" if licence else NO_LICENCE, "utf-8")
    (folder / "README.txt").write_text("".join(f"{of}: {what}\n" for of, what in _about(about, terms)), "utf-8")
    (folder / "CITATION.txt").write_text(_citation(connection, about, terms), "utf-8")
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{files.sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in written]
    (folder / SUMS).write_text("".join(sums), "utf-8")


def _write_hxl(connection: duckdb.DuckDBPyConnection, folder: Path, columns: Mapping[str, Sequence[Column]]) -> None:
    """Some tables with a row of HXL tags beneath the heading."""
    (folder / "hxl").mkdir()
    for table, tags in tables.descriptions()["hxl"].items():
        names = [column.name for column in columns[table]]
        as_text = ", ".join(f"{identifier(name)}::varchar as {identifier(name)}" for name in names)
        tag_row = ", ".join(f"{literal(tags[name])} as {identifier(name)}" for name in names)
        connection.execute(
            f"copy (select {tag_row} union all select {as_text} from {table}) "
            f"to {literal(folder / 'hxl' / f'{table}.csv')} (format csv, header)"
        )


def _write_workbook(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    about: Mapping[str, Any],
    terms: Terms,
    columns: Mapping[str, Sequence[Column]],
) -> None:
    """A workbook with a tab a table, and before them one that says what they are; the same release, the same bytes."""
    with xlsxwriter.Workbook(path, OPTIONS | {"in_memory": False, "constant_memory": True}) as workbook:
        workbook.set_properties({"created": datetime.fromisoformat(str(about["business_date"]))})
        bold = workbook.add_format({"bold": True})
        first = workbook.add_worksheet("about")
        for number, line in enumerate(_about(about, terms)):
            first.write_row(number, 0, line)
        first.set_column(0, 0, 22)
        for table, of_table in columns.items():
            sheet = workbook.add_worksheet(table)
            sheet.write_row(0, 0, [column.name for column in of_table], bold)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(of_table) - 1, 18)
            rows = connection.execute(f"from {table}").fetchall()
            if len(rows) > TAB_ROWS:
                rows = [(f"{len(rows)} rows are more than a tab holds: they stand in csv/{table}.csv",)]
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, row)
            sheet.autofilter(0, 0, max(len(rows), 1), len(of_table) - 1)


def _about(about: Mapping[str, Any], terms: Terms) -> list[tuple[str, str]]:
    """What the files are, for who opens one of them first: what of, and what."""
    described = tables.descriptions()["tables"]
    small = "of place, party and a third thing (age and sex, cause, role) nothing is told, nor follows from what is"
    return [
        ("title", terms.title),
        ("release", about["release"]),
        ("day", str(about["business_date"])),
        ("publisher", terms.publisher or "not named"),
        ("licence", terms.licence.title if terms.licence else "none given"),
        *((table, f"{each['title']}. {each['description'].strip()}") for table, each in described.items()),
        ("columns", f"{DESCRIPTOR} says what each means"),
        ("small numbers", small),
    ]


def _descriptor(
    folder: Path, about: Mapping[str, Any], terms: Terms, columns: Mapping[str, Sequence[Column]]
) -> dict[str, Any]:
    """What Frictionless calls a tabular data package: the CSV files, and what each of their columns means."""
    described = tables.descriptions()["tables"]
    descriptor: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "casebook-open-data",
        "title": terms.title,
        "version": about["release"],
        "created": f"{about['business_date']}T00:00:00Z",
        "contributors": [{"title": terms.publisher, "role": "publisher"} | _without_nothing(email=terms.contact)],
        "licenses": [vars(terms.licence)] if terms.licence else [],
        # of which file all of it is (I93)
        "release_sha256": about.get("sha256", {}).get("casebook.duckdb"),
        "resources": [_resource(folder, table, described[table], columns[table]) for table in columns],
    }
    if not terms.publisher:
        del descriptor["contributors"]
    return _without_nothing(**descriptor)


def _without_nothing(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _resource(folder: Path, table: str, description: Mapping[str, str], columns: Sequence[Column]) -> dict[str, Any]:
    path = folder / "csv" / f"{table}.csv"
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": path.relative_to(folder).as_posix(),
        "title": description["title"],
        "description": description["description"].strip(),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{files.sha256(path)}",
        "schema": {"fields": [vars(column) for column in columns], "missingValues": [""]},
    }


def _citation(connection: duckdb.DuckDBPyConnection, about: Mapping[str, Any], terms: Terms) -> str:
    """How to quote these data: all of them, and the number of a month with its date and standing."""
    whole = ". ".join(filter(None, [terms.publisher, terms.title, f"Release {about['release']}"]))
    quotes = connection.execute(QUOTES).fetchall()
    intro = f"The numbers of months, of the release of {about['business_date']}; a provisional one may still change:"
    lines = [f"{whole}, {about['business_date']}.", "", intro, "", *(english for english, _ in quotes)]
    arabic = f"أرقام الأشهر في إصدار {about['business_date']}؛ والمؤقت منها قد يتغير:"
    return "\n".join([*lines, "", arabic, "", *(line for _, line in quotes), ""])
