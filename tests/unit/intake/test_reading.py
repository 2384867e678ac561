"""Whatever a file does, it is set aside with a sentence, in the same intake that takes in the others."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest

from orchestration.intake import Limits, take_in
from orchestration.intake.bounds import HEADINGS, NESTING, require_heading_count, require_size
from orchestration.intake.bounds import Limits as Bounds
from orchestration.intake.sheet import SheetError

DEATH = {"case_id": "SYN-1", "documented_on": "2023-07-05", "killed_governorate": "Aleppo", "party": "sdf"}


def nested(depth: int, opening: str, closing: str) -> str:
    """One submission with something that many levels deep inside it."""
    return json.dumps([DEATH | {"x": "?"}]).replace('"?"', opening * depth + "1" + closing * depth)


def workbook_to_the_last_corner(dimension: str) -> bytes:
    """A good row, and one cell in the last corner of the tab, of which the workbook says how far it reaches."""
    book, out, told = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.active.title = "deaths"
    book.active.append(list(DEATH))
    book.active["XFD1048576"] = "x"
    book.save(out)
    with zipfile.ZipFile(out) as packed, zipfile.ZipFile(told, "w") as again:
        for name in packed.namelist():
            text = packed.read(name).replace(
                b'<dimension ref="A1:XFD1048576"', b'<dimension ref="%s"' % dimension.encode()
            )
            again.writestr(name, text)
    return told.getvalue()


def bounded(house, limits=Limits()) -> tuple[list[str], list[str]]:  # noqa: B008
    """What a worker made of the files: the numbers of the cases received, and the sentences."""
    taken = take_in(house.root, datetime(2023, 9, 3, tzinfo=UTC), date(2023, 9, 3), None, None, limits)
    return [row["case_id"] for row in house.rows(taken)], house.set_aside(taken)


def test_files_that_end_a_process_are_set_aside_and_the_others_go_on(house):
    house.drop("deaths__a.json", nested(100_000, "[", "]"))
    house.drop("deaths__b.json", nested(5_000, '{"a":', "}"))
    house.drop("deaths__c.jsonl", json.dumps(DEATH) + "\n" + '{"a":' * 100_000 + "1" + "}" * 100_000)
    house.drop("deaths__d.json", json.dumps([DEATH | {f"k{i}_{j}": j for j in range(20)} for i in range(500)]))
    house.drop("deaths__e.xlsx", workbook_to_the_last_corner("A1:D2"))
    house.drop("deaths__z.csv", house.csv())
    received, told = bounded(house)
    assert received == ["SYN-1"]
    assert ["nested deeper than 64 levels" in sentence for sentence in told[:3]] == [True] * 3
    assert "more than 2,000" in told[3] and "reading it takes more than 1,024 MiB" in told[4]
    bad = ("a.json", "b.json", "c.jsonl", "d.json", "e.xlsx")
    assert [sentence.split(":")[0] for sentence in told] == [f"raw/2023-07/deaths__{name}" for name in bad]
    assert list((house.root / "lake").rglob("staging/*")) == []


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [(Limits(seconds=0.0001), "takes longer than 0.0001 seconds"), (Limits(memory=32), "takes more than 32 MiB")],
)
def test_the_limit_a_file_met_is_the_sentence_and_another_limit_heals_it(house, limits, sentence):
    house.drop("deaths.csv", house.csv())
    received, [told] = bounded(house, limits)
    assert received == [] and sentence in told and "damaged" not in told
    assert bounded(house) == (["SYN-1"], [])


def test_a_worker_ends_with_whoever_asked_it(tmp_path):
    worker = subprocess.Popen([sys.executable, "-m", "orchestration.intake.worker"], stdin=subprocess.PIPE)
    worker.stdin.close()
    assert worker.wait(60) == 0


def test_bounds():
    require_heading_count(HEADINGS)
    with pytest.raises(SheetError, match="more than 2,000"):
        require_heading_count(HEADINGS + 1)
    require_size(1 << 29, 1), require_size(1 << 30, 1 << 24)
    with pytest.raises(SheetError, match="it unpacks to 1,024 MiB, more than 100 times its size"):
        require_size(1 << 30, 1 << 23)
    assert [Bounds().seconds_of(size) for size in (0, (1 << 28) - 1, 1 << 28)] == [60, 60, 120]


@pytest.mark.parametrize(("depth", "is_read"), [(NESTING - 2, True), (NESTING - 1, False)])
def test_nesting_is_counted_outside_of_texts(house, depth, is_read):
    house.drop("deaths.json", nested(depth, "[", "]").replace("SYN-1", "[[" * NESTING))
    assert (house.set_aside() == []) is is_read
