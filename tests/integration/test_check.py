"""`casebook check`: a sheet is judged before it is dropped, and nothing in the data root changes."""

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl

from orchestration.intake import take_in
from tests.integration.house import House, as_csv, deaths

SHEET = (
    "Case ID,Date documented,Date of death,Sex,Governorate,Party,Eye colour\n"
    "ct-1,2025-01-20,2025-01-18,f,Lattakia,unknown,brown\n"
    "ct-2,21/01/2025,30/02/2025,m,Tartus,SDF,\n"
    "ct-3,2025-01-22,2025-01-22,m,Aleppo,Sons of the Moon,\n"
)


def everything(root: Path) -> dict[Path, bytes]:
    """All of a data root but dbt's parse of the project, which each process writes anew."""
    files = [path for path in root.rglob("*") if path.is_file() and root / "dbt" not in path.parents]
    return {path: path.read_bytes() for path in files}


def test_a_sheet_is_judged_and_handed_back(new_house: Callable[[str], House], tmp_path: Path) -> None:
    house = new_house("house")
    house.drop("2025-01/deaths__other.csv", as_csv(deaths("2025-01", 2)))
    house.drop("2025-01/deaths__coast.csv", "".join(SHEET.splitlines(keepends=True)[:2]))
    take_in(house.root, datetime(2025, 2, 1), date(2025, 2, 1))
    # came since: no night has read it
    late = "".join(SHEET.splitlines(keepends=True)[:2]) + "ct-4,2025-01-23,2025-01-22,m,Homs,unknown,\n"
    house.drop("2025-01/deaths__late.csv", late)
    before = everything(house.root)
    sheet, back = tmp_path / "victims of the coast.csv", tmp_path / "marked.xlsx"
    sheet.write_text(SHEET)
    told = house.cli("check", str(sheet), "--month", "2025-01", "--xlsx", str(back))
    assert told.returncode == 1
    lines = told.stdout.splitlines()
    assert lines[0] == "victims of the coast.csv: 3 rows of deaths, by its headings"
    assert "Date of death → death_date" in lines[1]
    assert lines[2].startswith("beside it  raw/2025-01/deaths__coast.csv has 1 number in common with it: versions of")
    assert lines[3].startswith("beside it  raw/2025-01/deaths__late.csv has 1 number in common with it: versions of")
    assert (
        "row 3  ct-2  Date of death  I11  death_date 30/02/2025" in told.stdout and "row 4  ct-3  Party" in told.stdout
    )
    assert lines[-1] == "3 rows, 2 of them refused"
    assert everything(house.root) == before

    cells = openpyxl.load_workbook(io.BytesIO(back.read_bytes())).active
    heading = [cell.value for cell in cells[1]]
    bad = {cells.cell(row, column + 1).value for row in (2, 3, 4) for column in range(1, len(heading))
           if cells.cell(row, column + 1).fill.fgColor.rgb == "FFF8C8C8"}  # fmt: skip
    assert bad == {"30/02/2025", "Sons of the Moon"}
    assert cells["A2"].value is None and "30/02/2025 is not a date" in cells["A3"].value

    # a taught word is known here too; what is well is told by the status
    (house.root / "spellings.csv").write_text("list,spelling,code\nparties,Sons of the Moon,other_identified\n")
    sheet.write_text("".join(line for line in SHEET.splitlines(keepends=True) if "ct-2" not in line))
    well = house.cli("check", str(sheet))
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, "2 rows, 0 of them refused")


def test_what_is_set_aside_says_why(new_house: Callable[[str], House], tmp_path: Path) -> None:
    house = new_house("house")
    (tmp_path / "list.pdf").write_bytes(b"%PDF")
    (tmp_path / "readme.csv").write_text(SHEET)
    told = house.cli("check", str(tmp_path / "list.pdf"))
    assert told.returncode == 1 and "it is a PDF" in told.stdout
    assert "is left out by its name" in house.cli("check", str(tmp_path / "readme.csv")).stderr
    assert "is no month" in house.cli("check", str(tmp_path / "list.pdf"), "--month", "2025").stderr
    assert "nowhere.csv is no file" in house.cli("check", str(tmp_path / "nowhere.csv")).stderr
