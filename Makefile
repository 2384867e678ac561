# Two commands set up everything on a machine with make and Python 3.11, 3.12 or 3.13: `make nightly` and `make test`.
# The first Python of these that fits is taken, or another: make PYTHON=/where/it/is nightly
FITS = -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null
PYTHON := $(or $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python $(FITS) && echo $$python && break; done),python3)
# some machines keep Python from writing bytecode: without it every start takes longer
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
READY := $(VENV)/ready
LOCK = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-strip-extras --no-header $(UPGRADE)

.PHONY: nightly test test-all quick mutants check bench faults badfiles reading compare spark pictures screens lists lock clean

nightly: $(READY)  ## the main job on the sample months, on the day after the last of them
	$(VENV)/bin/casebook nightly --date 2025-02-01

test: $(READY)  ## that it works: all tests but the long ones
	$(VENV)/bin/python -m pytest --durations=10

test-all: $(READY)  ## and the long ones: months over many nights, processes that die, every command of the documentation
	$(VENV)/bin/python -m pytest --durations=10 tests

# the models' tests need the night, which the others do not wait for
quick: $(READY)  ## a minute and a half: unit tests, those of dbt's models, and one night of the sample
	$(VENV)/bin/python -m pytest --durations=10 tests/integration/test_dbt.py tests/unit tests/test_house.py \
		tests/integration/test_sample_months.py

mutants: $(READY)  ## small changes of what decides, each of which a test must notice (or SAMPLE="--sample 10")
	$(VENV)/bin/python -m tests.mutants $(SAMPLE)

check: $(READY)  ## style, SQL (or MODELS="a few of them") and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/sqlfluff lint --processes $(if $(MODELS),1,2) $(or $(MODELS),dbt_project/models)

bench: $(READY)  ## how fast, as ratios (half an hour; with TEN=--ten also ten million cases)
	$(VENV)/bin/python -m tests.bench $(TEN)

badfiles: $(READY)  ## hundreds of bad files, each beside a good sheet: what became of it, and what it took
	$(VENV)/bin/python -m tests.badfiles

faults: $(READY)  ## hundreds of faults put into good sheets and printed figures, and which rule speaks of each
	$(VENV)/bin/python -m tests.faults

reading: $(READY)  ## figures read out of reports, beside what a person reads in them: each missed, each invented
	$(VENV)/bin/python -m tests.reading

compare: spark  ## every table as Spark makes it and as DuckDB does, of a million cases with faults in them
	$(VENV)/bin/casebook compare --engine spark --cases 1000000

spark: $(READY)  ## what CASEBOOK_ENGINE=spark needs beside a Java
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock

$(READY): requirements.lock requirements-uv.lock pyproject.toml install.py
	@$(PYTHON) $(FITS) || { echo "Casebook needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is none of them:" \
		"install one, or name one that make did not find, as in make PYTHON=/opt/python3.12/bin/python3 nightly." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python install.py
	touch $@

lists: $(READY)  ## write docs/lists.md and docs/codes.md from the code lists
	$(VENV)/bin/python -m docs.lists

pictures: $(READY)  ## draw the pictures of docs/architecture.md from the code
	$(VENV)/bin/python -m docs.pictures

screens: $(READY)  ## take the pictures of the pages from the sample: terminal, Dagster, site, report; where a Chromium is installed
	$(VENV)/bin/python -m docs.screens

# uv keeps every version that is locked, unless pyproject.toml wants another; `make lock UPGRADE=--upgrade` takes the newest
lock: $(READY)  ## pin every dependency with its hashes, for every Python, in files that name no package host
	$(LOCK) --extra dev pyproject.toml --output-file requirements.lock
	$(LOCK) --no-annotate --extra spark --constraints requirements.lock pyproject.toml --output-file requirements-spark.lock
	echo uv | $(LOCK) --no-annotate - --output-file requirements-uv.lock

clean:  ## everything that is made
	rm -rf $(VENV) data/lake data/warehouse data/dbt data/dagster data/evaluations data/published data/reports data/site data/great_expectations
