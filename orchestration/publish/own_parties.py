"""What adding a party of the data root's own would do, and how the seeds would say those there are."""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from orchestration import intake
from orchestration.build.own_parties import judged
from orchestration.intake.given import PARTIES, SPELLINGS
from orchestration.publish import words
from orchestration.publish.words import Row
from orchestration.settings import Settings

TAUGHT = """
    select row_number, known(code) as code from given
    where lower(known(list)) = 'parties' and known(code) != $party
        and list_contains(list_transform($names, lambda name: fold(known(name))), fold(known(spelling)))
    order by row_number limit 1
"""
SEEDS = {
    "parties": """
        select party, name_en, name_ar, kind, valid_from, valid_to, parent_party, note
        from own_parties where problem is null order by row_number
    """,
    "party_schemes": """
        with own_lines as (
            select row_number, party, note, split_part(line, '=', 1) as scheme, split_part(line, '=', 2) as bucket
            from (select row_number, party, note, unnest(lines) as line from own_parties where problem is null)
        ), days as (
            -- schemes that follow each other with the same line are one stretch
            select *, row_number() over (partition by row_number order by valid_from)
                - row_number() over (partition by row_number, bucket order by valid_from) as stretch
            from own_lines inner join codes.schemes using (scheme)
        )
        select party, bucket, min(valid_from) as valid_from,
            nullif(max(coalesce(valid_to, date 'infinity')), date 'infinity') as valid_to, note
        from days group by row_number, party, bucket, stretch, note
        order by row_number, valid_from
    """,
}


def look_up(settings: Settings, line: Mapping[str, str]) -> Row:
    """What adding a party would do.

    Args:
        settings: Where the warehouse lies.
        line: The cells of its line in `own_parties.csv`, by column.

    Returns:
        `printed_lines`: the line it stands in, scheme=line, of each scheme; `rows` that wait for its names and
        `months` they stand in, `alone`: how many wait for nothing else.

    Raises:
        FileNotFoundError: No run has worked yet.
        ValueError: The line is not clear, the text names its column; or the file cannot be read.
    """
    given = intake.own_parties(settings.root)
    words.require_read(PARTIES, given)
    names = [line["name_en"], line["name_ar"]]
    number = 1 + (pc.max(given["row_number"]).as_py() or 1)
    added = pa.Table.from_pylist([{**line, "row_number": number}], schema=given.schema)
    with words.opened(settings) as connection:
        found = judged(connection, settings.dbt, pa.concat_tables([given, added]))
        (party,) = found.filter(pc.equal(found["row_number"], number)).to_pylist()
        if party["problem"]:
            raise ValueError(party["problem"].removeprefix(f"{PARTIES}, row {number}, "))
        for taught in words.rows(connection, TAUGHT, {"party": party["party"], "names": [party["party"], *names]}):
            where = f"{SPELLINGS}, row {taught['row_number']}"
            raise ValueError(f"{where}, says that one of its names means {taught['code']}: mend that line")
        waiting = words.waiting(connection, settings, "parties", names, (date.min, date.max))
    return {"printed_lines": party["lines"], **waiting}


def for_seeds(settings: Settings) -> list[Row]:
    """The clear lines of `own_parties.csv`, with the seed each could stand in, in the columns of the seed.

    Raises:
        FileNotFoundError: No run has worked yet.
        ValueError: The file cannot be read.
    """
    given = intake.own_parties(settings.root)
    words.require_read(PARTIES, given)
    if not given.num_rows:
        return []
    with words.opened(settings) as connection:
        connection.register("own_parties", judged(connection, settings.dbt, given))
        return [{"seed": seed} | row for seed, sql in SEEDS.items() for row in words.rows(connection, sql, {})]
