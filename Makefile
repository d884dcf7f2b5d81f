# Two commands for a newcomer: `make book` and `make test`. Both make .venv on first use.
# PYTHON=python3.12 chooses the interpreter .venv is made with; PROFILE=quick the scale of a run.
PYTHON ?=
PROFILE ?= paper
BIN := .venv/bin
ENV := .venv/.installed
BENCH := .venv/.benchmarks
OPTIONS ?=

.PHONY: help book test notebooks reproduce verify bench pdf zip links clean distclean
.DEFAULT_GOAL := help

help: ## show these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

# A stamp that names another folder was copied with its checkout, and its programs lead back there.
ifneq ($(shell cat $(ENV) 2>/dev/null),$(CURDIR))
.PHONY: $(ENV)
endif

$(ENV): requirements.lock pyproject.toml tools/make_venv.sh
	@PYTHON="$(PYTHON)" sh tools/make_venv.sh

book: $(ENV) ## execute the notebooks and build the book; PROFILE=quick computes everything live
	@$(BIN)/slfkit book --profile $(PROFILE)

test: $(ENV) ## ruff, unit tests, notebooks re-executed, the book in a browser; OPTIONS=--long: all
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/codespell
	@OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests notebooks \
	--nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg $(OPTIONS)

notebooks: $(ENV) ## execute notebooks/*.py into the committed .ipynb files
	@$(BIN)/slfkit notebooks

reproduce: $(ENV) ## compute the runs that have no record yet
	@$(BIN)/slfkit reproduce --profile $(PROFILE)

verify: $(ENV) ## check every record and recompute a sample
	@$(BIN)/slfkit verify

$(BENCH): $(ENV) benchmarks/requirements.txt
	@PIP_USER=0 $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r benchmarks/requirements.txt \
	&& touch $@ || echo "slfkit: without vector-quantize-pytorch its rows are not measured" >&2

bench: $(BENCH) ## images per second, side by side; OPTIONS="--all --save", --help tells the rest
	@$(BIN)/python -m benchmarks $(OPTIONS)

pdf: $(ENV) ## print the whole book to _build/pdf with Chromium
	@$(BIN)/slfkit pdf

zip: book ## pack book, PDF, records and code for offline use into _build/zip
	@$(BIN)/slfkit pdf || { rm -f _build/pdf/slfkit.pdf; echo "slfkit: the zip will hold no PDF" >&2; }
	@$(BIN)/slfkit zip

links: $(ENV) ## ask whether what the book links to outside is there; needs a network
	@$(BIN)/jupyter-book build . --builder linkcheck

clean: ## remove what was built; runs/ and .venv stay
	rm -rf _build book/_drawn .ruff_cache

distclean: clean ## remove .venv too
	rm -rf .venv slfkit.egg-info
