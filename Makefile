# From a fresh clone: `make demo` shows a class being graded, `make test` proves the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test quick hub lint lab build dist site lite pyodide bench clean

PYTHON ?= python3
WORK ?= my-course
PYTEST_ARGS ?=

# Relative, so that a checkout in a folder with a space in its name works too.
py := .venv/bin/python
ready := .venv/.ready

# Python keeps compiled modules, whatever a machine for development says: else each process of a test compiles the course.
export PYTHONDONTWRITEBYTECODE :=

# nbgrader runs `alembic` by name.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# The tests of a group, such as an exercise's, stay in one process; tests/conftest.py gives their order. Three processes
# keep two cores busy: a test in a browser mostly waits.
PROCESSES ?= 3
several = -n $(PROCESSES) --dist loadgroup --no-loadscope-reorder

# A dot every two seconds while a long command is silent.
define patiently
( while sleep 2; do printf .; done ) & dots=$$!; \
$(1); status=$$?; kill $$dots; wait $$dots 2>/dev/null; echo; exit $$status
endef

# Installs $(2), or says in a sentence that it could not. Where an index can't be reached, pip speaks of versions that conflict.
define install
{ set -- $(2); $(py) -m pip install -qq "$$@" 2>.venv/pip.log || { \
  [[ "$$*" != *--index-url* ]] || from=" from $${*: -1}"; \
  if grep -q 'No space left' .venv/pip.log; then why='the disk is full, and 1.9 GB are needed.'; \
  else why='is there a network, or a proxy to set?'; fi; \
  echo; echo "$(1) could not be installed$$from: $$why .venv/pip.log has what pip said." >&2; false; }; }
endef

help:
	@echo 'make demo    a small class, handed in, graded and counted; then one of 200'
	@echo 'make test    everything that is checked; PYTEST_ARGS="-k journal" narrows the last step'
	@echo 'make quick   the same without whole lessons, workers and browsers, and with one seed: for the work in between'
	@echo 'make hub     a class on a JupyterHub of this machine; installs JupyterHub, and its proxy with npm, into .venv'
	@echo 'make lab     JupyterLab on your own copy of the notebooks; WORK=$(WORK) names its folder'
	@echo 'make bench   layers against PyTorch, grading against stock nbgrader; measured, never tested'
	@echo 'make build   rebuild the notebooks from solutions/*/*.py'
	@echo 'make dist    a wheel with the notebooks inside, in dist/; CLOSED=1 CLASS=... adds a closed book'
	@echo 'make site    the web pages, in dist/site, from docs/ and the built notebooks; then looked at by a browser'
	@echo 'make lite    JupyterLite with the course, in dist/lite; PYODIDE=FOLDER takes Pyodide along, and a browser tries it'
	@echo 'make pyodide a Pyodide with NumPy for such a try, in .out/pyodide; from npm and PyPI'
	@echo 'make clean   remove what the others left behind, except .venv and your copy'

# torch first, and without the gigabytes of CUDA that PyPI's build for Linux brings: torch_index.py asks pip, and chooses
# PyTorch's index of builds for the CPU only where they would come. An older pip would download them to say so.
$(ready): pyproject.toml constraints.txt
	@SECONDS=0; echo 'Setting up .venv (about two minutes, 1.9 GB).'; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed; make PYTHON=python3.12 ... names another.' >&2; exit 1; }; \
	$(PYTHON) -m venv .venv \
	  || { echo 'A virtual environment could not be made; on Debian, apt-get install python3-venv.' >&2; exit 1; }; \
	$(call install,pip,--upgrade 'pip>=24') && \
	( printf '  PyTorch '; \
	  $(call patiently,torch=$$($(py) course/torch_index.py torch==2.13.0) && $(call install,PyTorch,-c constraints.txt $$torch)) ) && \
	( printf '  everything else '; \
	  $(call patiently,$(call install,What the course needs,-c constraints.txt -e '.[torch$(comma)grader$(comma)site$(comma)dev]')) ) && \
	touch $@ && echo "  done in $$SECONDS s"

comma := ,

demo: $(ready)
	@$(py) -m grader demo

# The build takes what the tests leave of the processors while they wait. The last line printed is pytest's own count,
# or what the build has found.
test: lint
	@echo 'Notebooks match their sources (grader build --check), beside the tests (pytest)'; \
	out=$$(mktemp -d); trap 'kill $$(jobs -p) 2>/dev/null; rm -rf "$$out"' EXIT; \
	$(py) -m grader build --check > "$$out/build" 2>&1 & build=$$!; \
	$(py) -m pytest $(several) --ignore tests/hub $(PYTEST_ARGS); failed=$$?; \
	wait $$build || { failed=$$?; cat "$$out/build"; }; \
	exit $$failed

