# The project's commands. `make` alone lists them.
#
# One virtual environment, .venv, holds everything. It is made once, filled from the hashed lock files in requirements/,
# and filled again only when a lock file or pyproject.toml changes.

VENV ?= .venv
# any Python from 3.11 on; `make demo PYTHON=/path/to/python3.12` overrides the search
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
# wheels only: an install compiles nothing and runs no downloaded build script
PIP_FLAGS ?= --only-binary=:all:
UV_FLAGS ?=
PYTEST_FLAGS ?=
# `make bench BENCH_FLAGS='--full --jobs 2'` measures all there is (hours)
BENCH_FLAGS ?=
LOCK_FLAGS = --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --quiet $(UV_FLAGS)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --progress-bar off
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
BENCH := $(VENV)/.installed-bench
CHECKED := ringfinder tests benchmarks docs .ci

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check format bench gallery lock clean distclean

help:
	@echo 'make demo    find the sample ring: installs into $(VENV) on the first run, then ringfinder demo'
	@echo 'make test    all tests'
	@echo 'make check   style, types and import directions'
	@echo 'make format  put the code in the house style'
	@echo 'make bench   the benchmarks, one after the other'
	@echo 'make gallery  docs/gallery.md anew from the notebooks (some minutes)'
	@echo 'make lock    work out the lock files anew (newer releases: UV_FLAGS=--upgrade)'
	@echo 'make clean   remove what was built; make distclean removes $(VENV) too'

demo: $(RUN)
	@$(BIN)/ringfinder demo

test: $(DEV)
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

check: $(DEV)
	$(BIN)/ruff check $(wildcard $(CHECKED))
	$(BIN)/ruff format --check $(wildcard $(CHECKED))
	$(BIN)/mypy --strict -p ringfinder -p benchmarks.quality
	$(BIN)/python -m pytest -q tests/test_architecture.py

format: $(DEV)
	$(BIN)/ruff check --fix $(wildcard $(CHECKED))
	$(BIN)/ruff format $(wildcard $(CHECKED))

bench: $(BENCH)
	@set -e; for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script; done
	@echo "== benchmarks/quality"; $(BIN)/python -m benchmarks.quality $(BENCH_FLAGS)

# a kernel of this environment, and no settings of the user's
gallery: $(DEV)
	JUPYTER_PREFER_ENV_PATH=1 IPYTHONDIR=$$(mktemp -d) $(BIN)/python docs/make_gallery.py

# dev first: run.txt then takes the very same releases, so that what is tested is what is shipped
lock: $(DEV)
	$(BIN)/uv pip compile pyproject.toml --group dev $(LOCK_FLAGS) --output-file requirements/dev.txt
	$(BIN)/uv pip compile pyproject.toml --group build --constraint requirements/dev.txt --no-annotate $(LOCK_FLAGS) \
		--output-file requirements/run.txt
	$(BIN)/uv pip compile --group bench --constraint requirements/dev.txt --no-annotate $(LOCK_FLAGS) \
		--output-file requirements/bench.txt

clean:
	rm -rf build dist out demo_case demo_case.* .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'ringfinder needs Python 3.11 or newer and found none.' >&2; \
		echo 'Install one, or name it: make demo PYTHON=/path/to/python3.12' >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'ringfinder needs Python 3.11 or newer; $(PYTHON) is older or does not start.' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) has no venv module. On Debian or Ubuntu: apt-get install python3-venv' >&2; exit 2; }
	@echo 'making $(VENV) with $(PYTHON)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo 'installing ringfinder and its locked libraries into $(VENV) (once; under a minute plus download)'
	@$(PIP) $(PIP_FLAGS) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo 'installing the locked development libraries into $(VENV)'
	@$(PIP) $(PIP_FLAGS) --require-hashes -r requirements/dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(RUN)

$(BENCH): requirements/bench.txt $(DEV)
	@echo 'installing what only the benchmarks compare with (igraph, GPL) into $(VENV)'
	@$(PIP) $(PIP_FLAGS) --require-hashes -r requirements/bench.txt
	@touch $@
