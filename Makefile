# make demo      set up, scan the sample files, say where the report lies
# make test      set up, then lint, types, import contracts, tests and notebooks
# make docs      write into docs/ what the program itself can tell
# make site      build docs/ as a site that needs no network -> build/site/index.html
# make samples   write sample_activities/ anew from its seed
# make kill      end scans at 50 random moments; the next must say what an undisturbed one says
# make fuzz      200,000 damaged and hostile files through the readers; takes an hour or two
# make validate  compare with what real devices say; writes docs/validation.md (needs the real files)
# make injections  put known changes into histories, see which rules speak; writes docs/injections.md
# make bench     measure the readers beside other libraries, and whole scans; writes docs/benchmarks.md and
#                docs/scan_speed.md
# make differences  compare our readers with well-kept libraries, value by value; writes docs/readers.md
#                (needs the real files)
# make screenshots  twelve pictures of weekly pages, to be looked at, in build/screenshots (SHOTS=folder); never
#                to be committed, as some show real runs
# make picture   write the README's picture anew, from the samples
# make coverage  all tests, with what they never run; fails below 95 % of all branches, or 100 % of metrics and rules
# make mutants   change metrics and rules a little, see whether a test fails; writes docs/mutation.md (hours;
#                FILES="metrics/hills.py flags/stacking.py" for some, SHARE=10 for one place in ten)
# make dist      build wheel and sdist, the same to the last byte each time, in dist/
# make release-check  install the wheel as somebody else would, and use it
# make oldest    run the tests with the oldest libraries that pyproject.toml allows; make newest, with the newest
# make licences  write docs/licences.md; make audit  ask whether a library has a known hole (needs a network)
# make duplicates  how many copies of an activity are found, and how many others are taken for one

PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$name && break; done)
VENV := .venv
# Where a virtual environment keeps its programs, and what Windows has their names end in.
ifeq ($(OS),Windows_NT)
SCRIPTS := Scripts
EXE := .exe
export PYTHONUTF8 := 1
else
SCRIPTS := bin
EXE :=
endif
BIN := $(VENV)/$(SCRIPTS)
MEASURING := .venv-bench
MUTATING := .venv-mutants
CORPUS := $(or $(LOADWATCH_CORPUS),../shared/corpus)
# Three years of one runner.
REAL = $(shell $(BIN)/python tools/histories.py "$(CORPUS)" three-years)

# The tests in an environment of their own, but those that take long and need no library of ours; a library that is
# out of date may be warned of by another.
define tested_with
	$(BIN)/python -m venv --clear $(1)
	$(1)/$(SCRIPTS)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(1)/$(SCRIPTS)/python -m pip install --quiet --disable-pip-version-check --editable '.[parquet]' --group dev $(2)
	$(1)/$(SCRIPTS)/python -m pip list --disable-pip-version-check
	$(1)/$(SCRIPTS)/python -m pytest -W default --ignore tests/report/browser --ignore tests/test_notebooks.py \
		--ignore tests/cli/test_kill.py --ignore tests/test_release.py
endef

.PHONY: demo test lint types contracts tests coverage mutants docs site samples kill fuzz validate injections \
	differences duplicates bench screenshots picture dist release-check oldest newest licences audit clean
.DELETE_ON_ERROR:

demo: $(VENV)/installed
	@$(BIN)/loadwatch scan sample_activities --out loadwatch-report
	@echo "Open the report in a browser: $(CURDIR)/$$(ls -t loadwatch-report/*.html | head -n 1)"

test: lint types contracts tests

lint: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/developing
	$(BIN)/mypy

contracts: $(VENV)/developing
	$(BIN)/lint-imports

tests: $(VENV)/developing
	$(BIN)/python tools/make_samples.py --check
	$(BIN)/python tools/document.py --check
	$(BIN)/pytest --numprocesses auto --dist loadfile -m "not alone"
	$(BIN)/pytest -m alone

coverage: $(VENV)/developing
	rm -rf build/coverage
	$(BIN)/coverage run -m pytest --numprocesses auto --dist loadfile -m "not alone"
	$(BIN)/coverage run -m pytest -m alone
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under 95
	$(BIN)/coverage report --fail-under 100 --include "*/loadwatch/metrics/*,*/loadwatch/flags/*"

mutants: $(MUTATING)/installed
	$(MUTATING)/$(SCRIPTS)/python tools/mutants.py $(if $(SHARE),--share $(SHARE)) $(FILES)

