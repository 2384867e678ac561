"""Reports and site as assets: what they say of themselves, and that a release stands whatever becomes of them."""

from pathlib import Path

import dagster as dg

from orchestration.pipeline import publications
from orchestration.pipeline.resources import RunContext
from tests.integration.house import BUSINESS_DATE, House


def made(house: House) -> dg.ExecuteInProcessResult:
    """The site of a house, as a step of Dagster by itself."""
    with house.entered():
        from orchestration.build import dbt
        from orchestration.pipeline.translator import Translator

        asset = publications.site_asset(Translator(dbt.manifest(), house.place), is_wanted=True)
        context = RunContext(business_date=BUSINESS_DATE, root=str(house.root))
        with dg.DagsterInstance.ephemeral() as instance:
            return dg.materialize([asset], resources={"run_context": context}, instance=instance, raise_on_error=False)


def test_a_site_is_read_back_as_a_check(sample_copy: House) -> None:
    done = made(sample_copy)
    (check,) = done.get_asset_check_evaluations()
    assert (done.success, check.check_name, check.passed) == (True, "read_back", True)


def test_a_site_that_cannot_be_written_is_a_sentence_and_the_release_stands(sample_copy: House) -> None:
    house = sample_copy
    (house.place.site / "site.json").unlink()
    before, release = sorted(house.place.site.rglob("*")), house.place.current.resolve()
    done = made(house)
    (failure,) = [event.step_failure_data for event in done.all_events if event.is_step_failure]
    assert failure.user_failure_data.description == (
        f"{house.place.site} holds something else: name a folder that is empty, or not there yet; "
        "the release is published, and the next night writes the site"
    )
    assert sorted(house.place.site.rglob("*")) == before
    assert house.place.current.resolve() == release


def test_the_command_says_where_it_wrote_or_in_one_sentence_why_not(sample_house: House, tmp_path: Path) -> None:
    done = sample_house.cli("site", "--out", str(tmp_path / "public"))
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}/public/index.html\n")
    assert sample_house.json("site", "--out", str(tmp_path / "public")) == [{"path": f"{tmp_path}/public/index.html"}]
    (tmp_path / "file").touch()
    for place, told in (
        ("file/public", f"{tmp_path}/file/public cannot be written (File exists)"),
        ("file", f"{tmp_path}/file holds something else"),
    ):
        done = sample_house.cli("site", "--out", str(tmp_path / place))
        assert done.returncode == 1
        assert told in done.stderr + done.stdout
