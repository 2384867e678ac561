"""What `install.py` hands over to uv, which reads none of pip's configuration."""

import os
from pathlib import Path

import pytest

from install import OPTIONS, environment


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file for a configuration of pip's, beside which this machine's own is not there, or goes after it."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_", "SSL_CERT"))]:
        monkeypatch.delenv(name)
    path = tmp_path / "pip.conf"
    path.touch()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # pip then reads no file at all
    return path


def handed_over() -> dict[str, str]:
    return {name: value for name, value in environment().items() if name in {each for each, _ in OPTIONS.values()}}


def test_nothing_where_pip_has_nothing(unconfigured: Path) -> None:
    assert handed_over() == {}
    assert environment()["UV_PYTHON_DOWNLOADS"] == "never"


def test_the_indexes_of_pips_file(unconfigured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unconfigured.write_text(
        "[global]\nindex-url = https://one.example/simple\nextra-index-url =\n  https://two.example/simple\n"
        "  file:///three\nfind-links = /wheels /more\n[install]\nindex-url = https://four.example/simple\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(unconfigured))
    wanted = {
        "UV_DEFAULT_INDEX": "https://four.example/simple",
        "UV_INDEX": "https://two.example/simple file:///three",
        "UV_FIND_LINKS": "/wheels,/more",
    }
    assert wanted.items() <= handed_over().items()


def test_a_variable_of_pip_goes_before_its_file_and_one_of_uv_before_both(
    unconfigured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unconfigured.write_text("[global]\nindex-url = https://one.example/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(unconfigured))
    monkeypatch.setenv("PIP_INDEX_URL", "https://two.example/simple")
    assert handed_over()["UV_DEFAULT_INDEX"] == "https://two.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://three.example/simple")
    assert handed_over()["UV_DEFAULT_INDEX"] == "https://three.example/simple"
