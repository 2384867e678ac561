"""Open data as a Dagster asset, for a data root that says who publishes them; what is open is said in `open_data`."""

from collections.abc import Iterator

import dagster as dg

from orchestration.open_data import EarlierReleaseError, PlaceError, ReadBackError, TermsError, write
from orchestration.pipeline.resources import RunContext
from orchestration.pipeline.translator import Translator, references

READ_BACK = "read_back"
LEFT = "the release is published, and open data are those of the one before"


def open_data_asset(translator: Translator) -> dg.AssetsDefinition:
    """The tables that anybody may load, of the release that stands: nothing that happens here takes it back."""
    spec = dg.AssetSpec(
        "open_data",
        **translator.of_group("release"),
        deps=["release_current"],
        kinds={"csv", "parquet"},
        description=(
            "What anybody may load, in `open/`: figures, events and codes as CSV, Parquet, XLSX and JSON, described, "
            "coarsened, with checksums."
        ),
        tags={"open": "", "whole": ""},
        metadata=references(["orchestration/open_data/tables.sql", "docs/open-data.md"]),
    )
    check = dg.AssetCheckSpec(READ_BACK, asset="open_data", description="The files agree with each other, and add up.")

    @dg.multi_asset(specs=[spec], check_specs=[check], backfill_policy=dg.BackfillPolicy.single_run())
    def open_data(run_context: RunContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Write them beside those before, read them back, and put them in their place."""
        settings = run_context.settings()
        try:
            written = write(settings)
        except ReadBackError as error:
            yield dg.AssetCheckResult(passed=False, check_name=READ_BACK, metadata={"otherwise": str(error)})
            raise dg.Failure(f"{error}; {LEFT}") from None
        except (EarlierReleaseError, PlaceError, TermsError) as error:
            raise dg.Failure(f"{error}; {LEFT}") from None
        except OSError as error:
            raise dg.Failure(f"{settings.open_data} cannot be written ({error.strerror}); {LEFT}") from None
        yield dg.MaterializeResult("open_data", metadata={"path": str(written.relative_to(settings.root))})
        yield dg.AssetCheckResult(passed=True, check_name=READ_BACK)

    return open_data
