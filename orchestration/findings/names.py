"""What codes and documents are called in the languages people read: the code lists, and what a data root adds."""

import csv
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.intake import own_parties
from orchestration.intake.given import DOCUMENTS
from orchestration.language import LANGUAGES, isolated, plural
from orchestration.settings import DBT_PROJECT, Settings

SEEDS = DBT_PROJECT / "seeds"
WORDING = Path(__file__).with_name("wording.yml")
# the code list of a dimension: its file, which is its column too unless said otherwise
LISTS = {
    "sub_party": ("parties", "party"),
    "governorate": ("governorates", "governorate"),
    "origin_governorate": ("governorates", "governorate"),
    "age_group": ("age_groups", "age_group"),
    "mechanism": ("mechanisms", "mechanism"),
    "facility_type": ("facility_types", "facility_type"),
    "role": ("roles", "role"),
    "cause_group": ("cause_groups", "cause_group"),
    "claimant": ("claimants", "claimant"),
    "measure": ("measures", "measure"),
    "incident_kind": ("incident_kinds", "incident_kind"),
    "exclusion_reason": ("exclusion_reasons", "exclusion_reason"),
    "post_fall_channel": ("post_fall_channels", "post_fall_channel"),
}
# how a word that no list knows stands in the fact
UNLISTED = re.compile("unknown_([0-9a-f]{6})")
Called = Mapping[str, str]


class Names:
    """The names of codes, within one data root.

    Args:
        settings: Where the data root is, which may have parties and titles of documents of its own.
    """

    def __init__(self, settings: Settings) -> None:
        self._parties = {
            row["party"]: {language: row[f"name_{language}"] for language in LANGUAGES}
            for row in own_parties(settings.root).to_pylist()
            if row["party"] and row["name_en"] and row["name_ar"]
        }
        self._titles = titles(settings)

    def called(self, what: str, code: str, language: str, on: date | None = None) -> str:
        """What a code is called; as it is written where no list knows it.

        Args:
            what: What it is a code of: a dimension, `measure`, `kind`, `category`, `list`, `scope`, `claimant`, …
            code: The code.
            language: `en` or `ar`.
            on: A day of the list of parties that is meant; without one the newest.
        """
        if (key := UNLISTED.fullmatch(code)) and (words := wording()["called"]["unlisted"].get(what)):
            return str(words[language]).format(key=isolated(key[1], language))
        known = wording()["called"].get("unknown", {}).get(what) if code == "unknown" else None
        found = known or wording()["called"].get(what, {}).get(code)
        if not found and what == "party":
            found = _line(code, on)
        found = found or code_lists().get(what, {}).get(code)
        if not found and what in ("party", "sub_party", "claimant"):
            found = code_lists()["sub_party"].get(code) or self._parties.get(code)
        return found[language] if found else isolated(code.replace("_", " "), language)

    def of_any_list(self, code: str, language: str) -> str:
        """What a code is called, of whichever list it is."""
        found = next((codes[code] for codes in code_lists().values() if code in codes), self._parties.get(code))
        return found[language] if found else isolated(code.replace("_", " "), language)

    def title(self, document: str, language: str) -> str | None:
        """What a document is called, where `documents.csv` says it."""
        return self._titles.get(document, {}).get(language)


@cache
def wording() -> dict[str, Any]:
    """The table of words."""
    return yaml.load(WORDING.read_text("utf-8"), Loader=yaml.CSafeLoader)


def counted(number: float, noun: str, language: str) -> str:
    """So many of something, in the form its language has for the number."""
    return plural(wording()["nouns"][noun][language], number, language)


@cache
def code_lists() -> Mapping[str, Mapping[str, Called]]:
    """By what is told, each code with its names."""
    lists = {
        what: {row[column]: {language: row[f"name_{language}"] for language in LANGUAGES} for row in _seed(name)}
        for what, (name, column) in LISTS.items()
    }
    for row in _seed("codes"):
        of_list = lists.setdefault(row["code_list"], {})
        of_list[row["code"]] = {language: row[f"name_{language}"] for language in LANGUAGES}
    # documents print attacks by type, and by group of types
    lists["facility_type"] = {**lists["facility_group"], **lists["facility_type"]}
    return lists


@cache
def columns() -> Mapping[str, Called]:
    """What the columns of sheets are called: in Arabic by the first heading of the kind."""
    arabic: dict[str, str] = {}
    for row in _seed("heading_aliases"):
        if not row["alias"].isascii():
            arabic.setdefault(row["column_name"], row["alias"])
    return {name: {"en": name.replace("_", " "), "ar": heading} for name, heading in arabic.items()}


def titles(settings: Settings) -> Mapping[str, Called]:
    """The titles of printed documents, as `documents.csv` gives them; none where it cannot be read."""
    try:
        with (settings.root / DOCUMENTS).open(encoding="utf-8-sig", newline="") as lines:
            return {
                row["document"]: {language: row[f"title_{language}"] for language in LANGUAGES}
                for row in csv.DictReader(lines)
                if row.get("title_en") and row.get("title_ar")
            }
    except (OSError, UnicodeError, KeyError, csv.Error):
        return {}


def _line(bucket: str, on: date | None) -> Called | None:
    """A printed line in the list of parties of a day."""
    days = str(on or date.max)
    found = [line for line in _lines().get(bucket, ()) if line["valid_from"] <= days]
    return found[-1] if found else None


@cache
def _lines() -> Mapping[str, list[dict[str, str]]]:
    """By printed line, its names with the first day of each, in order."""
    begins = {row["scheme"]: row["valid_from"] for row in _seed("schemes")}
    lines: dict[str, list[dict[str, str]]] = {}
    for row in sorted(_seed("scheme_lines"), key=lambda row: begins[row["scheme"]]):
        line = {"valid_from": begins[row["scheme"]], "en": row["name_en"], "ar": row["name_ar"]}
        lines.setdefault(row["bucket"], []).append(line)
    return lines


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