# One seed in place of ten, ten examples in place of 100, every eighth row of a long table, no two mistakes together, and
# nothing that starts a kernel, a worker or a browser.
quick: export CONTRACT_SEEDS := 1
quick: export ROWS_STEP := 8
quick: export HYPOTHESIS_PROFILE := quick
quick: lint
	@echo 'Tests (pytest)'; $(py) -m pytest $(several) -m 'not whole' --ignore tests/browser --ignore tests/grader/boundary --ignore tests/hub $(PYTEST_ARGS)

# The proxy is JupyterHub's own and is published for npm only. In .venv it needs no folder of its own here.
proxy := .venv/hub/node_modules/.bin/configurable-http-proxy

$(proxy): | $(ready)
	@command -v npm >/dev/null || { echo 'npm is needed for the proxy of JupyterHub; on Debian, apt-get install npm.' >&2; exit 1; }
	@$(py) -m pip install -qq -c constraints.txt -e '.[hub]'
	@timeout 120 npm install --silent --no-fund --no-audit --fetch-retries 1 --fetch-timeout 20000 --prefix .venv/hub configurable-http-proxy@5.3 \
	  || { echo 'The proxy of JupyterHub could not be installed; npm install --prefix .venv/hub configurable-http-proxy says why.' >&2; exit 1; }

hub: $(proxy)
	@$(py) -m pytest tests/hub $(PYTEST_ARGS)

lint: $(ready)
	@out=$$(mktemp -d); trap 'kill $$(jobs -p) 2>/dev/null; rm -rf "$$out"' EXIT; failed=0; \
	.venv/bin/pyrefly check --summary=none > "$$out/types" 2>&1 & types=$$!; \
	.venv/bin/lint-imports --no-logo > "$$out/imports" 2>&1 & imports=$$!; \
	echo 'Lint (ruff)'; $(py) -m ruff check --quiet . || failed=1; \
	echo 'Format (ruff)'; $(py) -m ruff format --check --quiet . || failed=1; \
	echo 'Types (pyrefly)'; wait $$types || failed=1; cat "$$out/types"; \
	echo 'Who imports whom (import-linter)'; wait $$imports || failed=1; cat "$$out/imports"; \
	exit $$failed

bench: $(ready)
	@$(py) tests/benchmarks/bench_layers.py
	@$(py) tests/benchmarks/bench_grading.py
	@$(py) tests/benchmarks/bench_tutor.py --sample 100

lab: $(ready)
	@$(py) -m course lab '$(WORK)'

build: $(ready)
	@$(py) -m grader build

dist: $(ready)
	@$(py) -m pip wheel -q --no-deps --no-build-isolation -w dist .
ifdef CLOSED
	@$(py) -m grader closed-book "$$(ls -t dist/layer_by_layer-*[0-9]-py3-none-any.whl | head -1)" --into dist --class '$(CLASS)' $(addprefix --without ,$(WITHOUT))
endif
	@ls -sh dist/*.whl

# The site of all lessons, and then its browser tests; axe-core is fetched for them where there is npm.
axe := .out/package/axe.min.js

site: $(ready)
	@$(py) docs/make_site.py
	@[ -e $(axe) ] || { mkdir -p .out && cd .out && npm pack --silent axe-core@4.14.1 >/dev/null && tar xzf axe-core-4.14.1.tgz; } \
	  2>/dev/null || echo 'No axe-core: npm is not here, or has no network. Its test is skipped.'
	@SITE=dist/site $(py) -m pytest -q tests/browser/test_site.py

# The wheel that was built last: with CLOSED=1 the closed book.
lite: dist
	@$(py) docs/make_lite.py "$$(ls -t dist/layer_by_layer-*.whl | head -1)" \
	  $(if $(PYODIDE),--pyodide '$(PYODIDE)') $(if $(NOTEBOOKS),--notebooks '$(NOTEBOOKS)')
	@LITE=dist/lite $(py) -m pytest -q -s tests/browser/test_lite.py

pyodide: $(ready)
	@$(py) tests/browser/pyodide_files.py .out/pyodide

clean:
	@rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache .out dist build
	@find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
