# The commands for working on newsmonitor. They need make and Python 3.11 or newer; each sets up what it needs in .venv.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The tests start hundreds of processes, which would each compile all modules if the shell forbids to keep compiled ones.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run demo test unit pictures man chaos chaos-mutants fuzz fuzz-feeds check docs package audit fmt bench evals up clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/run ## Run all services on your monitor.toml, or play the demo if there is none
	@if [ -f monitor.toml ]; then $(BIN)/newsmonitor run; else $(BIN)/newsmonitor demo; fi

demo: .venv/run ## Play a recorded day of news, faster than real time
	@$(BIN)/newsmonitor demo

test: .venv/dev ## Run all tests, also on a real Kafka broker and in a real browser
	@$(BIN)/python -m pytest -n logical --dist loadgroup

unit: .venv/dev ## Run the tests that need only Python
	@$(BIN)/python -m pytest -n logical --dist loadgroup tests/unit

pictures: .venv/dev ## Take the pictures of the web page in docs/ anew (needs Chromium)
	@$(BIN)/python -m tests.browser.pictures docs

man: .venv/dev ## Write the man pages in man/ anew, from the commands
	@$(BIN)/python -m monitor.cli.manual man

chaos: .venv/dev ## Make random faults on each bus, and compare what is published, delivered and told with a plan
	@$(BIN)/python -m tests.chaos

chaos-mutants: .venv/dev ## Break the program in some sixty ways, and see that a trial of chaos notices each
	@$(BIN)/python -m tests.chaos.mutants --bus both

fuzz: .venv/dev ## Compare the matcher with a simple evaluator on 100,000 random pairs of query and article
	@FUZZ_PAIRS=100000 $(BIN)/python -m pytest tests/unit/alerts/test_matching_fuzz.py

fuzz-feeds: .venv/dev ## Parse randomly damaged feeds for ten minutes
	@$(BIN)/python -m tests.fuzz 600

check: .venv/dev ## Check types, style and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy examples/sentiment/newsmonitor_sentiment
	@$(BIN)/lint-imports

docs: .venv/dev ## Build the site of docs/ in build/site, and check its links
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs --quiet build

package: .venv/dev ## Build the wheel and the sdist in dist/, and try the wheel alone on each Python from 3.11 that is on the PATH
	@rm -rf dist
	@$(BIN)/hatchling build -d dist
	@for python in python3.11 python3.12 python3.13; do \
		if $$python -c "" 2>/dev/null; then $$python -m release.smoke dist/*.whl || exit 1; \
		else echo "$$python is not here: the wheel is not tried on it"; fi; \
	done

audit: .cache/audit ## Look the pinned versions up in the list of known vulnerabilities (needs the internet)
	@.cache/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict

fmt: .venv/dev ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/dev ## Measure throughput, latency and memory, also of the other programs in docs/performance.md
	@$(BIN)/python -m bench

evals: .venv/dev ## Score the monitor on sets of real data: make evals DATA=FOLDER
	@$(BIN)/python -m evals $(DATA)

up: ## Run the services on Apache Kafka, each in a container of its own (needs Docker)
	@[ -f monitor.toml ] || { echo "There is no monitor.toml here. 'newsmonitor init' writes one ('make .venv/run' installs the command"; \
		echo "in .venv/bin); edit its feeds and watches, then run 'make up' again."; exit 1; }
	docker compose up --build

clean: ## Remove everything that these commands have set up
	rm -rf .venv .cache

.venv/pip: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsmonitor needs Python 3.11 or newer: make PYTHON=python3.11")'
	@echo "Setting up .venv (once, about half a minute) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install -c constraints.txt --upgrade pip
	@touch $@

.cache/audit:
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip --disable-pip-version-check --quiet install pip-audit

.venv/run: .venv/pip pyproject.toml
	@$(PIP) install -c constraints.txt --editable .
	@touch $@

.venv/dev: .venv/run
	@$(PIP) install -c constraints.txt --editable ".[apprise,fulltext,lemmas,lemmas-uk,mcp,otel,segmentation]" --group dev
	@touch $@
