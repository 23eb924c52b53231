# How to work with newsmonitor. Needs make and Python 3.11 or newer; each target sets up what it needs in .venv.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run demo test unit kill fuzz fuzz-feeds check fmt bench up clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 8

run: .venv/run ## Watch the news: your monitor.toml, or the demo while there is none
	@if [ -f monitor.toml ]; then $(BIN)/newsmonitor run; else $(BIN)/newsmonitor demo; fi

demo: .venv/run ## Watch a recorded day of news, at compressed time
	@$(BIN)/newsmonitor demo

test: .venv/dev ## Check everything, on a real Kafka broker too
	@$(BIN)/python -m pytest

unit: .venv/dev ## Only the tests that need nothing but Python
	@$(BIN)/python -m pytest -n auto tests/unit

kill: .venv/dev ## Kill services at random, 50 times on each bus, and count what was lost or doubled
	@$(BIN)/python -m tests.kill --kills 50 --articles 2000

fuzz: .venv/dev ## Compare the matcher with a plain evaluator over 100,000 random pairs of query and article
	@FUZZ_PAIRS=100000 $(BIN)/python -m pytest tests/unit/alerts/test_matching_fuzz.py

fuzz-feeds: .venv/dev ## Parse feeds damaged at random for ten minutes
	@$(BIN)/python -m tests.fuzz 600

check: .venv/dev ## Types, style, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fmt: .venv/dev ## Put the code in shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/dev ## Measure speed and latency against the named peers
	@$(BIN)/python -m bench

up: ## Run the services on Apache Kafka, one container each (needs Docker)
	@[ -f monitor.toml ] || { echo "There is no monitor.toml here. 'newsmonitor init' writes one ('make .venv/run' installs the command"; \
		echo "in .venv/bin); edit its feeds and watches, then run 'make up' again."; exit 1; }
	docker compose up --build

clean: ## Remove what the targets above have set up
	rm -rf .venv .cache

.venv/pip: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsmonitor needs Python 3.11 or newer: make PYTHON=python3.11")'
	@echo "Setting up .venv (once, about half a minute) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install -c constraints.txt --upgrade pip
	@touch $@

.venv/run: .venv/pip pyproject.toml
	@$(PIP) install -c constraints.txt --editable ".[fulltext]"
	@touch $@

.venv/dev: .venv/run
	@$(PIP) install -c constraints.txt --group dev
	@touch $@
