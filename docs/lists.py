"""Writes lists.md and codes.md, the tables of the code lists that people read, from the seeds: `make lists`.

What a code means is no matter of this file: it lays out what the seeds say.
"""

from pathlib import Path

import duckdb

DOCS = Path(__file__).parent
SEEDS = DOCS.parent / "dbt_project" / "seeds"
MADE = "<!-- made from dbt_project/seeds by `make lists`: change the seeds -->\n"
# the lists with a seed of their own, in the order of the page: the seed, and its column of codes
LISTS = {
    "Parties": ("parties", "party"),
    "Facility types": ("facility_types", "facility_type"),
    "Mechanisms": ("mechanisms", "mechanism"),
    "Cause groups": ("cause_groups", "cause_group"),
    "Roles": ("roles", "role"),
    "Kinds of incident": ("incident_kinds", "incident_kind"),
    "Reasons for exclusion": ("exclusion_reasons", "exclusion_reason"),
    "Channels after the fall of the regime": ("post_fall_channels", "post_fall_channel"),
    "Measures": ("measures", "measure"),
    "Groups of ages": ("age_groups", "age_group"),
    "Schemes": ("schemes", "scheme"),
    "Governorates": ("governorates", "governorate"),
}
LINES = """
    select
        lines.scheme, lines.sort, lines.bucket, lines.name_en, lines.name_ar,
        string_agg(parties.party, ', ' order by parties.place) as made_of, lines.note
    from scheme_lines as lines
    inner join schemes using (scheme)
    inner join party_schemes as placed
        on lines.bucket = placed.bucket
        and schemes.valid_from between placed.valid_from and coalesce(placed.valid_to, date '9999-12-31')
    inner join (select *, row_number() over () as place from parties) as parties using (party)
    group by all order by any_value(schemes.valid_from), lines.sort
"""
SCHEMES = """
    select scheme, name_en, name_ar, valid_from || coalesce(' to ' || valid_to, ' on') as days
    from schemes order by valid_from
"""
VALID = """
    select
        parties.party, parties.name_en, parties.valid_from || coalesce(' to ' || parties.valid_to, ' on') as days,
        coalesce(parties.parent_party, '') as parent_party,
        (select count(*) from party_aliases as aliases where aliases.party = parties.party) as spellings, parties.note
    from parties
"""
UNDER = """
    select party, under, valid_from || coalesce(' to ' || valid_to, ' on') as days, note
    from party_affiliations order by party, valid_from
"""
DATED = """
    with spellings as (
        select alias, string_agg(
            concat_ws(' ', party, 'from ' || valid_from, 'to ' || valid_to), '; ' order by valid_from nulls first
        ) as means
        from party_aliases group by alias having count(*) > 1
    )
    select means, string_agg(alias, ' · ' order by alias) from spellings group by means order by means
"""
# in the order of the seed, each once
CODES = """
    select code, name_en, name_ar
    from (select {0} as code, name_en, name_ar, row_number() over () as place from {1})
    qualify row_number() over (partition by code order by place) = 1 order by place
"""
INTRODUCTION = """
Which lines the reports printed, when, in which order and under which names, and which parties each line is made of.
Facts are coded by party; a line is a view of them, and the month of documentation decides which list is in force.
A line stands at 0 in our figures where nobody was killed by it, and reports leave such a line out: another thing than a
party without a line of its own, which stands in `other`. Where the list changes within a year, its sums have the lines
that are made of the same parties throughout, and tell the rest as one, `list_changed` ([I73](rules.md#i73)).

The documents are the five published ones that the sample months are held against; *the review* is one of the public
monthly reports of 2018 to 2026. What is marked as general knowledge was in neither.
"""


def pages() -> dict[Path, str]:
    """Each page with what the seeds say should stand in it."""
    with duckdb.connect() as connection:
        for seed in SEEDS.glob("*.csv"):
            connection.read_csv(str(seed), header=True).create_view(seed.stem)
        return {DOCS / "lists.md": _lines(connection), DOCS / "codes.md": _codes(connection)}


def _lines(connection: duckdb.DuckDBPyConnection) -> str:
    """The printed lines of each scheme, and the parties."""
    lines = connection.sql(LINES).fetchall()
    schemes = [
        f"## {scheme}\n\n{name_en}: {days}. {name_ar}\n\n"
        + _table(
            ["", "line", "in English", "in Arabic", "made of", "from where"],
            [row[1:] for row in lines if row[0] == scheme],
        )
        for scheme, name_en, name_ar, days in connection.sql(SCHEMES).fetchall()
    ]
    parties = _table(["party", "name", "days", "part of", "spellings", "from where"], connection.sql(VALID).fetchall())
    dated = _table(["meaning", "spellings"], connection.sql(DATED).fetchall())
    under = _table(["party", "under", "days", "from where"], connection.sql(UNDER).fetchall())
    return "\n".join(
        [
            "# The lists of parties as printed\n", MADE, INTRODUCTION.strip() + "\n", *schemes,
            "## The parties\n", "Their names in Arabic: [codes](codes.md#parties).\n", parties,
            "## Who was under whose command, by day\n",
            "Beside what a party is a part of for good. Figures follow the lists above, in which a party may change "
            "its line with the month, and no more: no report is known that moved deaths for a command.\n", under,
            "## Spellings that have not always meant the same\n",
            "What decides is the day of the case: of the injury, the death or the event, else of its documentation.\n",
            dated,
        ]
    )  # fmt: skip


def _codes(connection: duckdb.DuckDBPyConnection) -> str:
    """Every code of every list in both languages."""
    tables = [
        f"## {title}\n\n"
        + _table(["code", "in English", "in Arabic"], connection.sql(CODES.format(code, seed)).fetchall())
        for title, (seed, code) in LISTS.items()
    ]
    small = "select code, name_en, name_ar, code_list from codes"
    tables.append(
        "## Small lists\n\n" + _table(["code", "in English", "in Arabic", "list"], connection.sql(small).fetchall())
    )
    return "\n".join(["# Every code, in English and Arabic\n", MADE, *tables])


def _table(heading: list[str], rows: list[tuple[object, ...]]) -> str:
    """A table as Markdown writes it."""
    cells = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |\n" for row in cells)


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
