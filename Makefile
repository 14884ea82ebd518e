# The one list of commands; docs/developers.md says what each is for.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
UV := .venv/bin/uv pip sync -q --python $(PY) --require-hashes --only-binary :all:
LOCK := .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"
STACK := $(PY) -m partybuild.devstack
SCHEMA := $(PY) manage.py spectacular --validate --fail-on-warn
FRONT := static/dist/.done
PORT ?= 8000

.PHONY: help pictures run test test-nightly check _check fix words schema import play-quarter matrix chaos bench reset lock

help:
	@echo "make run [PORT=8000]      everything on demo data, with sign-ins"
	@echo "make test                 the tests; make test-nightly: the long forms too"
	@echo "make check / make fix     lint, format, types, import order, migrations, schema, templates / mend"
	@echo "make schema               write the REST contract to docs/api/openapi.yaml"
	@echo "make import RESOURCE=areas FILE=path [APPLY=1]"
	@echo "make play-quarter [SEED=n] [AREAS=file] [QUARTER=2026Q4] [FEEDBACK=half_yearly]"
	@echo "make matrix               every line of the law from every place, and its planted faults"
	@echo "make chaos [KILLS=100] [NOTICES=1000]   kill everything at random over a wave of reminders"
	@echo "make bench [BENCH=name]"
	@echo "make pictures [ONLY=name] the pictures of docs/users, out of a demo of their own"
	@echo "make reset                throw the demo database away"
	@echo "make lock                 renew the locks after a change of requirements/*.in"

# -- Setting up: every command brings what it needs -------------------------------------------
.venv/bin/uv: requirements/uv.txt
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	python3 -m venv .venv
	.venv/bin/pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/uv.txt
	@touch $@

.venv/.demo: .venv/bin/uv requirements/demo.txt
	$(UV) requirements/demo.txt
	@rm -f .venv/.dev
	@touch $@

.venv/.dev: .venv/bin/uv requirements/dev.txt
	$(UV) requirements/dev.txt
	@touch $@

# A development environment holds everything the demo needs.
.PHONY: _demo
_demo: $(if $(wildcard .venv/.dev),.venv/.dev,.venv/.demo)

node_modules/.done: package-lock.json package.json
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null \
		|| { echo "Node 20 or newer with npm is needed (Debian 12's own is older)."; exit 1; }
	npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

$(FRONT): node_modules/.done $(shell find static -type f -not -path 'static/dist/*' 2>/dev/null)
	npm run -s build
	@touch $@

# -- Commands ---------------------------------------------------------------------------------
run: _demo $(FRONT)
	@$(STACK) run --port $(PORT)

test: .venv/.dev $(FRONT)
	@$(PY) -m tests.halves $(ARGS)

test-nightly: .venv/.dev $(FRONT)
	@$(PY) -m tests.halves -m "slow or not slow" $(ARGS)

check: .venv/.dev $(FRONT)
	@$(STACK) exec --fresh -- $(MAKE) -j 2 --output-sync=target --keep-going _check

fix: .venv/.dev
	.venv/bin/ruff check -q --fix .
	.venv/bin/ruff format -q .
	git ls-files -z 'templates/*.html' | xargs -0r .venv/bin/djade --target-version 5.2

# The plain words of 大字版, compiled; needs gettext.
words:
	find locale -name '*.po' -execdir msgfmt --check -o django.mo django.po \;

schema: .venv/.dev
	@mkdir -p docs/api
	$(STACK) exec --fresh -- $(SCHEMA) > docs/api/openapi.yaml

import: _demo
	@test -n "$(RESOURCE)" -a -n "$(FILE)" || { echo "Say what to import: make import RESOURCE=areas FILE=path [APPLY=1]"; exit 2; }
	@$(STACK) exec --demo --migrate -- $(PY) manage.py import_file "$(RESOURCE)" "$(FILE)" $(if $(APPLY),--apply)

play-quarter: _demo
	@$(STACK) exec --fresh --migrate --deployment demo -- $(PY) manage.py play_quarter \
		$(if $(SEED),--seed "$(SEED)") $(if $(AREAS),--areas "$(AREAS)") \
		$(if $(QUARTER),--quarter "$(QUARTER)") $(if $(FEEDBACK),--feedback "$(FEEDBACK)")

pictures: .venv/.dev $(FRONT)
	@$(STACK) exec --fresh --migrate --deployment demo -- $(PY) -m tests.pictures docs/users/pictures $(ONLY)

matrix: .venv/.dev $(FRONT)
	@$(STACK) exec --fresh -- $(PY) -m tests.matrix

chaos: .venv/.dev
	@$(PY) -m tests.chaos $(if $(KILLS),--kills "$(KILLS)") $(if $(NOTICES),--notices "$(NOTICES)") \
		$(if $(SEED),--seed "$(SEED)") $(if $(CONTROL),--control)

bench: .venv/.dev
	@$(STACK) exec --fresh --migrate --deployment demo -- $(PY) -m benchmarks $(BENCH)

reset: _demo
	@$(STACK) reset

lock: .venv/bin/uv
	cd requirements && for name in uv base demo dev; do ../$(LOCK) $$name.in -o $$name.txt || exit 1; done

# -- What make check is made of (each may fail by itself; all are run) -------------------------
CHECKS := _ruff _types _imports _migrations _schema _templates _words _locks _advisories
.PHONY: $(CHECKS)
_check: $(CHECKS)

_ruff:
	.venv/bin/ruff check -q .
	.venv/bin/ruff format -q --check .

_types:
	.venv/bin/mypy

_imports:
	.venv/bin/lint-imports

_migrations:
	$(PY) manage.py makemigrations --check --dry-run

_schema:
	set -o pipefail; $(SCHEMA) | diff -u docs/api/openapi.yaml - \
		|| { echo "The REST contract is not as committed: make schema writes it down."; exit 1; }

_templates:
	git ls-files -z 'templates/*.html' | xargs -0r .venv/bin/djade --check --target-version 5.2

_words:
	test ! -d locale || find locale -name '*.po' -exec msgfmt --check -o /dev/null {} \; 2>&1 | (! grep .)

_advisories:
	@$(PY) .ci/audit

_locks:
	! grep -nE '://|--(index|extra|find)' requirements/*.txt
	! grep -n '"resolved"' package-lock.json
