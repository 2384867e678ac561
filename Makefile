# Two commands set up everything on a machine with Python 3.11 and make: `make nightly` and `make test`.
PYTHON := $(shell command -v python3.11 || command -v python3)
VENV := .venv
READY := $(VENV)/ready

.PHONY: nightly test quick mutants check bench faults lock clean

nightly: $(READY)  ## the main job on the sample months, on the day after the last of them
	$(VENV)/bin/casebook nightly --date 2025-02-01

test: $(READY)  ## all tests
	$(VENV)/bin/python -m pytest --durations=10

quick: $(READY)  ## a minute and a half: unit tests, those of dbt's models, and one night of the sample
	$(VENV)/bin/python -m pytest --durations=10 tests/unit tests/test_house.py tests/integration/test_dbt.py \
		tests/integration/test_sample_months.py

mutants: $(READY)  ## small changes of what decides, each of which a test must notice (or SAMPLE="--sample 10")
	$(VENV)/bin/python -m tests.mutants $(SAMPLE)

check: $(READY)  ## style, SQL, types, and that Dagster can load the house
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/sqlfluff lint --processes 2 dbt_project/models
	$(VENV)/bin/dagster definitions validate -m orchestration.definitions

bench: $(READY)  ## how fast, as ratios (half an hour; with TEN=--ten also ten million cases)
	$(VENV)/bin/python -m tests.bench $(TEN)

faults: $(READY)  ## hundreds of faults put into good sheets and printed figures, and which rule speaks of each
	$(VENV)/bin/python -m tests.faults

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	# some machines keep Python from writing bytecode: without it every start takes seconds longer
	env -u PYTHONDONTWRITEBYTECODE $(VENV)/bin/python -m compileall -q -j 0 $(VENV)/lib orchestration || true
	touch $@

lock: $(READY)  ## pin every dependency with its hashes, in a file that names no package host
	$(VENV)/bin/python -m pip install --quiet uv
	$(VENV)/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-strip-extras --no-header \
		--python-version 3.11 --extra dev pyproject.toml --output-file requirements.lock

clean:  ## everything that is made
	rm -rf $(VENV) data/lake data/warehouse data/dbt data/dagster data/evaluations data/published
