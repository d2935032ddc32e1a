# The everyday commands. `make demo` and `make test` need nothing but cargo, git and make: they install what else is missing.

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
PREFIX ?= /usr/local
DESTDIR ?=
BINARY ?=
# Where `make install` puts things: a PREFIX without a slash in front is a folder below DESTDIR, not the end of its name.
ROOT = $(DESTDIR)$(if $(DESTDIR),$(if $(filter-out /%,$(firstword $(PREFIX))),/))$(PREFIX)

.PHONY: all demo test test-slow lint generate bench install

all:
	$(CARGO) build --release --locked

## Builds packit, makes a source RPM from the bundled example, and prints its path.
demo:
	@scripts/install-missing cc rpmbuild
	@$(CARGO) build --locked
	@examples/demo $(TARGET)/debug/packit $(TARGET)/demo

## Runs all tests; with ../shared/corpus beside this folder, also those against real configurations and the Python packit's verdicts.
test:
	@scripts/install-missing cc rpmbuild cpio cmp gzip tar xz wget rsync kinit krb5kdc kadmin.local apache2 mod_auth_gssapi
	@scripts/install-copr-cli $(TARGET)
	$(CARGO) test --locked --no-run
	scripts/in-memory $(CARGO) test --locked

## Runs the tests that take minutes, besides: long waits and large uploads.
test-slow: test
	$(CARGO) test --locked --test cli -- --ignored slow --nocapture

## Checks the format, and every warning of the compiler and of clippy.
lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- --deny warnings

## Makes man pages and completions again from the definitions of the command line.
generate:
	UPDATE_GENERATED=1 $(CARGO) test --locked --test cli generated

## Times packit against the programs that it must call; see docs/performance.md.
bench:
	@scripts/install-missing cc rpmbuild python3 gzip
	@$(CARGO) build --release --locked
	@python3 benches/bench.py $(TARGET)/release/packit

## Installs packit, man pages, completions and documents; BINARY names a packit that is built, else one is built.
install: $(if $(BINARY),,all)
	install -D -m 755 "$(or $(BINARY),$(TARGET)/release/packit)" "$(ROOT)/bin/packit"
	install -d "$(ROOT)/share/man/man1"
	install -m 644 man/*.1 "$(ROOT)/share/man/man1/"
	install -D -m 644 completions/packit.bash "$(ROOT)/share/bash-completion/completions/packit"
	install -D -m 644 completions/_packit "$(ROOT)/share/zsh/site-functions/_packit"
	install -D -m 644 completions/packit.fish "$(ROOT)/share/fish/vendor_completions.d/packit.fish"
	install -D -m 644 LICENSE "$(ROOT)/share/licenses/packit/LICENSE"
	install -d "$(ROOT)/share/doc/packit"
	install -m 644 README.md CHANGELOG.md docs/differences.md "$(ROOT)/share/doc/packit/"
	install -d "$(ROOT)/share/doc/packit/ci"
	install -m 644 docs/ci/*.yml "$(ROOT)/share/doc/packit/ci/"
