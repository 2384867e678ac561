"""The figures of a release as scripts, one a measure and kind of period: a page opened from disk can read nothing else.

A line is one address of `report.figures` without measure, period and category; beside it stands a cell a period, which
holds a number a category. Nothing is added up here: a cell that the release does not have is null.
"""

from pathlib import Path

from bs4 import BeautifulSoup

from orchestration.dimensions import DIMENSIONS
from orchestration.publish.periods import SPELLED
from orchestration.publish.queries import CATEGORIES
from orchestration.report import rendering
from orchestration.report.figures import Figures
from orchestration.sql import literal

# so many differences are named
SHOWN = 5

MEMBERS = ", ".join(f"'{name}=' || {name}" for name in sorted(DIMENSIONS))
ADDRESS = f"concat_ws(' ', {MEMBERS})"
BROKEN_DOWN = ", ".join(f"{name} is null" for name in DIMENSIONS)


def _of_categories(column: str, otherwise: str) -> str:
    """A list of what each category has in a column; a breakdown that is not given by category has the total alone."""
    of_each = [f"coalesce(max({column}) filter (where category = '{each}'), {otherwise})" for each in CATEGORIES]
    return f"[{', '.join(of_each)}][1:if(has_categories, {len(CATEGORIES)}, 1)]"


# where there is a total, a category without a row is 0, as `report.figures` has it
CELLS = f"""
    select
        measure, period_kind, period_start, {SPELLED} as period, {ADDRESS} as address,
        {_of_categories("value", "0")} as numbers,
        {_of_categories("version", "max(version) filter (where category = 'total')")} as versions,
        {{
            'period': {SPELLED}, 'scheme': any_value(scheme), 'present': any_value(months_present),
            'expected': any_value(months_expected), 'release': any_value(figures_from)
        }} as about_period
    from (
        select *, bool_or(category != 'total') over (partition by measure, {BROKEN_DOWN}) as has_categories
        from marts.fct_figures where basis = 'documented'
    )
    group by measure, period_kind, period_start, period_end, has_categories, {", ".join(DIMENSIONS)}
    having count(*) filter (where category = 'total') > 0
"""
FILES = f"""
    with cells as ({CELLS}),
    placed as (
        select *, dense_rank() over (partition by measure, period_kind order by period_start, period) as place
        from cells
    ),
    lines as (
        select
            measure, period_kind, address,
            map_from_entries(list((place, numbers))) as numbers,
            map_from_entries(list((place, versions)) filter (where list_max(versions) > 1)) as versions
        from placed group by measure, period_kind, address
    ),
    periods as (
        select measure, period_kind, list(about_period order by place) as periods
        from (select measure, period_kind, place, any_value(about_period) as about_period from placed group by all)
        group by measure, period_kind
    )
    select
        measure, period_kind,
        to_json({{
            'periods': any_value(periods),
            'lines': map_from_entries(list((
                address, list_transform(range(1, len(periods) + 1), lambda place: numbers[place])
            ) order by address)),
            'versions': coalesce(
                map_from_entries(list((
                    address, list_transform(range(1, len(periods) + 1), lambda place: versions[place])
                ) order by address) filter (where versions is not null)),
                map {{}}
            )
        }})::varchar as content
    from lines inner join periods using (measure, period_kind)
    group by measure, period_kind
    order by measure, period_kind
"""
SCRIPT = "casebook.take('{measure}', '{period_kind}', {content});\n"
NAME = "{measure}-{period_kind}.js"
# what is found in the scripts of a folder: measure, kind, period, address and numbers, as CELLS has them
FOUND = """
    with files as (
        select
            string_split(parse_filename(filename, true), '-') as name,
            regexp_extract(content, '^casebook.take\\(''\\w+'', ''\\w+'', (.*)\\);\\n$', 1, 's')::json as content
        from read_text({scripts})
    ),
    lines as (
        select
            name, from_json(content->'periods', '[{{"period": "VARCHAR"}}]') as periods,
            unnest(map_entries(from_json(content->'lines', '"MAP(VARCHAR, JSON)"'))) as line
        from files
    )
    select
        name[1] as measure, name[2] as period_kind, unnest(periods).period as period, line.key as address,
        unnest(from_json(line.value, '[["BIGINT"]]')) as numbers
    from lines
"""


# what is given away whole, by its file: figures of all of fifteen years are more than a spreadsheet holds
FIGURES = "from marts.fct_figures where year(period_start) = {year} order by all"
YEARS = "select distinct year(period_start) as year from marts.fct_figures order by year desc"
REVISIONS = """
    select business_date, release, revisions.* exclude (number)
    from history.revisions inner join history.releases using (number) order by all
"""


def write(figures: Figures, folder: Path) -> dict[str, list[str]]:
    """Write the scripts of a release into a folder.

    Args:
        figures: Of the release.
        folder: Where to; it is made.

    Returns:
        The kinds of periods there are scripts for, by measure.
    """
    folder.mkdir()
    written: dict[str, list[str]] = {}
    for row in figures.rows(FILES):
        (folder / NAME.format(**row)).write_text(SCRIPT.format(**row), "utf-8")
        written.setdefault(row["measure"], []).append(row["period_kind"])
    return written


def write_downloads(figures: Figures, folder: Path) -> dict[str, int]:
    """Write what is given away whole, as CSV, into a folder: the bytes of each file, by its name."""
    of_years = {f"figures-{row['year']}.csv": FIGURES.format(**row) for row in figures.rows(YEARS)}
    for name, sql in {**of_years, "revisions.csv": REVISIONS}.items():
        figures.connection.execute(f"copy ({sql}) to {literal(folder / name)} (format csv, header)")
    return {name: (folder / name).stat().st_size for name in [*of_years, "revisions.csv"]}


def otherwise(folder: Path, figures: Figures) -> list[str]:
    """What the scripts and pages of a finished site say otherwise than the release: a sentence each, of the first."""
    found = FOUND.format(scripts=literal(folder / "data" / "*.js"))
    columns = "measure, period_kind, period, address, numbers"
    apart = f"""
        with written as (from ({found}) where numbers is not null), known as (select {columns} from ({CELLS}))
        (select *, 'is written' as how from (from written except from known)
        union all select *, 'is in the release' as how from (from known except from written))
        order by all limit {SHOWN}
    """
    problems = [
        f"{row['measure']} {row['period']} {row['address']}: {row['numbers']} {row['how']}, and not in the other"
        for row in figures.rows(apart)
    ]
    for page in sorted(folder.glob("*.html")):
        problems += rendering.otherwise(BeautifulSoup(page.read_text("utf-8"), "html.parser"), figures)
    return problems
