"""What lies in raw/ and is set aside, as far as the intakes before know."""

from orchestration.intake import sheets_set_aside, unprocessed


def said(house) -> list[str]:
    return [sentence.split(";")[0] for sentence in sheets_set_aside(house.root, house.root / "raw")]


def test_what_is_set_aside_is_told_until_it_is_gone_and_before_the_next_intake(house):
    house.drop("deaths.csv", house.csv())
    house.drop("page.pdf", "x")
    assert said(house) == []  # nobody has looked into it yet
    house.night()
    assert said(house) == ["raw/2023-07/page.pdf: it is a PDF"]
    house.drop("page.pdf", "another one")
    house.drop("copy.csv", house.csv())
    assert said(house) == []
    house.night()
    assert said(house) == [
        "raw/2023-07/copy.csv: it has the same bytes as raw/2023-07/deaths.csv",
        "raw/2023-07/page.pdf: it is a PDF",
    ]
    (house.root / "raw/2023-07/page.pdf").unlink()
    (house.root / "raw/2023-07/deaths__link.csv").symlink_to("nowhere")
    assert said(house)[1:] == ["raw/2023-07/deaths__link.csv: it is a link to what is not there"]


def test_a_layout_that_cannot_be_used_is_told(house):
    house.layout("kind: nothing")
    (house.root / "raw").mkdir()
    [sentence] = sheets_set_aside(house.root, house.root / "raw")
    assert "own.yml" in sentence


def test_what_is_no_file_waits_for_nobody(house):
    house.drop("deaths.csv", house.csv())
    house.settle(house.night())
    (house.root / "raw/2023-07/deaths__link.csv").symlink_to("nowhere")
    assert unprocessed(house.root, house.processed, house.root / "raw") == ([], [])
