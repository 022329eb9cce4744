# Two commands are enough: `make run` and `make test`. `make help` lists the rest.

VENV := .venv
IN_VENV := $(VENV)/bin/python
READY := $(VENV)/ready
LOCK := requirements.lock
WORKERS := -n auto --dist worksteal
QUICK := tests/rules tests/models tests/reports tests/config tests/house
PIP_INSTALL := PYTHONWARNINGS=ignore $(IN_VENV) -m pip install --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help install run test quick check bench lock texts pages

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY) ## everything on this machine, with example data: portal, dashboard, mail catcher; ZALO=1: a stand-in for Zalo too
	@$(if $(ZALO),$(IN_VENV) -m tests.fakes.zalo_platform.beside) $(IN_VENV) -m cli up --demo

test: $(READY) ## every test, a worker for each core; servers that are installed are used, none is needed
	@$(IN_VENV) -m pytest $(WORKERS)

quick: $(READY) ## what can be tested without a server and without a browser, in about a minute: for daily work
	@$(IN_VENV) -m pytest $(WORKERS) -m "not postgresql and not office and not imap" $(QUICK)

check: $(READY) ## lint, format, types, import contracts
	@$(IN_VENV) -m ruff check
	@$(IN_VENV) -m ruff format --check
	@$(IN_VENV) -m mypy
	@$(IN_VENV) -c 'from importlinter.cli import lint_imports_command as lint; lint()'

bench: $(READY) ## speed, each figure beside its limit
	@$(IN_VENV) -m cli bench

install: $(READY) ## set up .venv with the locked versions; the others do it by themselves

texts: ## gather the portal's texts for their English; then fill in what portal.po leaves empty
	@$(IN_VENV) -m babel.messages.frontend -q extract -F portal/locale/extract.cfg --no-location --sort-output -o $(VENV)/portal.pot portal
	@$(IN_VENV) -m babel.messages.frontend -q update -i $(VENV)/portal.pot -l en -d portal/locale -D portal --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --omit-header

pages: $(READY) ## write the pages of docs/ that are made from the code
	@$(IN_VENV) -m tests.house.written_pages

lock: ## pin the newest versions that pyproject.toml allows (needs uv)
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-header --no-annotate --quiet --output-file $(LOCK) >/dev/null

# The first Python that is new enough and can make a virtual environment; otherwise says what to install.
define FIND_PYTHON
for python in $(PYTHON) python3.13 python3.12 python3.11 python3.14 python3; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		found=$$python; $$python -c 'import ensurepip' 2>/dev/null && break; \
	fi; python=; \
done; \
if [ -z "$$python" ] && [ -n "$$found" ]; then \
	package=$$($$found -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	echo "Thiếu gói $$package. Hãy chạy: sudo apt install $$package" >&2; \
	echo "$$package is missing. Please run: sudo apt install $$package" >&2; exit 1; \
elif [ -z "$$python" ]; then \
	echo "Cần Python 3.11 trở lên. Hãy chạy: sudo apt install python3 python3-venv" >&2; \
	echo "Python 3.11 or newer is needed. Please run: sudo apt install python3 python3-venv" >&2; exit 1; \
fi
endef

$(READY): $(LOCK) pyproject.toml
	@$(FIND_PYTHON); \
	echo "Đang cài đặt vào $(VENV), mất vài phút… / Setting up $(VENV), this takes some minutes…"; \
	$(IN_VENV) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $$python -m venv --clear $(VENV)
	@$(PIP_INSTALL) --no-deps --require-hashes -r $(LOCK)
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ && echo "Đã sẵn sàng. / Ready."
