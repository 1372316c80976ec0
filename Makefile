# `make` alone lists what there is.
BIN := .venv/bin
ARGS ?=
export PYTHON

.PHONY: help env up demo audit test lint bench openapi doctor backup restore secrets test-compose vendor release
.DEFAULT_GOAL := help

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | while IFS=@ read -r name text; do \
		printf '%-19s %s\n' "$$name" "$$text"; done

env: .venv/synced ## Make the environment in .venv from the lock file (PYTHON=... names the Python)
	@:

.venv/synced: pyproject.toml uv.lock launch/environment.sh
	@sh launch/environment.sh

up: env ## Start the system, and keep it running until Ctrl-C (TASKSYNC_PORT, TASKSYNC_DATA)
	@exec $(BIN)/python -m launch up

demo: env ## Fill a running system with a small team, its rooms and tasks
	@exec $(BIN)/python -m launch demo

audit: env ## Compare the four databases of a running system (ARGS=--repair mends)
	@$(BIN)/python -m launch audit $(ARGS)

doctor: env ## Look over a running system: a line for each thing, what is wrong, and what to do
	@$(BIN)/python -m launch doctor

backup: env ## Dump the four databases into a new folder (TO=backups)
	@$(BIN)/python -m launch backup "$(or $(TO),backups)"

restore: env ## Put the databases back to a backup, and mend what then disagrees (FROM=backups/... ONLY="tasks")
	@$(BIN)/python -m launch restore "$(or $(FROM),$(error FROM names the backup to restore))" $(ONLY)

test: env ## Run every test tier (ARGS="tests/launch -x" narrows it down)
	@$(BIN)/python -m pytest $(or $(ARGS),--numprocesses 3 --dist worksteal)

lint: env ## Check format, style, types and imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: env ## Measure TaskSync beside a yardstick, in turns in one go (other figures: docs/speed.md)
	@$(BIN)/python -m bench.speed $(ARGS)

openapi: env ## Write the public document anew, from what the services say of their routes
	@$(BIN)/python -m chassis.openapi users rooms tasks keys gateway > .venv/openapi.json
	@mv .venv/openapi.json gateway/document/openapi.json

secrets: ## Make the secrets of a deployment in secrets/ (TASKSYNC_SECRETS), where compose.yml and stack.yml look for them
	@sh deploy/secrets.sh

test-compose: env ## Run what needs a Docker engine: compose.yml, with each container killed in turn
	@$(BIN)/pytest tests/compose $(ARGS)

vendor: env ## Bring the web client's libraries anew from the npm registry, as pinned
	@$(BIN)/python -m gateway.web.vendor

release: ## Tag the version in pyproject.toml, keep its code for the test of upgrades, and say what comes next
	@sh tests/upgrades/release.sh
