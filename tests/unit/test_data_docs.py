"""Great Expectations' pages without what they load from elsewhere."""

import pytest

from orchestration.judge.data_docs import local


@pytest.mark.parametrize(
    "elsewhere",
    [
        '<script src="https://cdn.example.org/a.js"></script>',
        "<script>\nload()\n</script>",
        '<link rel="stylesheet" href="//cdn.example.org/a.css">',
        "<img alt='' src='http://example.org/a.png'>",
        '<footer class="x"><p>Subscribe</p></footer>',
    ],
)
def test_nothing_is_loaded_from_elsewhere(elsewhere: str) -> None:
    assert local(f"<p>before</p>{elsewhere}<p>after</p>") == "<p>before</p><p>after</p>"


def test_what_lies_beside_the_page_stays() -> None:
    page = '<a href="../index.html">Home</a><img src="static/images/logo.png">'
    assert local(page) == page


def test_a_link_to_elsewhere_is_its_words() -> None:
    assert local('<a class="x" href="https://example.org/a">there</a>') == '<a class="x" >there</a>'


def test_a_style_names_no_picture_from_elsewhere() -> None:
    style = ".logo { background: url('https://example.org/a.png') 0 0 no-repeat; width: 1px; }"
    assert local(style) == ".logo {  width: 1px; }"


def test_a_page_has_our_style() -> None:
    assert "Casebook" not in local("<head></head>")
    assert "<style>" in local("<head></head>")
