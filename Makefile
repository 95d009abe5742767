# make demo, make test, make check: each does the set-up it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
UV_COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

# What the libraries take on disk, for people to know before they install them (measured on Linux, x86-64).
LIGHT_SIZE := 180 MB
FULL_SIZE := 560 MB

# What reaches the branches of the pure modules (pyproject.toml names these, and how much must be reached). Tests that
# look at the time a thing takes are left out: counting branches takes time.
PURE_TESTS = $(wildcard $(patsubst %,tests/unit/test_%.py,admission_* authentication bounces copies \
    digest_summary digest_chart digest_life intent_* layout_* limits lists_* masking normalise_* read_kinds read_mails \
    requests_* retry roles screening_* staff_word suggestions validate_*))

.PHONY: demo test check format lock run clean

# `make demo EXTRAS=no` leaves out what reads scans, old Word files, rar and 7z.
EXTRAS ?= yes
DEMO_LOCK := $(if $(filter no,$(EXTRAS)),demo,full)

demo: $(VENV)/$(DEMO_LOCK).done
	$(BIN)/python run_bot.py demo

test: $(VENV)/dev.done
	$(BIN)/python -m pytest

check: $(VENV)/dev.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py tests/test_docs.py -q
	$(BIN)/python -m pytest $(PURE_TESTS) -q -k 'not large_table and not long_texts' --cov

format: $(VENV)/dev.done
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/dev.done
	$(UV_COMPILE) pyproject.toml -o requirements/base.lock
	$(UV_COMPILE) -c requirements/base.lock --extra demo pyproject.toml -o requirements/demo.lock
	$(UV_COMPILE) -c requirements/base.lock --extra full pyproject.toml -o requirements/full.lock
	$(UV_COMPILE) -c requirements/full.lock --all-extras --group dev pyproject.toml -o requirements/dev.lock

clean:
	rm -rf $(VENV) demo-output .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 或更新的版本 / Python 3.11 or newer is needed'; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo.done: requirements/demo.lock | $(BIN)/python
	@echo '正在安装所需的库，不含文字识别等可选部分，装好约占 $(LIGHT_SIZE)……'
	$(BIN)/python -m pip install -q --require-hashes -r requirements/demo.lock
	@touch $@

$(VENV)/full.done: requirements/full.lock | $(BIN)/python
	@echo '正在安装所需的库，含扫描件文字识别等可选部分，装好约占 $(FULL_SIZE)；'
	@echo '不想装可选部分，请按 Ctrl-C，改用 make demo EXTRAS=no（约 $(LIGHT_SIZE)，不读扫描件和照片）。'
	$(BIN)/python -m pip install -q --require-hashes -r requirements/full.lock
	@touch $@ $(VENV)/demo.done

$(VENV)/dev.done: requirements/dev.lock | $(BIN)/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.lock
	@touch $@ $(VENV)/full.done $(VENV)/demo.done
