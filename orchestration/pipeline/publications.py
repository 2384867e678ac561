"""Reports, site and open data as assets: made of a release, and nothing that happens here takes it back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import dagster as dg

from orchestration import open_data, report, site
from orchestration.files import PlaceError
from orchestration.pipeline.resources import RunContext
from orchestration.pipeline.translator import Translator, references
from orchestration.publish.release import ReadBackError
from orchestration.settings import Settings

READ_BACK = "read_back"
LEFT_OUT = {"written": "nothing: CASEBOOK_PAGES leaves it out"}


def reports_asset(translator: Translator, is_wanted: bool) -> dg.AssetsDefinition:
    """The reports on the months of a run; where they are not wanted it does nothing."""

    @_made(
        translator,
        "reports",
        (
            "One report a month of the run and language, as PDF and HTML, in `reports/`: of the last twelve months of "
            "a run over many. One that would say nothing new stays, and so does that of a month that is held."
        ),
        "Every number of a report is that of the release, as page and as PDF.",
        tags={"open": "", "monthly": ""},
        kinds={"html"},
        metadata=references(["orchestration/report/content.py", "docs/report.md"]),
    )
    def reports(run_context: RunContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Write them, each read back before it is kept."""
        settings = run_context.settings()
        if not is_wanted:
            yield from _done("reports", LEFT_OUT)
            return
        try:
            written = report.write_of_run(settings)
        except OSError as error:
            _fail(f"{settings.reports} cannot be written ({error.strerror})", "the reports")
        if written.problems:
            yield dg.AssetCheckResult(passed=False, check_name=READ_BACK, metadata={"otherwise": written.problems})
            _fail(f"a report says otherwise than the release: {written.problems[0]}", "the reports")
        metadata = {
            "written": len(written.files),
            "unchanged": len(written.unchanged),
            "held": written.held,
            "left out": written.left_out,
        }
        yield from _done("reports", metadata)

    return reports


def site_asset(translator: Translator, is_wanted: bool) -> dg.AssetsDefinition:
    """The public site of a release; where it is not wanted it does nothing."""

    @_made(
        translator,
        "site",
        (
            "One folder with the release as pages for everybody, in `site/`: charts, tables, filters and downloads, to "
            "be opened from disk or copied to any host."
        ),
        "Every number of the site is that of the release, and none that is open is missing.",
        # after reports and open data, which it links to where they are there, and does not need
        priority=-1,
        tags={"open": "", "whole": ""},
        kinds={"html", "javascript"},
        metadata=references(["orchestration/site/pages.py", "docs/site.md"]),
    )
    def of_site(run_context: RunContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Write it beside the one before, read it back, and put it in its place."""
        settings = run_context.settings()
        if is_wanted:
            yield from _folder("site", site.write, settings, settings.site)
        else:
            yield from _done("site", LEFT_OUT)

    return of_site


def open_data_asset(translator: Translator) -> dg.AssetsDefinition:
    """The tables that anybody may load, for a data root that says who publishes them."""

    @_made(
        translator,
        "open_data",
        (
            "What anybody may load, in `open/`: figures, events and codes as CSV, Parquet, XLSX and JSON, described, "
            "coarsened, with checksums."
        ),
        "The files agree with each other, and add up.",
        tags={"open": "", "whole": ""},
        kinds={"csv", "parquet"},
        metadata=references(["orchestration/open_data/tables.sql", "docs/open-data.md"]),
    )
    def of_open_data(run_context: RunContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Write them beside those before, read them back, and put them in their place."""
        settings = run_context.settings()
        yield from _folder("open_data", open_data.write, settings, settings.open_data)

    return of_open_data


def _folder(
    asset: str, write: Callable[[Settings], Path], settings: Settings, place: Path
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Write a folder of the release, which is read back before it takes its place."""
    what = asset.replace("_", " ")
    try:
        metadata = {"written": str(write(settings).relative_to(settings.root))}
    except LookupError as error:  # a release without a month of deaths is no fault
        metadata = {"written": f"nothing: {error}"}
    except ReadBackError as error:
        yield dg.AssetCheckResult(passed=False, check_name=READ_BACK, metadata={"otherwise": str(error)})
        _fail(f"the {what} does not say what the release has: {error}", f"the {what}")
    except (PlaceError, open_data.EarlierReleaseError, open_data.TermsError) as error:
        _fail(str(error), f"the {what}")
    except OSError as error:
        _fail(f"{place} cannot be written ({error.strerror})", f"the {what}")
    yield from _done(asset, metadata)


def _made(
    translator: Translator, name: str, description: str, read_back: str, priority: int = 0, **attributes: Any
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """An asset that is made of the release, with the read-back as its check."""
    return dg.multi_asset(
        name=name,
        specs=[
            dg.AssetSpec(
                name,
                **translator.of_group("release"),
                deps=["release_current"],
                description=description,
                **attributes,
            )
        ],
        check_specs=[dg.AssetCheckSpec(READ_BACK, asset=name, description=read_back)],
        op_tags={"dagster/priority": str(priority)},
        # `asset` takes it too, and warns at every start that it is beta there
        backfill_policy=dg.BackfillPolicy.single_run(),
    )


def _done(asset: str, metadata: dict[str, Any]) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    yield dg.MaterializeResult(dg.AssetKey(asset), metadata=metadata)
    yield dg.AssetCheckResult(passed=True, check_name=READ_BACK)


def _fail(sentence: str, what: str) -> NoReturn:
    raise dg.Failure(f"{sentence}; the release is published, and the next night writes {what}") from None
