"""What lies beside a sheet that is only tried, and has to do with it."""

from orchestration.files import sha256
from orchestration.intake import beside, lay_beside, lay_waiting
from orchestration.intake.store import original


def test_what_has_to_do_with_a_sheet_is_found_beside_it_and_laid_there(house, tmp_path):
    row = house.row
    house.drop("deaths__same.csv", house.csv(row, ["SYN-2", *row[1:]]))
    house.drop("deaths__shares.csv", house.csv(["SYN-2", *row[1:]], ["SYN-3", *row[1:]]))
    house.drop("deaths__replaced.csv", house.csv(["SYN-4", *row[1:]], ["SYN-5", *row[1:]]))
    house.drop("deaths__other.csv", house.csv(["SYN-6", *row[1:]]))
    house.night()
    trial = type(house)(tmp_path / "trial")
    tried = trial.drop("deaths__replaced.csv", house.csv(row, ["SYN-2", *row[1:]]))
    taken = trial.night()
    found = {each.place: each for each in beside(house.root, taken, "2023-07/deaths__replaced.csv", sha256(tried))}
    told = {
        place.split("__")[1]: (each.is_same, each.is_replaced, each.records, each.shared)
        for place, each in found.items()
    }
    assert told == {
        "same.csv": (True, False, 0, 0),
        "shares.csv": (False, False, 2, 1),
        "replaced.csv": (False, True, 2, 0),
    }
    other = found["2023-07/deaths__shares.csv"]
    lay_beside(house.root, other, trial.root)
    assert {row["case_id"] for row in trial.rows()} == {"SYN-1", "SYN-2", "SYN-3"}
    assert original(house.root, other.sheet_hash).exists()


def test_what_came_since_the_last_intake_is_laid_elsewhere_to_be_looked_at(house, tmp_path, monkeypatch):
    other = tmp_path / "other"
    house.drop("deaths__stays.csv", house.csv())
    house.drop("deaths__goes.csv", house.csv(["SYN-2", *house.row[1:]]))
    changes = house.drop("deaths__changes.csv", house.csv(["SYN-3", *house.row[1:]]))
    house.night()
    assert lay_waiting(house.root, house.root / "raw", other) == (set(), 0) and not other.exists()
    (house.root / "raw" / "2023-07" / "deaths__goes.csv").unlink()
    changes.write_text(house.csv(["SYN-4", *house.row[1:]]))
    house.drop("deaths__new.csv", house.csv(["SYN-5", *house.row[1:]]))
    names = [f"2023-07/deaths__{name}.csv" for name in ("changes", "goes", "new")]
    assert lay_waiting(house.root, house.root / "raw", other) == ({*names}, 0)
    assert {row["case_id"] for row in type(house)(other).rows()} == {"SYN-4", "SYN-5"}
    monkeypatch.setattr("orchestration.intake.pending.AT_MOST", 1)
    assert lay_waiting(house.root, house.root / "raw", tmp_path / "few") == ({*names}, 1)
