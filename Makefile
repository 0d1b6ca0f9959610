# Everything starts here. `make demo` and `make test` need nothing set up before them but make and a Python 3.
# GROUND is made once by .ci/setup (uv, Python 3.12, the locked packages, this package, front-end parts, Debian packages)
# and is made again only when one of the files it depends on changes.

BIN := .venv/bin
GROUND := .venv/.stamp-ground
BENCH ?= --loans 1000000 --json

.DEFAULT_GOAL := demo
.PHONY: demo test check bench docs clean

demo: $(GROUND)  ## an invented lender of 20,000 loans, 120 closes, one morning
	@$(BIN)/arrears demo

test: check  ## everything that must hold before a change goes in
	$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/structure $(ARGS)

check: $(GROUND)  ## style, types, import contracts, tests about the house, behaviours whole / part / none
	$(BIN)/ruff check .
	$(BIN)/yamllint --strict .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/structure
	@$(BIN)/python tests/structure/behaviours.py

bench: $(GROUND)  ## the close, one loan, an import, a read, the gate and its second opinion, the audit log
	$(BIN)/python benchmarks/close.py $(BENCH)
	$(BIN)/python benchmarks/one_loan.py --loans 20000 --json
	$(BIN)/python benchmarks/import_csv.py --rows 100000 --json
	$(BIN)/python benchmarks/data.py --rows 200000 --json
	$(BIN)/python benchmarks/gate_decide.py --people 10000 --json
	$(BIN)/python benchmarks/gate_oracle.py --cases 1000000 --json
	$(BIN)/python benchmarks/audit_verify.py --leaves 1000000 --json

docs: $(GROUND)  ## write the generated pages again
	$(BIN)/python tests/structure/pages.py

clean:  ## remove what runs leave behind; .venv and .tools stay
	rm -rf demo-book demo-book-audit build dist spark-warehouse metastore_db derby.log .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
	find . \( -path ./.venv -o -path ./.tools -o -path ./.git \) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

$(GROUND): requirements.lock tools.lock node.lock package-lock.json .npmrc pyproject.toml apt-packages.txt .ci/setup
	@.ci/setup
	@touch $@
