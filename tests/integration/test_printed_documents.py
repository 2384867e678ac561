"""Documents invented in the shapes of public reports by other outlets: the rules say of each what an expert would.

The models that dbt compiled for the house of the sample are run over the documents, in place of the sample's own, and
judged in one call. `tests/faults` puts the same documents into its night.
"""

import csv
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.findings import causes
from orchestration.judge.rules import declared_rules
from orchestration.judge.verdicts import COVERAGE, Verdict, judge
from tests.integration.house import House
from tests.spoken import misspoken, told

FAULTS = Path(__file__).parents[1] / "faults"
FACT = ("marts", "fct_stated_figures")
RESIDUALS = tuple(
    ("reconciliation", f"recon_stated_{name}") for name in ("sums", "cells", "claimants", "shares", "figures", "causes")
)
# nobody graded the invented claimants
UNGRADED = "I85"
# the columns of the sheet, typed as staging types them
STAGED = f"""
    create temp table invented as
    select *, document || '|' || row_number() over () as row_key, row_number() over () as row_number
    from read_csv('{FAULTS / "invented.csv"}', all_varchar = true, comment = '#');
    truncate restricted.stg_stated_figures;
    insert into restricted.stg_stated_figures by name
    select * replace (
        cast(period_start as date) as period_start, cast(period_end as date) as period_end,
        cast(published_on as date) as published_on, cast(value as double) as value
    ), row_key as figure_id, cast(period_end as date) as documented_on,
    len(split_part(invented.value, '.', 2)) as decimals
    from invented;
    delete from intermediate.int_records where kind = 'stated_figures';
    insert into intermediate.int_records by name
    select row_key, 'stated_figures' as kind, 'current' as state, date_trunc('month', documented_on) as month
    from restricted.stg_stated_figures
"""
# document, rule, first day of the period, category, expected, observed
Said = tuple[str, str, str, str, float, float]


@pytest.fixture(scope="module")
def residuals(sample_house: House, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What the models make of the documents."""
    compiled = sample_house.place.dbt / "compiled" / "casebook" / "models"
    # the file keeps the name of the draft, by which the compiled SQL calls the database
    draft = tmp_path_factory.mktemp("printed") / sample_house.place.draft.name
    shutil.copy(sample_house.place.warehouse, draft)
    with duckdb.connect(draft, config={"threads": 1}) as connection:
        connection.execute(STAGED)
        for schema, model in (FACT, *RESIDUALS):
            select = (compiled / schema / f"{model}.sql").read_text()
            connection.execute(f"truncate {schema}.{model}; insert into {schema}.{model} by name {select}")
        return connection.execute("from reconciliation.recon_stated_causes").to_arrow_table().to_pandas()


@pytest.fixture(scope="module")
def verdicts(residuals: pd.DataFrame) -> list[Verdict]:
    """What the rules make of the documents."""
    spoken_of = set(residuals["rule_id"]) - {UNGRADED, COVERAGE}
    rules = [rule for rule in declared_rules() if rule.id in spoken_of]
    return judge(residuals, rules, pd.DataFrame({"kind": [], "month": []}))


def test_nothing_is_compared_twice(residuals: pd.DataFrame) -> None:
    """As dbt asks of all residuals: a document in which something is would end the night."""
    key = ["rule_id", "period_kind", "period_start", "period_end", "document", "subject", "measure", "category"]
    assert residuals[residuals.duplicated(key)][["document", "subject"]].to_dict("records") == []


def said_by_the_rules(verdicts: list[Verdict]) -> "Counter[Said]":
    """What fails, told by what an expert would name."""
    return Counter(
        (row.document, row.rule_id, str(row.period_start)[:10], row.category, row.expected, row.observed)
        for verdict in verdicts
        for row in verdict.failures.itertuples()
    )


def expert_rows() -> list[dict[str, str]]:
    with (FAULTS / "expert.csv").open(encoding="utf-8", newline="") as listed:
        next(listed)  # how the file was made
        return [row for row in csv.DictReader(listed) if row["rule_id"]]


def said_by_an_expert() -> "Counter[Said]":
    return Counter(
        (
            row["document"], row["rule_id"], row["period_start"], row["category"],
            float(row["expected"]), float(row["observed"]),
        )
        for row in expert_rows()
    )  # fmt: skip


def test_the_rules_say_what_an_expert_would_and_nothing_else(verdicts: list[Verdict]) -> None:
    assert [verdict.error for verdict in verdicts if verdict.error] == []
    assert said_by_the_rules(verdicts) == said_by_an_expert()


def test_what_one_number_would_mend_is_told_with_what_names_it(verdicts: list[Verdict]) -> None:
    found = [
        row | {"rule_id": verdict.rule.id, "severity": verdict.rule.severity, "finding_id": f"{verdict.rule.id} {at}"}
        for verdict in verdicts
        for at, row in enumerate(verdict.failures.to_dict("records"))
        if verdict.rule.id != "I81"
    ]
    found.sort(key=lambda row: -abs(row["observed"] - row["expected"]))
    told = Counter(
        (row["document"], row["rule_id"], cause["rule_id"]) for cause in causes(found) for row in cause["consequences"]
    )
    assert told == Counter(
        (row["document"], row["rule_id"], row["told_with"]) for row in expert_rows() if row["told_with"]
    )


def test_whatever_they_say_is_said_in_both_languages(verdicts: list[Verdict], sample_house: House) -> None:
    with (FAULTS / "invented.csv").open(encoding="utf-8", newline="") as listed:
        next(listed)  # how the file was made
        invented = {name for row in csv.DictReader(listed) for name in (row["document"], row["claimant"])}
    pairs = told(verdicts, sample_house.place)
    assert misspoken(pairs, invented) == []
    assert len(pairs) == said_by_an_expert().total()
