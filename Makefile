# Every target sets up .venv by itself, with the locked versions, on a new machine.
PYTHON ?= python3
BIN := .venv/bin
FILES ?= seeds/*.txt

.PHONY: fuzz tag train test lint bench engines ci clean

tag: .venv/ready
	@$(BIN)/sangloc tag $(FILES)

train: .venv/ready
	$(BIN)/python -m training
	$(BIN)/python -m training.usual

test: .venv/ready
	$(BIN)/python -m pytest

lint: .venv/ready
	$(BIN)/ruff check model training tests
	$(BIN)/ruff format --check model training tests
	$(BIN)/mypy

bench: .venv/bench
	$(BIN)/python -m training.benchmarks --write

engines: .venv-engines/ready
	SANGLOC_ENGINES=all .venv-engines/bin/python -m pytest tests/engines

ci:
	bash .ci/run

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/bench: .venv/ready
	@# The pip that comes with Python 3.11 can't resolve lxml's doubled extra.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock -e '.[bench]'
	@touch $@

.venv/browser: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --constraint requirements.lock -e '.[browser]'
	@touch $@

# Half a gigabyte of datatrove, Spark and datasets: in an environment of their own, for their tests alone.
.venv-engines/ready: pyproject.toml requirements.lock tests/engines/requirements.lock
	$(PYTHON) -m venv .venv-engines
	.venv-engines/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	.venv-engines/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint requirements.lock \
		--constraint tests/engines/requirements.lock -e '.[datatrove,datasets,spark]' pytest pytest-benchmark hypothesis
	@touch $@

fuzz: .venv/fuzz
	SANGLOC_MUTANTS=20000 $(BIN)/python -m pytest -q tests/test_fuzz.py
	@for target in model label-file jsonl text html warc; do \
	  mkdir -p build/fuzz/$$target tests/fuzz/corpus/$$target; \
	  $(BIN)/python -m tests.fuzz.targets $$target -max_total_time=60 -artifact_prefix=tests/fuzz/corpus/$$target/ build/fuzz/$$target tests/fuzz/corpus/$$target || exit 1; \
	done

.venv/fuzz: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock -e '.[fuzz]'
	@touch $@

clean:
	rm -rf .venv .venv-engines build dist model/*.egg-info
