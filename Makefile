# Each target makes the virtual environment it needs; `make demo` and `make test` work in a fresh clone.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# More arguments for pytest, such as PYTEST="-x -q tests/test_corpus.py".
PYTEST ?=
# The mail servers that `make captures` runs (root, Debian), and the release that they come from.
SERVERS ?= postfix exim sendmail opensmtpd
SUITE   ?= bookworm

.PHONY: demo test quick test-lab captures drift engines lint bench docs screenshots clean

demo: $(VENV)/.base
	$(BIN)/dsnparse parse --format table corpus/

# Twice as many processes as small machines have cores: many tests wait for servers.
test: $(VENV)/.test
	$(BIN)/python -m pytest -n 4 --dist worksteal --cov $(PYTEST)

# All tests, without measuring what they cover.
quick: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 -x -q $(PYTEST)

# Real mail servers in namespaces: needs root and, once, the network.
test-lab: $(VENV)/.test
	$(BIN)/python -m pytest -m lab $(PYTEST)

captures: $(VENV)/.lab
	$(BIN)/python -m corpus.lab run $(SERVERS) --suite $(SUITE)

# The same with the versions of the day; status 1 if their formats are no longer those of corpus/lab/known-formats.
drift: $(VENV)/.lab
	$(BIN)/python -m corpus.lab drift $(SERVERS) --suite $(SUITE)

lint: $(VENV)/.test $(VENV)/.lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy benchmarks
	MYPYPATH=docs/site $(BIN)/mypy docs/site

# Tests of Ray and Spark, which take a large installation and minutes.
engines: $(VENV)/.test $(VENV)/.engines
	$(BIN)/python -m pytest tests/engines $(PYTEST)

bench: $(VENV)/.bench
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/accuracy.py
	$(BIN)/python benchmarks/scale.py growth --plot growth.svg
	$(BIN)/python benchmarks/scale.py rates
	$(BIN)/python benchmarks/scale.py memory

# The site of the documentation, into build/site; a dead link is an error.
docs: $(VENV)/.docs
	$(BIN)/python -m mkdocs build --strict --config-file docs/site/mkdocs.yml

# The pictures of the documentation, by the tests of the pages; needs Chromium.
screenshots: $(VENV)/.test
	DSNPARSE_SCREENSHOTS=docs/images $(BIN)/python -m pytest -q tests/web/test_browser.py $(PYTEST)

clean:
	rm -rf .venv .venv-* build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV)/.base: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dsnparse needs Python 3.11 or later: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

# A dependency group of pyproject.toml (pip reads these since 25.1).
$(VENV)/.%: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --group $*
	touch $@
