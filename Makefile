# `make help` lists the targets. Build and test share one build tree, so their flags are the same.

SWIFT ?= swift
# Options for the program that a target runs: make demo ARGS=--script, make test ARGS="--filter Task", make bench ARGS=...
ARGS ?=
PREFIX ?= /usr/local
DESTDIR ?=

# Tests that run at a time: they start real programs and wait for real events, and two cores serve a few of them well.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 6

# With the index store: SwiftPM finds tests in it.
FLAGS = -debug-info-format none --explicit-target-dependency-import-check error
RELEASE_FLAGS = -c release --static-swift-stdlib -debug-info-format none
PROGRAM = orchestratia-hub
# The hub gives the other two to new servers, so the three are built, installed and kept together.
PROGRAMS = $(PROGRAM) orchestratia-agent orchestratia
STRIPPED = $(PROGRAMS:%=.build/stripped/%)
UNITS = orchestratia-hub.service orchestratia-agent.service
SHARE = $(PREFIX)/share/orchestratia
SWIFT_FILES = Sources Tests $(wildcard Benchmarks) Package.swift

.DEFAULT_GOAL = help
.PHONY: help demo test lint format build release install bench

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.* ## /\1	/p' Makefile | expand -t 10

demo: ## Build and run the hub with a simulated Telegram (ARGS=--script plays a conversation and exits)
	@.ci/prepare build
	for program in $(PROGRAMS); do $(SWIFT) build $(FLAGS) --product $$program || exit; done
	.build/debug/$(PROGRAM) demo $(ARGS)

test: ## Build and run all tests (ARGS="--filter Name" for some)
	@.ci/prepare test
	@.ci/test $(SWIFT) test $(FLAGS) $(ARGS)

lint: ## Check format and house rules
	@.ci/prepare build
	$(SWIFT) format lint -r --strict --configuration .swift-format $(SWIFT_FILES)
	.ci/lint

format: ## Format the sources
	$(SWIFT) format -i -r --configuration .swift-format $(SWIFT_FILES)

build: ## Build everything for debugging
	@.ci/prepare build
	$(SWIFT) build $(FLAGS)

release: ## Build the three programs optimised, without needing Swift where they run
	@.ci/prepare build
	$(foreach program,$(PROGRAMS),$(SWIFT) build $(RELEASE_FLAGS) --product $(program) &&) true
	@mkdir -p .build/stripped
	$(foreach program,$(PROGRAMS),strip -o .build/stripped/$(program) .build/release/$(program) &&) true

$(STRIPPED) &:
	$(MAKE) release

install: $(STRIPPED) ## Install what `make release` built (PREFIX=/usr/local, DESTDIR=)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(SHARE)/commands $(DESTDIR)$(SHARE)/agents $(DESTDIR)$(SHARE)/pipelines $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 755 $(STRIPPED) $(DESTDIR)$(PREFIX)/bin
	install -m 644 commands/*.yaml $(DESTDIR)$(SHARE)/commands
	install -m 644 etc/hub.yaml $(DESTDIR)$(SHARE)/hub.yaml
	$(foreach unit,$(UNITS),sed 's|@PREFIX@|$(PREFIX)|g' etc/$(unit) > $(DESTDIR)$(PREFIX)/lib/systemd/system/$(unit) &&) true
	chmod 644 $(UNITS:%=$(DESTDIR)$(PREFIX)/lib/systemd/system/%)
	cp -R etc/agents etc/pipelines $(DESTDIR)$(SHARE)/

bench: ## Build optimised and run the benchmarks
	@.ci/prepare build
	$(SWIFT) build $(RELEASE_FLAGS)
	.build/release/orchestratia-bench $(ARGS)
