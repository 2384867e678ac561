"""Whatever stands in sheets, every row that was given is received once and ends in exactly one place."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.integration.house import House, as_csv, deaths

MONTHS = ("2024-10", "2024-11", "2024-12")
(GOOD,) = deaths("2024-11", 1)
JUNK = st.sampled_from(["", "-", "2024-13-45", "#REF!", "Sons of the Moon", "x" * 50, "٣", "2.02E+11", "no, not; this"])
# few numbers, so that sheets speak of each other's records; most cells right, so that some rows count
CELLS = {
    "case_id": st.one_of(st.sampled_from([f"SYN-C-{number}" for number in range(12)]), JUNK),
    "documented_on": st.one_of(st.sampled_from([f"{month}-10" for month in MONTHS]), JUNK),
    "sex": st.sampled_from(["male", "female", "", "other"]),
    "age": st.sampled_from(["30", "7", "", "3 months", "300", "40s"]),
    "party": st.one_of(st.sampled_from(["sdf", "unidentified"]), JUNK),
    "revision": st.sampled_from(["1", "2", "3", "", "x"]),
    "status": st.sampled_from(["active", "active", "withdrawn", "preliminary", "gone"]),
}
# a row is told from a blank one by its place, which nobody draws
ROW = st.fixed_dictionaries(CELLS).map(lambda cells: GOOD | {"killed_governorate": "Aleppo"} | cells)
SHEETS = st.lists(st.lists(ROW, min_size=1, max_size=8), min_size=12, max_size=25)


@settings(max_examples=1, suppress_health_check=list(HealthCheck))
@given(sheets=SHEETS)
def test_no_row_is_lost_and_none_counts_twice(empty_house: House, sheets: list[list[dict[str, str]]]) -> None:
    given_rows = {as_csv(rows): len(rows) for rows in sheets}  # the same bytes are read once
    assume(len(given_rows) > 6)  # what is drawn first is one sheet of one row, again and again: not worth a build
    with TemporaryDirectory() as folder:
        house = empty_house.copy(Path(folder) / "house")
        for number, sheet in enumerate(given_rows):
            house.drop(f"{('any', *MONTHS)[number % 4]}/deaths__{number}.csv", sheet)
        house.built()
        rows = house.rows(
            "select sum(received), sum(accepted), sum(quarantined), sum(counted), sum(excluded), sum(superseded), "
            "sum(withdrawn) from marts.fct_received_rows"
        )
        received, accepted, quarantined, counted, excluded, superseded, withdrawn = map(int, rows[0])
        assert received == sum(given_rows.values()) == accepted + quarantined
        assert accepted == counted + excluded + superseded + withdrawn
        [(records, ids)] = house.rows("select count(*), count(distinct case_id) from marts.fct_deaths")
        assert records == ids == counted + excluded
