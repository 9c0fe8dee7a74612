# Two commands do everything: `make demo` shows the main job, `make test` passes the tests.
# Both make their own .venv from the lock; all they need is Python 3.11 or newer, git and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo simulate test check synapse bench soak format clean

demo: .venv/.ready
	$(BIN)/klankbord demo

simulate: .venv/.ready
	$(BIN)/klankbord simulate --rounds 4

test: .venv/.ready
	$(BIN)/pytest -n auto --dist loadfile

check: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist loadfile

synapse: .venv/.ready  # the homeserver that the tests of Matrix play on; without it they are skipped
	UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --quiet --locked --inexact --group dev --group synapse

bench: .venv/.ready
	$(BIN)/python -m tests.bench

soak: .venv/.ready
	$(BIN)/python -m tests.crash --kills 500

format: .venv/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/.ready: uv.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --quiet --locked --inexact --group dev
	touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
