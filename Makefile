# Everything is done by the modules of ops/; this file names them.
PYTHON ?= python3
PORT ?= 8000
PLATFORM_PORT ?= 8100
export PORT PLATFORM_PORT
BIN = .venv/bin
UV = var/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: demo stop test test-fast lint bench messages lock vendor

demo:  ## the demonstration, served on 127.0.0.1:$(PORT); Ctrl-C stops it
	@$(PYTHON) -m ops.demo

stop:  ## stop what a demonstration left
	@$(PYTHON) -m ops.demo stop

test:  ## every test, on private servers, in a real browser
	@$(PYTHON) -m ops.test -n 2 $(ARGS)

test-fast:  ## the tests that need no server
	@$(PYTHON) -m ops.test -m "not server" $(ARGS)

lint:  ## the lint gate
	@$(PYTHON) -m ops.lint

bench:  ## the benchmarks, or those of ONLY: ratios, written to docs/benchmarks.md
	@$(PYTHON) -m ops.bench $(ONLY)

messages:  ## collect the texts to translate
	@$(BIN)/python manage.py makemessages -l fr --no-wrap --no-location -i var -i .venv

lock:  ## renew the hash-locked requirements (maintainers)
	@for name in requirements-bootstrap requirements requirements-platform requirements-moto requirements-ckan \
		requirements-sensorthings requirements-mitmproxy requirements-dev; do \
		$(UV) $$name.in -o $$name.txt || exit 1; done

vendor:  ## renew static/vendor from package-lock.json (maintainers)
	@$(PYTHON) -m ops.vendor
