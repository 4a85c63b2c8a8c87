# make run    rehearse campaigns.yaml into outbox/
# make test   the tests, without the slow ones
# make test-slow  the slow ones, and those with a real WordPress, browser or editor's server
# make check  lint, types, import directions
# make torture  everything that can go wrong, done on purpose, and a table of it: SEED=7 for that seed, ONLY=… for one test
# make bench  the speed claims, measured here
# make docs   the documentation as a site, in docs/_build/html
# make messages  the catalogue of Japanese messages, brought up to date with the source

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
# More than the two cores: some tests wait, for a limit of time or for each other.
TEST_WORKERS ?= 3

# Certificates and Python are those of this machine: an office's own certificate authority counts, nothing is fetched beside packages.
export UV_SYSTEM_CERTS ?= 1
export UV_PYTHON_DOWNLOADS ?= never
export UV_PROJECT_ENVIRONMENT := $(VENV)

TORTURE_LIMIT ?= 3600

.PHONY: run test test-slow torture check bench docs messages format clean

run: $(VENV)/.run
	$(BIN)/kohoctl run campaigns.yaml

# Python is started a hundred times: what is compiled is kept, whatever this machine says of that elsewhere.
test test-slow torture: export PYTHONDONTWRITEBYTECODE :=

test: $(VENV)/.dev
	$(BIN)/pytest -n $(TEST_WORKERS) --dist worksteal -m "not slow and not wordpress and not editor and not browser"

test-slow: $(VENV)/.dev
	$(BIN)/pytest -n $(TEST_WORKERS) --dist worksteal -m "slow or wordpress or editor or browser"

torture: $(VENV)/.dev
	KOHOCTL_TORTURE=full KOHOCTL_SEED=$(SEED) $(BIN)/pytest -n $(TEST_WORKERS) --timeout $(TORTURE_LIMIT) $(or $(ONLY),tests/torture)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.bench
	$(BIN)/python -m bench

# Sphinx reads the whole repository, so that links between pages are those of GitHub; docs/conf.py says which pages.
docs: $(VENV)/.docs
	rm -rf docs/_build
	$(BIN)/python -m sphinx -c docs -b html -W --keep-going -n -q . docs/_build/html
	$(BIN)/python tests/site_links.py docs/_build/html

messages: $(VENV)/.dev
	$(BIN)/python tests/messages.py

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .tools outbox docs/_build

$(VENV)/.run: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --no-dev --inexact --python $(PYTHON)
	touch $@

$(VENV)/.dev: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --all-extras --python $(PYTHON)
	touch $@ $(VENV)/.run

# Inexact, or the one would take away what the other needs.
$(VENV)/.bench: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --all-extras --inexact --group bench --python $(PYTHON)
	touch $@ $(VENV)/.dev $(VENV)/.run

$(VENV)/.docs: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --all-extras --inexact --group docs --python $(PYTHON)
	touch $@ $(VENV)/.dev $(VENV)/.run

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet 'uv>=0.9'
