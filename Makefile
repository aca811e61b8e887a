# `make demo` and `make test` set up by themselves all that they need; see scripts/setup.

bin := .venv/bin
tests ?= tests
# The rooms whose tests start no server, no child and no film.
pure := $(addprefix tests/,check corpus digest layout ledger likeness model parse reply settings)
# Tests wait for children and servers a part of their time, so one worker more than cores keeps all of them busy. A
# worker that has nothing left takes over what another has not begun: the longest tests end no run alone.
workers := $(shell expr $$(nproc) + 1)
pytest := $(bin)/pytest -q -n $(workers) --maxprocesses 4 --dist worksteal --basetemp=.cache/pytest
checks := $(bin)/ruff check . && $(bin)/ruff format --check . && $(bin)/mypy && \
	$(bin)/lint-imports --cache-dir .cache/import-linter

# Every tool keeps its caches in the checkout.
export TMPDIR := $(CURDIR)/.cache/tmp
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis
export PYTHONUTF8 := 1
# Bytecode is kept from one run to the next, whatever the machine's environment says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-cluster test test-fast coverage lint setup bench clean

help:
	@echo 'make demo       the whole job on an embedded mailbox; results in demo-out/'
	@echo 'make demo-cluster  the same on a cluster of two workers with an S3 endpoint, all on this machine'
	@echo 'make test       all checks and tests          (make test tests=tests/check: only these)'
	@echo 'make test-fast  the pure rooms'\'' tests alone, for the inner loop'
	@echo 'make coverage   the tests with branches counted; check, form, ledger, outgoing want 95 %'
	@echo 'make lint       the checks without the tests'
	@echo 'make setup      set up for development, run nothing'
	@echo 'make bench      the table of how fast it is   (make bench rows=start,mails: some of it)'
	@echo 'make clean      remove caches, builds and demo-out/; .venv stays'

demo:
	@scripts/setup demo
	@$(bin)/mailbot demo --dir demo-out

demo-cluster: setup
	@$(bin)/python scripts/cluster demo-cluster-out

# mypy keeps one core busy for half a minute: the checks run beside the tests, and are shown where they fail.
test: setup
	@($(checks)) >.cache/lint.log 2>&1 & lint=$$!; \
	$(pytest) --durations=25 $(tests); tested=$$?; \
	wait $$lint || { cat .cache/lint.log; exit 1; }; exit $$tested

test-fast: setup
	$(pytest) $(pure)

coverage: setup
	$(pytest) --cov --cov-report= $(tests)
	@short=; for room in check form ledger outgoing; do \
		printf '%s: ' $$room; \
		$(bin)/coverage report --include="mailbot/$$room/*" --format=total --fail-under=95 || short=yes; \
	done; [ -z "$$short" ]

lint: setup
	$(checks)

setup:
	@scripts/setup dev

bench: setup
	@$(bin)/python -m bench $(rows)

clean:
	rm -rf .cache mutants build dist demo-out demo-cluster-out *.egg-info
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
