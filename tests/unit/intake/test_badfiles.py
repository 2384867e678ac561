"""Bad files beside a good sheet, all in one intake; the slow ones, and what each takes, are told by `make badfiles`."""

from pathlib import Path

import pytest

from tests.badfiles import BadFile, bad_files, complaint, drop, received

FILES = [file for file in bad_files() if not file.is_slow]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, str]]:
    root = tmp_path_factory.mktemp("root")
    for file in FILES:
        drop(root, file)
    return received(root)


def test_there_are_hundreds_each_with_a_name_of_its_own() -> None:
    assert len({file.name for file in bad_files()}) == len(bad_files()) > 250


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_bad_file_is_told_or_read_and_harms_no_other(
    file: BadFile, told: tuple[dict[str, int], dict[str, str]]
) -> None:
    assert complaint(file, *told) is None


def test_a_sentence_quotes_no_cell(told: tuple[dict[str, int], dict[str, str]], tmp_path: Path) -> None:
    _, said = told
    assert said and not [sentence for sentence in said.values() if "synthetic" in sentence or "SYN-" in sentence]
