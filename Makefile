# make run    rehearse campaigns.yaml into outbox/
# make test   the tests, without the slow ones
# make test-slow  the slow ones, and those against a real WordPress
# make check  lint, types, import directions
# make bench  the speed claims, measured here

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
TEST_WORKERS ?= 2

# Certificates and Python are those of this machine: an office's own certificate authority counts, nothing is fetched beside packages.
export UV_SYSTEM_CERTS ?= 1
export UV_PYTHON_DOWNLOADS ?= never
export UV_PROJECT_ENVIRONMENT := $(VENV)

.PHONY: run test test-slow check bench format clean

run: $(VENV)/.run
	$(BIN)/kohoctl run campaigns.yaml

test: $(VENV)/.dev
	$(BIN)/pytest -n $(TEST_WORKERS) -m "not slow and not wordpress"

test-slow: $(VENV)/.dev
	$(BIN)/pytest -n $(TEST_WORKERS) -m "slow or wordpress"

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m bench

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .tools outbox

$(VENV)/.run: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --no-dev --inexact --python $(PYTHON)
	touch $@

$(VENV)/.dev: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --all-extras --python $(PYTHON)
	touch $@ $(VENV)/.run

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet 'uv>=0.9'
