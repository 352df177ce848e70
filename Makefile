# Two commands are enough: `make demo` makes the page of a real framework, `make test` runs the tests.
# They need python3 (3.11 or newer) with pip, and a package index; what they install goes into .venv.
# Another Python: `make test PYTHON=python3.12`. Arguments for pytest: `make test ARGS="-k gaps"`.

SHELL := /bin/sh
PYTHON ?= python3
PAGE := build/laane-viru.html

# An environment belongs to one folder and one Python. The stamps carry both in their names, so that it is made anew in
# a folder that was moved or copied, and with another PYTHON.
KEY := $(shell printf '%s\n' "$$(pwd -P)" "$(PYTHON)" | cksum | cut -d ' ' -f 1)
DEMO := .venv/.installed-demo-$(KEY)
TEST := .venv/.installed-test-$(KEY)
DEV := .venv/.installed-dev-$(KEY)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test test-browser dev types lint contracts docs lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: $(DEMO) ## Install what is needed and make the page of a real framework
	@mkdir -p build
	@.venv/bin/integrated-services report laane-viru -o $(PAGE)
	@printf '\nThe page is ready; open it in any browser:\n  %s\n' "$$(pwd -P)/$(PAGE)"

test: $(TEST) ## Install what is needed and run the tests (not those in a browser)
	@.venv/bin/python -m pytest -m "not browser" $(ARGS)

test-browser: $(DEV) ## Run the tests that open the page in Chromium
	@.venv/bin/python -m pytest -m browser $(ARGS)

dev: $(DEV) ## Install all that a developer needs

types: $(DEV) ## Check the types
	@.venv/bin/python -m mypy

lint: $(DEV) ## Check style, format and spelling
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/codespell
	@.venv/bin/shellcheck tools/*.sh .ci/run

contracts: $(DEV) ## Check which module may import which
	@.venv/bin/lint-imports

docs: $(DEV) ## Build the documentation into build/docs; warnings are errors
	@.venv/bin/python -m sphinx -W --keep-going -n -q -b html docs build/docs
	@printf 'The documentation is ready; open it in any browser:\n  %s\n' "$$(pwd -P)/build/docs/index.html"

lock: ## Write constraints.txt anew (needs uv)
	@sh tools/lock.sh

clean: ## Remove all that was made, the environment too
	@rm -rf .venv build dist htmlcov .coverage .hypothesis .import_linter_cache .mypy_cache .nox .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed-%-$(KEY): pyproject.toml constraints.txt tools/install.sh
	@PYTHON="$(PYTHON)" sh tools/install.sh $*
	@touch "$@"
