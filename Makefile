# Two commands: `make run` shows it, `make test` proves it. Everything stays inside this folder.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONSTRAINTS := --constraint constraints/all.txt
WORKERS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: run test check quick bench format build pictures messages browser clean

run: .setup/run .setup/frontend
	@engagement demo run

test: check .setup/frontend browser
	pytest --numprocesses $(WORKERS) --database sqlite -m "not browser"
	pytest --numprocesses $(WORKERS) --database postgresql -m "not browser"
	pytest --numprocesses $(WORKERS) --database sqlite -m browser

check: .setup/test
	ruff check .
	ruff format --check .
	mypy
	lint-imports

quick: .setup/test .setup/frontend
	pytest --numprocesses $(WORKERS) --database sqlite -m "not browser"

bench: .setup/test .setup/frontend .setup/bench
	$(BIN)/python -m benchmarks

format: .setup/test
	ruff check --fix .
	ruff format .

pictures: .setup/test .setup/frontend browser
	$(BIN)/python -m docs.pictures.make

# The words of the interface, for translators: copy the file to translations/<language>/LC_MESSAGES.
messages: .setup/run
	pybabel --quiet extract --mapping translations/babel.cfg --keywords "_l N_" --output translations/messages.pot .

build: .setup/run
	@rm -f .setup/frontend
	@$(MAKE) --no-print-directory .setup/frontend

clean:
	rm -rf .venv .venv-bench .setup node_modules static/build

browser: .setup/test
	@sh setup/browser.sh

# The virtual environment, and in it the pinned packages.
.setup/venv:
	@sh setup/python.sh $(PYTHON)
	@mkdir -p .setup && touch $@

.setup/run: .setup/venv pyproject.toml constraints/all.txt
	@echo "Installing what the service needs …"
	@$(PIP) install $(CONSTRAINTS) --editable .
	@touch $@

.setup/test: .setup/run
	@echo "Installing what the tests need …"
	@$(PIP) install $(CONSTRAINTS) --editable '.[test]'
	@touch $@

# What the benchmarks measure against, in an environment of its own: it is not ours to give away.
.setup/bench: .setup/venv constraints/bench.txt
	@echo "Installing what the benchmarks measure against …"
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install \
		--requirement constraints/bench.txt
	@touch $@

# The styles and scripts, built from pinned npm packages.
.setup/frontend: .setup/run package.json $(wildcard frontend/*)
	@sh setup/frontend.sh
	@touch $@