docs: $(VENV)/developing
	$(BIN)/python tools/document.py

# The variable keeps an advertisement of the theme's from between what there is to read.
site: docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "Open the site in a browser: $(CURDIR)/build/site/index.html"

samples: $(VENV)/developing
	$(BIN)/python tools/make_samples.py

kill: $(VENV)/developing
	LOADWATCH_KILLS=50 $(BIN)/pytest tests/cli/test_kill.py

fuzz: $(VENV)/developing
	$(BIN)/python tools/fuzz.py $(if $(wildcard $(CORPUS)/manifest.csv),--corpus $(CORPUS))

validate: $(VENV)/developing
	$(BIN)/python tools/validate.py --corpus $(CORPUS) --output docs/validation.md

bench: $(MEASURING)/installed
	LOADWATCH_CORPUS=$(CORPUS) $(MEASURING)/$(SCRIPTS)/python benchmarks/readers.py --output docs/benchmarks.md
	$(MEASURING)/$(SCRIPTS)/python benchmarks/scan.py --real "$(REAL)" --output docs/scan_speed.md

injections: $(VENV)/developing
	$(BIN)/python tools/injections.py $(if $(wildcard $(REAL)),--real "$(REAL)") --output docs/injections.md

differences: $(VENV)/developing
	$(BIN)/python tools/differences.py --corpus $(CORPUS) --output docs/readers.md

duplicates: $(VENV)/developing
	$(BIN)/python tools/duplicates.py $(if $(wildcard $(CORPUS)/manifest.csv),--corpus $(CORPUS))

screenshots: $(VENV)/developing
	$(BIN)/python tools/screenshots.py $(if $(wildcard $(CORPUS)/manifest.csv),--corpus $(CORPUS)) \
		$(if $(SHOTS),--output "$(SHOTS)")

picture: $(VENV)/installed
	$(BIN)/loadwatch scan sample_activities --as-of 2026-10-25 --out build/picture --no-cache --quiet
	cp build/picture/loadwatch-2026-W43.png docs/week.png

# The time of the last commit stands in both, where git knows it, so that who builds them again gets the same.
dist: $(VENV)/developing
	rm -rf dist
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 1577836800)} \
		$(BIN)/python -m hatchling build --target wheel --target sdist --directory dist

release-check: dist
	LOADWATCH_RELEASE=1 $(BIN)/pytest tests/test_release.py

oldest: $(VENV)/developing
	@mkdir -p build
	$(BIN)/python tools/oldest.py > build/oldest.txt
	$(call tested_with,.venv-oldest,--constraint build/oldest.txt)

newest: $(VENV)/developing
	$(call tested_with,.venv-newest,--upgrade)

licences: $(VENV)/developing
	$(BIN)/python tools/licences.py

audit: $(VENV)/developing
	$(BIN)/python -m pip install --quiet --group audit
	$(BIN)/pip-audit --skip-editable

clean:
	rm -rf $(VENV) .venv-oldest .venv-newest $(MEASURING) $(MUTATING) mutants dist build loadwatch-report loadwatch-demo \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# A file marks what is installed, so that a second call costs nothing.
$(VENV)/installed: pyproject.toml | $(BIN)/python$(EXE)
	@echo "Installing loadwatch into $(VENV) (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/developing: $(VENV)/installed
	@echo "Installing the tools for development into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --group docs
	@touch $@

# Apart from the rest, since gpxpy reads otherwise where lxml is installed.
$(MEASURING)/installed: pyproject.toml | $(BIN)/python$(EXE)
	@$(BIN)/python -m venv $(MEASURING)
	@$(MEASURING)/$(SCRIPTS)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(MEASURING)/$(SCRIPTS)/python -m pip install --quiet --disable-pip-version-check --editable . --group bench
	@touch $@

# Apart from the rest, as who only develops needs none of it.
$(MUTATING)/installed: pyproject.toml | $(BIN)/python$(EXE)
	@$(BIN)/python -m venv $(MUTATING)
	@$(MUTATING)/$(SCRIPTS)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(MUTATING)/$(SCRIPTS)/python -m pip install --quiet --disable-pip-version-check --editable . --group mutants
	@touch $@

$(BIN)/python$(EXE):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing; install it with: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing; install it with: sudo apt-get install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
