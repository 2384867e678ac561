"""A data root of an earlier format works after its first night: nothing is lost, and nothing is told twice."""

import tarfile
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration import findings
from orchestration.alerts import outbox
from tests.integration.house import House
from tests.servers import webhook_server

ROOTS = sorted((Path(__file__).parents[2] / "roots").glob("*.tar.xz"))
OLDEST = "2026-11-28.tar.xz"
# how a finding is said may change with the words there are
FOR_LIFE = ("finding_id", "rule_id", "subject", "status", "first_seen", "expected", "observed")
# under the columns that every format has, without what lists of parties changed since: in 2023 ISIS and HTS have
# lines, and months of death before 2023 have lists of their own
FIGURES = """
    select measure, basis, period_kind, period_start, period_end, if(basis = 'documented', scheme, null) as scheme,
        party, sub_party, governorate, cause_group, role, facility_type, mechanism, category, value
    from (
        from marts.fct_figures
        union all by name
        select null::varchar as sex, null::varchar as age_group, null::varchar as origin_governorate where false
    )
    where coalesce(sex, age_group, origin_governorate) is null and case basis
        when 'documented' then scheme != 'snhr_2023' or coalesce(party not in ('isis', 'hts'), true)
        else party is null
    end
    order by all
"""
MONTHS = "select month, standing, final_on, revised_on from marts.dim_months order by all"


def released(house: House, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(house.place.release, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def known(house: House) -> list[dict[str, object]]:
    rows = [{name: row[name] for name in FOR_LIFE} for row in findings.findings(house.place)]
    return sorted(rows, key=lambda row: str(row["finding_id"]))


def planned(house: House, day: date) -> list[date]:
    """The months of a night, without working on them."""
    with house.entered():
        from orchestration.pipeline.planning import months_of_night

        return months_of_night(house.place, day)


def runs_of_dagster(house: House) -> int:
    with house.entered():
        from orchestration.pipeline.instance import instance

        with instance() as dagster:
            return dagster.get_runs_count()


@pytest.mark.parametrize("archive", ROOTS, ids=lambda path: path.name)
def test_a_root_of_an_earlier_format_works_after_its_first_night(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as packed:
        # Python 3.11 knows of filters from 3.11.4 on; Debian 12 has 3.11.2
        packed.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        packed.extractall(tmp_path)
    house = House(tmp_path / "root")
    outbox.beat(house.place, datetime.now(UTC))  # somebody looked after it until the upgrade (I98)
    figures, before = released(house, FIGURES), known(house)
    editions = released(house, MONTHS)
    runs = {path.name for path in house.place.evaluations.glob("*.parquet")}
    printed = house.cli("figures", "--period", "2024-12", "--json").stdout
    assert figures and "acknowledged" in {row["status"] for row in before}
    with webhook_server() as hook:
        house.place.channels.write_text(yaml.safe_dump([{"url": hook.url, "name": "desk"}]), "utf-8")
        done = house.cli("nightly", "--date", "2025-02-03")
        assert done.returncode == 0, done.stdout + done.stderr
        assert hook.taken == []
    # there may be measures now that the earlier format did not have
    measures, upgraded = {measure for measure, *_ in figures}, released(house, FIGURES)
    assert [row for row in upgraded if row[0] in measures] == figures
    assert known(house) == before
    assert released(house, MONTHS) == editions
    assert runs < {path.name for path in house.place.evaluations.glob("*.parquet")}
    assert {row["occurrences"] for row in findings.findings(house.place, is_open=True)} == {3}
    # its history begins with the release it had
    assert house.cli("figures", "--period", "2024-12", "--as-of", "2025-02-02", "--json").stdout == printed
    # the next night goes on from there: nothing is made anew any more
    assert planned(house, date(2025, 2, 4)) == [date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)]
    assert runs_of_dagster(house) == 3
    if archive.name == OLDEST:  # of one format they all are now
        done = house.cli("nightly", "--date", "2025-02-04")
        assert done.returncode == 0, done.stdout + done.stderr
        assert released(house, FIGURES) == upgraded
        assert known(house) == before
        assert runs_of_dagster(house) == 4
