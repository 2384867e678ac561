"""A report without a form, for HTML and PDF alike: its blocks, and the words of each language that they are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration import language as languages
from orchestration.publish.history import MEASURES_CSV
from orchestration.publish.periods import parse_period
from orchestration.publish.queries import CHANGED
from orchestration.report.figures import Figure, Figures
from orchestration.settings import DBT_PROJECT
from orchestration.sql import literal

WORDING = Path(__file__).with_name("wording.yml")
NAMES = {
    # the lines of the list in force when the period ends, in the order of print
    "party": """
        select distinct bucket as code, bucket_name as en, bucket_name_ar as ar, bucket_sort
        from marts.dim_parties where scheme = $scheme order by bucket_sort
    """,
    "sub_party": "select distinct party as code, party_name as en, party_name_ar as ar from marts.dim_parties",
    "governorate": (
        "select governorate as code, governorate_name as en, governorate_name_ar as ar from marts.dim_governorates"
    ),
    "cause_group": f"""
        select distinct cause_group as code, name_en as en, name_ar as ar
        from read_csv({literal(DBT_PROJECT / "seeds" / "cause_groups.csv")})
    """,
    "mechanism": (
        "select distinct mechanism as code, mechanism_name as en, mechanism_name_ar as ar from marts.dim_mechanisms"
    ),
    "role": "select role as code, role_name as en, role_name_ar as ar from marts.dim_roles",
    "facility_type": (
        "select facility_type as code, facility_type_name as en, facility_type_name_ar as ar "
        "from marts.dim_facility_types"
    ),
    "measure": f"""
        select measure as code, name_en as en, name_ar as ar
        from read_csv({literal(MEASURES_CSV)})
    """,
}


@dataclass(frozen=True)
class Run:
    """Some words of a line: `text`, and the address and value of the figure they tell; both None of mere words."""

    text: str
    address: str | None = None
    value: float | None = None


@dataclass
class Document:
    """A report.

    Attributes:
        language: `en` or `ar`.
        title: Its title.
        draft: The word that is laid across each page; empty for a report that may be given away.
        blocks: `{"kind": "heading" | "paragraph" | "table" | "picture", …}`, in order; `is_source` is true of the
            sentence that names the release.
        pictures: SVG by name, as blocks name them.
    """

    language: str
    title: str
    draft: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)


class Writer:
    """Writes one report, from the title to the method."""

    def __init__(self, figures: Figures, period: str, language: str) -> None:
        self.figures, self.period, self.language = figures, period, language
        self.words = wording()[language]
        scheme = {"scheme": figures.scheme(period)}
        named = {name: figures.rows(sql, scheme if "$scheme" in sql else {}) for name, sql in NAMES.items()}
        self.names = {name: {row["code"]: row[language] for row in rows} for name, rows in named.items()}
        self.names["party"][CHANGED] = self.words["list_changed"]
        self.document = Document(language, self.words["title"].format(period=self.name_of(period)), "")

    def name_of(self, period: str) -> str:
        """A period in words."""
        kind, start, last = parse_period(period)
        if kind == "month":
            return languages.month(start, self.language)
        if kind == "year":
            return f"{start.year}"
        return f"{self.name_of(f'{start:%Y-%m}')} – {self.name_of(f'{last:%Y-%m}')}"

    def day(self, day: date) -> str:
        """A day in words."""
        return languages.day(day, self.language)

    def standing(self, standing: str, final_on: date) -> str:
        """How far a period is settled, in words."""
        return self.words["standing"][standing].format(final_on=self.day(final_on))

    def caption(self, measure: str, period: str = "") -> str:
        """What a table counts, and of when."""
        return f"{self.names['measure'][measure]}{self.words['and']}{self.name_of(period or self.period)}"

    def called(self, dimension: str, code: str) -> str:
        """The name of a member; of what is not known the word for that."""
        return self.names[dimension].get(code, self.words["columns"].get(code, code))

    def heading(self, key: str) -> None:
        """Begin a section."""
        self.document.blocks.append({"kind": "heading", "text": self.words["contents"][key]})

    def paragraph(self, *runs: Run) -> None:
        """Write words and figures one after the other."""
        self.document.blocks.append({"kind": "paragraph", "runs": list(runs)})

    def say(self, key: str, **words: str) -> None:
        """Write a sentence without figures."""
        self.paragraph(Run(self.words[key].format(**words)))

    def table(self, caption: str, head: Sequence[str], rows: Sequence[Sequence[Run]]) -> None:
        """Write a table under the headings of some columns."""
        columns, lines = [self.words["columns"][name] for name in head], [list(row) for row in rows]
        self.document.blocks.append({"kind": "table", "caption": caption, "head": columns, "rows": lines})

    def picture(self, name: str, svg: str, alternative: str) -> None:
        """Show a picture, and say what it shows."""
        self.document.pictures[name] = svg
        self.document.blocks.append({"kind": "picture", "name": name, "alternative": alternative})

    def counted(self, key: str, figure: Figure) -> Run:
        """A number with what is counted, in the form its language has for it."""
        return Run(languages.plural(self.words[key], figure.value, self.language), figure.address, figure.value)

    def cell(self, figure: Figure | None) -> Run:
        """A number in a table; a dash where there is none."""
        return Run("–") if figure is None else Run(languages.digits(figure.value, 1), figure.address, figure.value)

    def filled(self, key: str, words: Mapping[str, Run]) -> list[Run]:
        """A sentence of which some words are figures."""
        runs, rest = [], self.words[key]
        while "{" in rest:
            before, _, rest = rest.partition("{")
            name, _, rest = rest.partition("}")
            runs += [Run(before), words[name]]
        return [run for run in [*runs, Run(rest)] if run.text]

    def lines(self, measure: str, dimension: str, categories: Sequence[str], **within: str) -> list[list[Run]]:
        """A line a member of a breakdown, parties in the order of print: its name, and its figures by category."""
        codes = self.figures.members(measure, self.period, dimension, **within)
        if dimension == "party":
            places = list(self.names["party"])
            codes = sorted(codes, key=lambda code: places.index(code) if code in places else len(places))
        return [
            [Run(self.called(dimension, code)), *self.cells(measure, categories, **{**within, dimension: code})]
            for code in codes
        ]

    def total_line(self, measure: str, categories: Sequence[str], **within: str) -> list[Run]:
        """The line beneath them."""
        return [Run(self.words["totals"]), *self.cells(measure, categories, **within)]

    def cells(self, measure: str, categories: Sequence[str], period: str = "", **members: str) -> list[Run]:
        """The figures of some members, by category."""
        return [
            self.cell(self.figures.number(measure, period or self.period, category, **members))
            for category in categories
        ]


@cache
def wording() -> dict[str, Any]:
    """The words of each language."""
    return yaml.load(WORDING.read_text("utf-8"), Loader=yaml.CSafeLoader)
