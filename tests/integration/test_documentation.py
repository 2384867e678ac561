"""The documentation with the models: dbt's own page of them, which takes dbt as long as a parse."""

import re
from pathlib import Path

from bs4 import BeautifulSoup

from orchestration import documentation


def test_dbt_tells_the_models_on_a_page_of_the_documentation(tmp_path: Path) -> None:
    documentation.build(tmp_path, with_models=True)
    page = (tmp_path / "models.html").read_text("utf-8")
    assert "model.casebook.fct_deaths" in page and "One row a case as it stands now" in page
    # no script, style or picture is asked of anybody
    assert not re.search(r"""(?:src|href)=["']?https?://(?!\[::1)""", page)
    link = BeautifulSoup((tmp_path / "index.html").read_text("utf-8"), "html.parser").find("a", href="models.html")
    assert link
