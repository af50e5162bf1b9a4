# Corrin. Needs only python3.11, pip and make (and, for the browser tests, root on Debian
# or a Chromium that is already there).  `make` lists the targets.
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin
PY     := $(BIN)/python
DEMO   := examples/demo.toml
JOBS   ?= 2
UV     := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(PY),$(PY) -m pip install --quiet --disable-pip-version-check)
RUN    := env PYTHONDONTWRITEBYTECODE=1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix bench bench-long validation docs knowledge-diff deep study sbom requirements clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

$(VENV)/.core: requirements/core.txt requirements/build.txt pyproject.toml hatch_build.py
	@command -v $(PYTHON) >/dev/null || { echo "Corrin needs Python 3.11: install it, or say make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) --require-hashes -r requirements/build.txt -r requirements/core.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.core requirements/tests.txt
	@echo "Setting up what the tests need (once)"
	@$(INSTALL) --require-hashes -r requirements/tests.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.tests requirements/bench.txt requirements/vigipy.txt requirements/fhir4ds.txt benchmarks/cql/package.json
	@echo "Setting up the peers to measure against (once)"
	@test -x $(VENV)-bench/bin/python || $(PYTHON) -m venv $(VENV)-bench
	@$(subst $(PY),$(VENV)-bench/bin/python,$(INSTALL)) --require-hashes -r requirements/build.txt -r requirements/bench.txt
	@$(subst $(PY),$(VENV)-bench/bin/python,$(INSTALL)) --no-deps --no-build-isolation --editable .
	@test -x $(VENV)-vigipy/bin/python || $(PYTHON) -m venv $(VENV)-vigipy
	@$(subst $(PY),$(VENV)-vigipy/bin/python,$(INSTALL)) --require-hashes -r requirements/vigipy.txt
	@test -x $(VENV)-fhir4ds/bin/python || $(PYTHON) -m venv $(VENV)-fhir4ds
	@$(subst $(PY),$(VENV)-fhir4ds/bin/python,$(INSTALL)) --require-hashes -r requirements/fhir4ds.txt \
	  || echo "fhir4ds-v2 could not be installed: the comparison goes on without it"
	@mkdir -p $(VENV)-cql && cp benchmarks/cql/package.json $(VENV)-cql/
	@cd $(VENV)-cql && npm install --silent --no-package-lock --no-audit --no-fund >/dev/null \
	  || echo "cql-execution could not be installed (it needs node and npm): the comparison goes on without it"
	@touch $@

.PHONY: browser
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the browser tests (once)"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	  else \
	    echo "The browser tests need Chromium. Run: sudo apt-get install -y chromium"; exit 1; \
	  fi; }

.PHONY: java
java:
	@command -v java >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Java for the tests of Spark (once)"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless >/dev/null; \
	  else \
	    echo "Without Java the tests of Spark are skipped. To have them: sudo apt-get install -y default-jre-headless"; \
	  fi; }

setup: $(VENV)/.core ## Make .venv with the command corrin on it

demo: setup ## Answer for a published case; leaves out/demo.html and out/demo.json
	@mkdir -p out
	@$(BIN)/corrin assess $(DEMO) --for clinician
	@$(BIN)/corrin assess $(DEMO) --for clinician --format html --output out/demo.html
	@$(BIN)/corrin assess $(DEMO) --for clinician --format json --output out/demo.json

test: $(VENV)/.tests browser java ## Set up and run the tests, browser tests included
	@$(RUN) $(PY) -m pytest -n $(JOBS) --dist loadfile $(PYTEST)

check: $(VENV)/.tests ## Style, types, imports, file length, clinical numbers, knowledge, docs
	@$(RUN) $(PY) -m checks

fix: $(VENV)/.tests ## Put the code in order
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format --quiet .

bench: $(VENV)/.bench ## Measure this project and its peers side by side; leaves out/bench.json
	@mkdir -p out
	@$(VENV)-bench/bin/python -m benchmarks --output out/bench.json

bench-long: $(VENV)/.bench ## The same, with ten million people
	@mkdir -p out
	@$(VENV)-bench/bin/python -m benchmarks --long --output out/bench.json

validation: bench ## Write docs/validation.md from the benchmark and the cases
	@$(VENV)-bench/bin/python -m checks.validation

docs: $(VENV)/.tests ## Generate the reference pages, and the evidence pages in out/site
	@$(PY) -m checks.docs --write
	@$(PY) -m checks.hazards --write
	@$(PY) -m checks.site

knowledge-diff: $(VENV)/.tests ## Whose answer moved against BASE (default HEAD)?
	@$(PY) -m checks.knowledge_diff --base $(or $(BASE),HEAD)

deep: $(VENV)/.tests browser java ## The full-size work; writes dated figures to docs/deep-figures.json
	@$(PY) -m checks.deep --write

study: $(VENV)/.tests ## The three likelihoods on simulated reports, anew; writes docs/explanation/three-likelihoods.md
	@$(PY) -m benchmarks.signals_study --write

sbom: $(VENV)/.tests ## Third-party software as CycloneDX, in out/
	@$(PY) -m checks.sbom

requirements: ## Pin and hash the requirements anew (needs uv)
	@for part in core tests bench build vigipy fhir4ds; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-annotate --custom-compile-command "make requirements" $$(case $$part in core|vigipy|fhir4ds) ;; *) echo "--constraint requirements/core.txt" ;; esac) \
	    requirements/$$part.in --output-file requirements/$$part.txt; done
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --custom-compile-command "make requirements" --constraint requirements/tests.txt \
	  deploy/requirements.in --output-file deploy/requirements.txt

clean: ## Remove what was made
	rm -rf $(VENV) $(VENV)-bench $(VENV)-vigipy $(VENV)-fhir4ds $(VENV)-cql out .pytest_cache .mypy_cache .ruff_cache .hypothesis
