# All that a fresh machine needs is python3, make and git; tools/setup.py sees to the rest.
PYTHON ?= python3

# `make run PORT=9018 PORTAL_PORT=9020 AGENT_PORT=9032 DIR=elsewhere`; what the environment calls PORT is another program's.
given = $(if $(filter command,$(origin $(1))),$(2)$($(1)))
UP = $(call given,DIR) $(call given,PORT,--port=) $(call given,PORTAL_PORT,--portal-port=) $(call given,AGENT_PORT,--agent-port=)

.PHONY: run test bench dist lock clean

run:
	@$(PYTHON) -m tools.setup run
	@.venv/bin/tempgoods-edi up $(UP)

test:
	@$(PYTHON) -m tools.setup test
	@.venv/bin/tox run

bench:
	@$(PYTHON) -m tools.setup test
	@.venv/bin/tox run -e bench

# The release: source archive, wheel and list of parts (SBOM), in dist/.
dist:
	@$(PYTHON) -m tools.setup test
	@.venv/bin/python -m tools.dist

# Takes into the lock files what pyproject.toml asks for since; with UPGRADE=1 the newest of everything.
lock:
	@$(PYTHON) -m tools.setup lock
	@.venv/bin/python -m tools.lock $(if $(UPGRADE),--upgrade)

clean:
	rm -rf .venv .tox .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
