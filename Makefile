# All that a fresh machine needs is python3, make and git; tools/setup.py sees to the rest.
PYTHON ?= python3

.PHONY: run test bench clean

run:
	@$(PYTHON) -m tools.setup run
	@.venv/bin/tempgoods-edi up

test:
	@$(PYTHON) -m tools.setup test
	@.venv/bin/tox run

bench:
	@$(PYTHON) -m tools.setup test
	@.venv/bin/tox run -e bench

clean:
	rm -rf .venv .tox .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
