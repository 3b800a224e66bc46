# Forwards to Meson, Ninja and scripts/; everything is built in build/.

MESON_OPTIONS =
PREFIX = /usr/local
TOOL_PREFIX =
DESTDIR =

all: build/build.ninja ## build the programs and the tests (the default)
	ninja -C build

demo: bootstrap-demo all ## see events, commands, results and logs cross a private Redis
	scripts/demo build

test: bootstrap-test all ## run every test on private servers
	scripts/run-tests build

bench: bootstrap-bench all ## measure the goals for speed and memory
	meson test -C build --benchmark --verbose

soak: bootstrap-test all ## run the long fault tests at full size
	scripts/run-tests build --setup soak

fuzz: bootstrap-fuzz ## fuzz the decoders and the pattern matcher, some seconds each
	test -f build-fuzz/build.ninja || CXX=clang++ meson setup build-fuzz -Dfuzz=true \
	    -Db_sanitize=address,undefined -Db_lundef=false $(MESON_OPTIONS)
	ninja -C build-fuzz fuzz-targets
	scripts/run-tests build-fuzz --suite fuzz --no-rebuild

install: all ## install under PREFIX (/usr/local), behind DESTDIR, names behind TOOL_PREFIX
	meson configure build -Dprefix=$(PREFIX) -Dtool_prefix=$(TOOL_PREFIX)
	DESTDIR=$(DESTDIR) meson install -C build

uninstall: ## remove what the last install put there
	ninja -C build uninstall

lint: bootstrap-test ## check shell scripts, format, manual pages and layers
	scripts/lint
	scripts/check-layers

format: ## lay out the C++ as .clang-format says
	scripts/format

clean: ## remove all build directories
	rm -rf build build-asan build-fuzz

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

build/build.ninja:
	meson setup build $(MESON_OPTIONS)

bootstrap-%:
	@scripts/bootstrap $*

.NOTPARALLEL:
.PHONY: all demo test bench soak fuzz install uninstall lint format clean help
