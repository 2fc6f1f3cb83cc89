# Needs make, python3 and python3-venv; everything else goes into .venv/.
# `make test TESTS=tests/rules` selects; TESTS may hold any arguments of pytest, and FIGURES of
# `python -m benchmarks`: make bench FIGURES='P1 --sizes small'.

PYTHON ?= python3
UV ?= uv
TESTS ?=
DEMO_ARGUMENTS ?=
FIGURES ?=
MUTANTS ?=
CHILDREN ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := $(UV) pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --quiet
DECIDES = $(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["tool"]["mutmut"]["only_mutate"], sep=",")'
DECIDING := tests/adapters tests/model tests/rules tests/services tests/slots
DEMO := cards cli mail sms sql web
LINTED := src tests benchmarks tools examples conftest.py

.DEFAULT_GOAL := help
.PHONY: help demo story test test-browser torture coverage mutation bench bench-full bench-peers bench-rush bench-charts bench-ci check lint types imports docs format texts lock clean

help:  ## show what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime  ## serve a filled clinic on this machine, to try in a browser
	@$(BIN)/python -m examples.demo $(DEMO_ARGUMENTS)

story: $(VENV)/.runtime  ## tell in the terminal what the web book does
	@$(BIN)/python examples/story.py

test: $(VENV)/.dev  ## run the tests, in parallel and in random order
	@$(BIN)/python -m pytest -q -n auto --maxprocesses=8 $(TESTS)

# Debian's Chromium, or the one that WEBTIDBOK_CHROMIUM names; pictures of every page are then in
# build/screenshots/.
test-browser: $(VENV)/.browser  ## run the tests of the pages in a real browser
	@$(BIN)/python -m pytest -q -n 2 tests/browser $(TESTS)

# Bounded by WEBTIDBOK_TORTURE_ATTEMPTS (100000 on each engine unless set) and by time;
# WEBTIDBOK_TORTURE_SEED repeats the choices of a run.
torture: $(VENV)/.dev  ## attack the stores for a long time
	@$(BIN)/python -m pytest -q -n 0 -p no:randomly -m torture tests/torture $(TESTS)

# Both look at what decides: `only_mutate` in pyproject.toml. MUTANTS='webtidbok.slots.*' tries
# some; what survived is listed by `.venv/bin/mutmut results`.
coverage: $(VENV)/.dev  ## see that the tests take every branch of what decides
	@$(BIN)/python -m pytest -q -n auto --maxprocesses=8 --cov --cov-report= $(DECIDING)
	@$(BIN)/python -m coverage report --fail-under=100 --include="$$($(DECIDES))"

mutation: $(VENV)/.mutation  ## see that the tests notice when what decides is changed
	@$(BIN)/mutmut run --max-children $(CHILDREN) $(MUTANTS)

# WEBTIDBOK_TEST_POSTGRESQL is not used: a server of its own, set up for the purpose, is started.
bench: $(VENV)/.bench  ## take the figures that docs/explanation/performance.md explains
	@$(BIN)/python -m benchmarks bench $(FIGURES)

bench-full: $(VENV)/.bench  ## take those of a chain of clinics and of long histories too
	@$(BIN)/python -m benchmarks full $(FIGURES)

bench-peers: $(VENV)/.bench $(VENV)/peers/.installed  ## take those of other libraries beside ours
	@$(BIN)/python -m benchmarks peers $(FIGURES)

bench-rush: $(VENV)/.bench  ## let 2,000 patients go for 200 times through the pages
	@$(BIN)/python -m benchmarks rush $(FIGURES)

bench-charts: $(VENV)/.bench  ## draw how cost grows, anew, into docs/explanation
	@$(BIN)/python -m benchmarks.charts

bench-ci: $(VENV)/.bench  ## take a few, and forgive each being twice as bad
	@$(BIN)/python -m benchmarks ci --slack 2 --rounds 15 $(FIGURES)

check: lint types imports docs  ## check everything but the tests

lint: $(VENV)/.dev  ## check style and format
	@$(BIN)/ruff check $(LINTED)
	@$(BIN)/ruff format --check $(LINTED)

types: $(VENV)/.dev  ## check types
	@$(BIN)/mypy

imports: $(VENV)/.dev  ## check which way imports go
	@$(BIN)/lint-imports --no-logo

docs: $(VENV)/.dev  ## check links and run the examples of the documents
	@$(BIN)/python tools/check_docs.py
	@$(BIN)/python -m pytest -q README.md docs

format: $(VENV)/.dev  ## put the sources into shape
	@$(BIN)/ruff check --fix-only --quiet $(LINTED)
	@$(BIN)/ruff format $(LINTED)

texts: $(VENV)/.dev  ## bring the catalogues in step with the texts in code and templates
	@$(BIN)/python tools/texts.py

lock:  ## lock anew after a change in pyproject.toml; UPGRADE=--upgrade takes newer versions
	@command -v $(UV) >/dev/null || { echo "needs uv: pip install uv, or make lock UV=path/to/uv" >&2; exit 1; }
	$(LOCK) $(UPGRADE) --all-extras --group dev -o requirements/dev.txt
	$(LOCK) $(DEMO:%=--extra %) --group build --group demo -c requirements/dev.txt -o requirements/demo.txt
	for group in bench browser mutation; do \
		$(LOCK) --group $$group -c requirements/dev.txt -o requirements/$$group.txt || exit 1; done
	$(LOCK) --group peers -o requirements/peers.txt

clean:  ## remove what make has made
	rm -rf $(VENV) dist build .coverage* htmlcov .hypothesis .*_cache mutants
	find src tests tools examples -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# Two stamps in one .venv: what running takes, then what testing adds to it. The locks name
# all there is to install. Left to look for itself (no --no-deps), pip asks for the newest
# release of whatever an extra is named of, and refuses it for having no hash.
$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "No virtual environment: install python3-venv." >&2; exit 1; }

$(VENV)/.runtime: $(BIN)/python pyproject.toml requirements/demo.txt
	@echo "Installing what webtidbok runs with into $(VENV) ..."
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements/demo.txt
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "Installing what the tests and checks need ..."
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

# What is heavy and has a target of its own: browser, mutation, bench.
$(VENV)/.%: $(VENV)/.dev requirements/%.txt
	@echo "Installing what $* takes ..."
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements/$*.txt
	@touch $@

# Libraries that ours is measured beside need others of what it needs itself.
$(VENV)/peers/.installed: $(BIN)/python requirements/peers.txt
	@echo "Installing other libraries into $(VENV)/peers ..."
	@$(PYTHON) -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r requirements/peers.txt
	@touch $@
