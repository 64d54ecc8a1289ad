# Common Table. `make help` lists what can be made; `make run` is the place to start.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

LISTEN ?= 127.0.0.1:8080
GOLANGCI_LINT := v2.15.0

assets := internal/web/assets/manifest.json
demonstration := data/demonstration.db
lint := bin/golangci-lint-$(GOLANGCI_LINT)

# npm's own note of what it installed, newer than the list that it installed from.
installed := node_modules/.package-lock.json
sources := $(shell find frontend -type f -not -path 'frontend/node_modules/*' 2>/dev/null)

.PHONY: help run build assets generate current test test-fast test-all bench fmt lint check clean crash

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build $(demonstration) ## play a demonstration of 150 areas over 12 years, and serve it (LISTEN=127.0.0.1:8080)
	@echo "Ctrl-C stops it."
	@exec ./bin/commontable serve --database sqlite:./$(demonstration) --listen $(LISTEN)

build: assets ## the program, ./bin/commontable
	@CGO_ENABLED=0 go build -trimpath -ldflags=-s -o bin/commontable ./cmd/commontable

assets: $(assets) ## styles, script and fonts, where their sources have changed

generate: ## Go from the templ pages
	@go tool templ generate -log-level error

test: build browser/$(installed) ## every test: both databases, then a browser on every kind of page
	@scripts/need postgres chromium hledger
	@scripts/postgres run go test -vet=off -timeout 30m ./... # make lint vets
	@node browser/smoke.mjs --world demonstration # on both cores; those below wait more than they work
	@node browser/keyboard.mjs & keys=$$!; trap 'kill $$keys 2>/dev/null || true' EXIT; \
	for world in nothing founded places; do node browser/smoke.mjs --world $$world; done; node browser/passkey.mjs; wait $$keys

test-fast: assets ## Go's tests on SQLite alone, without the longest
	@env -u TEST_POSTGRES go test -short ./...

test-all: test ## test, then Go's tests again with the race detector, and those that take long
	@node browser/smoke.mjs --world demonstration --all
	@node browser/keyboard.mjs --all
	@TEST_ALL=1 scripts/postgres run go test -race -timeout 60m ./...
	@scripts/need strace
	@CRASH_STRACE=1 CRASH_RESTARTS=24 scripts/postgres run go test -v -count=1 -run 'DiskFails|PostgresRestarts' ./internal/app

crash: assets ## kill the program 300 times as it pays, on both databases: nothing acknowledged may be lost
	@scripts/need postgres
	@CRASH_CYCLES=300 scripts/postgres run go test -v -count=1 -timeout 30m -run TestKilledAtAnyMoment ./internal/app

bench: build browser/$(installed) ## how fast it is against what it stands on; appended to docs/performance.md (BENCH='-only P1,P4')
	@scripts/need postgres chromium ledger strace
	@mkdir -p data
	@DURABLE=1 scripts/postgres run go run ./bench -dir data -append docs/performance.md $(BENCH)

fmt: $(lint) ## format Go and templ
	@go tool templ fmt -log-level error .
	@$(lint) fmt

current: ## that the Go made of the templ pages is of the pages as they are
	@before=$$(find . -name '*_templ.go' -exec sha256sum {} + | sort); \
	go tool templ generate -log-level error; \
	[[ $$before == "$$(find . -name '*_templ.go' -exec sha256sum {} + | sort)" ]] || \
		{ echo 'The generated pages were not current. They are now: look at them and commit them.' >&2; exit 1; }
	@! grep -rnE 'WriteString\(.*[ >(]@[a-z]*\.?[A-Za-z]+[({]' --include='*_templ.go' internal || \
		{ echo 'A part of the kit stands on the same line as words, so it is taken for words: give it a line of its own.' >&2; exit 1; }

lint: assets $(lint) current ## golangci-lint, on generated pages that are current
	@$(lint) run

check: assets $(lint) current ## what a change must pass: generated code current, formatted, tidy, linted, tested
	@$(lint) fmt --diff
	@go mod tidy -diff
	@$(MAKE) lint
	@$(MAKE) test

clean: ## remove what was built; ./data stays
	@rm -rf bin frontend/node_modules browser/node_modules
	@find internal/web/assets -mindepth 1 -not -name README.md -delete

# How each is made. What a tool says is shown only when it fails.

quietly = log=$$(mktemp); trap 'rm -f "$$log"' EXIT; { $(1); } >"$$log" 2>&1 || { cat "$$log" >&2; exit 1; }

$(assets): frontend/$(installed) $(sources)
	@echo 'Building styles, script and fonts …'
	@$(call quietly,cd frontend && npm run build)
	@touch $@

%/$(installed): %/package-lock.json %/package.json %/.npmrc
	@scripts/need go node
	@$(call quietly,cd $* && npm ci --ignore-scripts)
	@touch $@

$(demonstration): | build
	@mkdir -p data
	@rm -f $@ $@-wal $@-shm
	@echo 'Playing a demonstration: 150 areas, 12 years. It is kept in $@ …'
	@./bin/commontable demo --areas 150 --years 12 --seed 1 --database sqlite:./$@

$(lint):
	@echo 'Installing golangci-lint $(GOLANGCI_LINT) …'
	@rm -f bin/golangci-lint*
	@$(call quietly,GOBIN=$(CURDIR)/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT))
	@mv bin/golangci-lint $@
