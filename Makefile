# SPDX-License-Identifier: MIT
# oubli: `make help` lists the targets.  Every variant has its own tree, build/$(BUILD)/, so that
# changing between them needs no clean.  Your CC, CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are appended
# to the ones below, never overwritten:  make CFLAGS=-march=native
VERSION := 0.2.0

BUILD    ?= release
PKG_CONFIG ?= pkg-config
PREFIX   ?= /usr/local
BINDIR   ?= $(PREFIX)/bin
MANDIR   ?= $(PREFIX)/share/man
BASHDIR  ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR   ?= $(PREFIX)/share/zsh/site-functions
FISHDIR  ?= $(PREFIX)/share/fish/vendor_completions.d
TSAN_RUN ?= run --seeds 4 --tasks 2 --steps 100
CLANG_FORMAT ?= clang-format
FUZZ_SECONDS ?= 20

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.DEFAULT_GOAL := all
.PHONY: all run bench pictures deps test test-programs run-tests check asan tsan stress engines run-learners run-screen \
	run-headless \
	clang fuzz run-fuzz format format-check lint compile_commands.json clean help install uninstall \
	dist install-check FORCE
# As many jobs as cores; -jN on the command line wins, a sub-make shares its parent's job server.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
MAKEFLAGS += --no-print-directory

# V=1 shows whole commands instead of "  CC src/net/matrix.c".
Q   := $(if $(V),,@)
say  = $(if $(V),,@echo "  $(1) $(2)")

# ---- variants ----------------------------------------------------------------------------------
# Asserts stay on in every one of them, whatever your flags say: a wrong shape must stop, not draw
# nonsense.
SAN_FLAGS     := -O1 -g -fno-omit-frame-pointer
FLAGS_release := -O3 -g
FLAGS_debug   := -O0 -g3
# The checks for undefined behaviour hide from gcc what a number can be, so gcc warns of lengths that
# cannot be.
FLAGS_asan    := $(SAN_FLAGS) -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-Wno-format-truncation
FLAGS_tsan    := $(SAN_FLAGS) -fsanitize=thread
FLAGS_double  := -O2 -g -DOUBLI_DOUBLE
FLAGS_fuzz    := $(SAN_FLAGS) -fsanitize=fuzzer-no-link,address
FLAGS_clang   := -O2
ifndef FLAGS_$(BUILD)
$(error BUILD=$(BUILD) is unknown; choose release, debug, asan, tsan or double)
endif
OUT := build/$(BUILD)

# ---- flags -------------------------------------------------------------------------------------
# pkg-config may not be installed yet: then these are empty here, and `make run` and `make test`
# read this file once more, in a sub-make, after build-aux/deps.sh has installed what was missing.
pkg            = $(shell $(PKG_CONFIG) $(1) 2>/dev/null)
LIB_CFLAGS    := $(call pkg,--cflags openblas jansson zlib sqlite3 libmd)
LIB_LIBS      := $(call pkg,--libs jansson zlib sqlite3 libmd)
# OpenBLAS is opened by the program when it is needed (src/net/matrix.h), by the name it goes by:
# on ELF systems its soname, as binutils read it or as it mostly is; on macOS the file.
BLAS_HERE     := $(call pkg,--modversion openblas)
BLAS_DIR      := $(patsubst %/,%,$(call pkg,--variable=libdir openblas))
ifeq ($(shell uname -s),Darwin)
BLAS_FILE     := $(BLAS_DIR)/libopenblas.dylib
else
BLAS_FILE     := $(or $(shell objdump -p '$(BLAS_DIR)/libopenblas.so' 2>/dev/null | \
	sed -n 's/^ *SONAME *//p'),libopenblas.so.0)
endif
# ncursesw.pc defines _XOPEN_SOURCE=600; ui/ asks for 700 itself, once.
CURSES_CFLAGS := $(filter-out -D_XOPEN_SOURCE% -D_DEFAULT_SOURCE,$(call pkg,--cflags ncursesw))
CURSES_LIBS   := $(call pkg,--libs ncursesw)
TEST_CFLAGS   := $(call pkg,--cflags criterion)
TEST_LIBS     := $(call pkg,--libs criterion)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wdouble-promotion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wcast-qual -Wwrite-strings \
	-Wformat=2 -Wundef -Wvla -Wimplicit-fallthrough $(if $(CI)$(WERROR),-Werror)

COMPILER := $(shell $(CC) --version 2>/dev/null | head -n 1)
DEFINES  := -DOUBLI_VERSION='"$(VERSION)"' -DOUBLI_BUILD='"$(COMPILER), $(BUILD)"'
COMPILE   = $(CC) -std=c17 $(FLAGS_$(BUILD)) $(WARNINGS) -pthread -MMD -MP $(DEFINES) \
	$(ROOM_FLAGS) $(FILE_FLAGS) $(LIB_CFLAGS) $(CPPFLAGS) $(CFLAGS) -UNDEBUG
LINK      = $(CC) $(FLAGS_$(BUILD)) -pthread $(CFLAGS) $(LDFLAGS)
LIBS      = $(CURSES_LIBS) $(LIB_LIBS) -lm -ldl $(LDLIBS)

# Each room sees only what it may use: curses stops at ui/, Criterion at tests/.  What a file is given
# goes by its name: variables of a target would be handed on to its prerequisites, and "private", which
# prevents that, is not known to the make of macOS (3.81).
POSIX     := -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE
SRC_FLAGS  = -Isrc $(POSIX)
UI_FLAGS   = -Isrc -I. -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE $(CURSES_CFLAGS)
# Tests run once: what a faster one would save, optimising it costs.
TEST_FLAGS = $(if $(filter -O2 -O3,$(FLAGS_$(BUILD))),-O1) -Isrc -I. -Itests $(POSIX) \
	$(TEST_CFLAGS) -Wno-conversion -Wno-double-promotion -Wno-pedantic \
	-DOUBLI_PROGRAM='"$(CURDIR)/$(PROGRAM)"' \
	-DOUBLI_UNKNOWING='"$(CURDIR)/$(dir $(UNKNOWING))"'
comma := ,
in_room    = $(filter $(OUT)/$(1)/%,$@)
ROOM_FLAGS = $(if $(call in_room,src),$(SRC_FLAGS))$(if $(call in_room,ui),$(UI_FLAGS))$(if \
	$(call in_room,tests),$(TEST_FLAGS))
FILE_FLAGS = $(FLAGS_$(patsubst $(OUT)/%,%,$@))
# A loop is not vectorised where a square root may set errno or a comparison raise a flag that nobody
# looks at; changes no number.
FLAGS_src/net/kernels.o := -fno-math-errno -fno-trapping-math
FLAGS_src/net/loss.o := -fno-math-errno -fno-trapping-math -Wno-psabi
FLAGS_src/net/norm.o := -fno-math-errno -fno-trapping-math -Wno-psabi
FLAGS_src/net/attention.o := -fno-math-errno -fno-trapping-math -Wno-psabi
# Our matrix products are fused multiply-adds everywhere, so that they have the same bits everywhere;
# gcc fuses from -O2 on, in a debug build too; of their loops over a few columns it would make slow
# calls of memcpy.  Its tiles are many and unrolled: with the checks of addresses in them its
# build and the tests would take minutes more, so the tests fence its operands with pages instead.
FLAGS_src/net/product.o := $(if $(findstring =address,$(FLAGS_$(BUILD))),-fno-sanitize=all) -O3 -ffp-contract=fast $(if $(findstring clang,$(COMPILER)),,-fno-tree-loop-distribute-patterns)
FLAGS_src/net/blas.o := -DOUBLI_OPENBLAS='"$(BLAS_FILE)"'
# Digits and grammars are embedded in the program, so that it runs from any folder.
$(OUT)/src/tasks/digits_embed.o: data/digits.csv.gz
$(OUT)/src/tasks/text_embed.o: $(wildcard data/text/*.grammar)
# So are the style and the script of an exported page.
$(OUT)/ui/export/assets.o: ui/export/page.css ui/export/page.js

# ---- files -------------------------------------------------------------------------------------
# Folders are found, not listed.  They are prerequisites too: deleting a file relinks.
rooms     = $(patsubst %/,%,$(wildcard $(1)))
sources   = $(wildcard $(addsuffix /*.c,$(1)))
objects   = $(patsubst %.c,$(OUT)/%.o,$(1))
SRC_ROOMS := $(call rooms,src/*/)
UI_ROOMS  := $(call rooms,ui/*/)
SRC_OBJS  := $(call objects,$(call sources,$(SRC_ROOMS)))
UI_OBJS   := $(call objects,$(filter-out ui/cli/main.c,$(call sources,$(UI_ROOMS))))
MAIN_OBJ  := $(call objects,$(wildcard ui/cli/main.c))
PROGRAM  := $(OUT)/oubli
# Nothing but the engine and its reference tests is built in double.
ARCHIVES := $(if $(filter double,$(BUILD)),,$(OUT)/libui.a) $(OUT)/liboubli.a
TARGETS  := $(ARCHIVES) $(if $(filter double,$(BUILD)),,$(if $(MAIN_OBJ),$(PROGRAM)))

# One Criterion program per kind of test that has files; tests/support is an archive for all.
KINDS    ?= $(if $(filter double,$(BUILD)),reference,unit screens reference terminal)
TESTS    := $(foreach k,$(KINDS),$(if $(wildcard tests/$(k)/test_*.c),$(OUT)/test-$(k)))
SUPPORT  := $(OUT)/libsupport.a
STRESS   := $(patsubst tests/stress/%.c,$(OUT)/%,$(wildcard tests/stress/stress_*.c))
# An OpenBLAS that does not know this processor, found by the name of the real one.
UNKNOWING := $(OUT)/unknowing/libopenblas.so.0
FUZZERS  := $(patsubst tests/fuzz/%.c,$(OUT)/%,$(wildcard tests/fuzz/*.c))
C_FILES   = $(shell find $(wildcard src ui tests) -name '*.[ch]' | sort)

# ---- building ----------------------------------------------------------------------------------
all: $(TARGETS) ## build the program (BUILD=release|debug|asan|tsan|double, V=1, WERROR=1)
	@:

# Everything is rebuilt when the compiler or a flag changes.
$(OUT)/.flags: export FLAGS_NOW = $(COMPILE) $(SRC_FLAGS) $(UI_FLAGS) $(TEST_FLAGS) $(LINK) $(LIBS) \
	$(foreach v,$(sort $(filter FLAGS_%,$(.VARIABLES))),$($(v)))
$(OUT)/.flags: FORCE
	$(if $(and $(BLAS_HERE),$(LIB_LIBS),$(CURSES_LIBS)),,@echo "Libraries are missing:" >&2; \
	    build-aux/deps.sh --check run || { echo "'make deps' installs them." >&2; exit 1; })
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS_NOW" | cmp -s - $@ || printf '%s\n' "$$FLAGS_NOW" > $@
FORCE:
$(OUT)/%.o: %.c $(OUT)/.flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -c -o $@ $<

$(OUT)/liboubli.a: $(SRC_OBJS) $(SRC_ROOMS)
$(OUT)/libui.a: $(UI_OBJS) $(UI_ROOMS)
$(SUPPORT): $(call objects,$(call sources,tests/support)) $(wildcard tests/support)
%.a: $(OUT)/.flags
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(PROGRAM): $(MAIN_OBJ) $(ARCHIVES)
	$(call say,LD,$@)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(ARCHIVES) $(LIBS)

.SECONDEXPANSION:
test_objects = $(call objects,$(wildcard tests/$(1)/test_*.c))
$(OUT)/test-%: $$(call test_objects,$$*) $(SUPPORT) $(ARCHIVES) $$(wildcard tests/$$*)
	$(call say,LD,$@)
	$(Q)$(LINK) $(if $(findstring =address,$(FLAGS_$(BUILD))),-Wl$(comma)-u$(comma)__lsan_is_turned_off) -o $@ $(filter %.o,$^) $(SUPPORT) $(ARCHIVES) $(TEST_LIBS) $(LIBS) -lutil

$(OUT)/test-terminal: $(UNKNOWING)
$(UNKNOWING): tests/libraries/unknowing_openblas.c $(OUT)/.flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -std=c17 -O2 $(WARNINGS) $(POSIX) -DOUBLI_REAL_OPENBLAS='"$(BLAS_DIR)/$(BLAS_FILE)"' \
	    -shared -fPIC -o $@ $< -ldl

$(STRESS): $(OUT)/%: $(OUT)/tests/stress/%.o $(SUPPORT) $(ARCHIVES)
$(FUZZERS): $(OUT)/%: $(OUT)/tests/fuzz/%.o $(SUPPORT) $(ARCHIVES)
$(STRESS) $(FUZZERS):
	$(call say,LD,$@)
	$(Q)$(LINK) $(if $(filter $(FUZZERS),$@),-fsanitize=fuzzer) -o $@ $< $(SUPPORT) $(ARCHIVES) $(LIBS)

-include $(patsubst %.c,$(OUT)/%.d,$(wildcard src/*/*.c ui/*/*.c tests/*/*.c))

# ---- running -----------------------------------------------------------------------------------
run: ## install what is missing, build and start (ARGS='--strategy ewc')
	@build-aux/deps.sh run
	@$(MAKE) all
	@$(PROGRAM) $(ARGS)

# On the clock of a recording made without a screen `speed 56` is the default pace, with as many looks.
RECORD = $(PROGRAM) run --record '$(OUT)/picture.oubli' --at '0:speed 56'
DRAW   = $(PROGRAM) export '$(OUT)/picture.oubli'
pictures: all ## draw the README's pictures anew, from recorded sessions
	@rm -f $(OUT)/picture.oubli
	@$(RECORD) --at '1350:strategy replay on' >$(OUT)/picture.txt
	@$(DRAW) --step 1730 --svg docs/screen.svg
	@rm -f $(OUT)/picture.oubli
	@$(RECORD) --learner none: --learner 'ewc: strategy=ewc' --learner 'replay: strategy=replay' \
		--learner 'lora: strategy=lora lora.mode=per-task' >$(OUT)/picture.txt
	@$(DRAW) --step 1690 --svg docs/learners.svg
	@rm -f $(OUT)/picture.oubli
	@$(PROGRAM) run --data text --record '$(OUT)/picture.oubli' >$(OUT)/picture.txt
	@$(DRAW) --step 400 --svg docs/text.svg
	@rm -f $(OUT)/picture.oubli
	@$(PROGRAM) run --data plane --record '$(OUT)/picture.oubli' >$(OUT)/picture.txt
	@$(DRAW) --step 4500 --svg docs/plane.svg

bench: all ## measure: steps against bare sgemm, frames, memory (ARGS='--json -')
	@$(PROGRAM) bench $(ARGS)

deps: ## install what building and testing need (DEPS='run test tools': linters as well)
	@build-aux/deps.sh $(or $(DEPS),run test)

# ---- testing -----------------------------------------------------------------------------------
# T=net runs what has "net" in suite or name; T='net_*/matches*' is taken as it is.
FILTER = $(if $(T),--filter '$(if $(findstring /,$(T)),$(T),*$(T)*)')

# Tests in a terminal wait for its screen more than they compute: twice as many as cores.  0: as many.
TERMINAL_JOBS := $(shell echo $$((2 * $$(nproc 2>/dev/null || echo 1))))

test: ## install what is missing, build and run every test (T=filter)
	@build-aux/deps.sh run test
	@$(MAKE) all test-programs
	@$(MAKE) BUILD=double all test-programs
	@status=0; for b in $(BUILD) double; do $(MAKE) BUILD=$$b run-tests || status=1; done; exit $$status

test-programs: $(TESTS) $(if $(filter double,$(BUILD)),,$(STRESS))
	@:
run-tests: $(TESTS) $(if $(filter %/test-terminal,$(TESTS)),$(PROGRAM))
	@status=0; for t in $(TESTS); do echo "  TEST $$t"; \
	    case $$t in *terminal) jobs=$(TERMINAL_JOBS) ;; *) jobs=0 ;; esac; \
	    OUBLI='$(CURDIR)/$(PROGRAM)' $$t --jobs $$jobs $(FILTER) || status=1; done; exit $$status

check: ## everything a change must pass: format, lint, all tests, the sanitizers
	@build-aux/deps.sh run test tools
	@for goal in format-check lint test asan tsan; do $(MAKE) $$goal || exit 1; done

# Criterion does not count leaks (it exits 0), so any report in a log file is a failure.
asan: LOGS = $(CURDIR)/build/asan/logs
asan: ## the tests under the sanitizers of addresses and undefined behaviour; a leak fails too
	@build-aux/deps.sh run test
	@rm -rf '$(LOGS)' && mkdir -p '$(LOGS)'
	@status=0; ASAN_OPTIONS="log_path=$(LOGS)/asan:$$ASAN_OPTIONS" \
	    UBSAN_OPTIONS="log_path=$(LOGS)/ubsan:print_stacktrace=1:$$UBSAN_OPTIONS" \
	    $(MAKE) BUILD=asan KINDS='unit screens terminal' all run-tests run-learners run-screen || status=1; \
	for log in '$(LOGS)'/*; do test -f "$$log" && cat "$$log" && status=1; done; exit $$status

clang: ## everything built by the other compiler, warnings are errors; the reference traces
	@command -v clang >/dev/null || { echo "make clang needs clang" >&2; exit 1; }
	@build-aux/deps.sh run test
	@$(MAKE) BUILD=clang CC=clang WERROR=1 all test-programs
	@$(MAKE) BUILD=clang CC=clang WERROR=1 KINDS=reference run-tests

# Criterion cannot start under ThreadSanitizer, so this runs plain programs.
tsan: ## the stress programs and a headless run (TSAN_RUN) under ThreadSanitizer
	@build-aux/deps.sh run
	@TSAN_OPTIONS="halt_on_error=1:$$TSAN_OPTIONS" $(MAKE) BUILD=tsan all stress run-headless

# Old sanitizer runtimes do not like much address randomisation: switch it off where we may.
PLAIN = $$(setarch -R true 2>/dev/null && echo setarch -R)
run-learners: $(OUT)/stress_learners
	@echo "  STRESS $<"; $(PLAIN) $<
run-screen: $(OUT)/stress_screen $(PROGRAM) ## keys and commands at random, eight learners (SCREEN_ARGS='60 1': seconds, seed)
	@echo "  STRESS $<"; $(PLAIN) $< $(SCREEN_ARGS)
# Not the one in a terminal, whose patience is for a program at its usual speed: run-screen.
stress: $(STRESS) $(PROGRAM) ## the stress programs, plainly
	@for s in $(filter-out %/stress_screen,$(STRESS)); do echo "  STRESS $$s"; $(PLAIN) $$s || exit 1; done
run-headless: $(filter $(PROGRAM),$(TARGETS))
	@$(if $^,echo "  RUN $< $(TSAN_RUN)"; $(PLAIN) $< $(TSAN_RUN),:)

engines: all ## sweeps by GNU parallel and a real Slurm, as far as they can be had
	@tests/engines/check.sh $(PROGRAM)

fuzz: ## throw random bytes at the parsers (needs clang; FUZZ_SECONDS=20 each)
	@command -v clang >/dev/null || { echo "make fuzz needs clang" >&2; exit 1; }
	@$(MAKE) BUILD=fuzz CC=clang run-fuzz
run-fuzz: $(FUZZERS)
	@for f in $(FUZZERS); do echo "  FUZZ $$f"; mkdir -p $$f.corpus; \
	    $$f -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=1 -artifact_prefix=$$f. \
	        $$f.corpus $(wildcard tests/fuzz/corpus) || exit 1; done

# ---- tidying, installing -----------------------------------------------------------------------
format: ## lay out every C file with clang-format
	@$(CLANG_FORMAT) -i $(C_FILES)

format-check: ## fail if `make format` would change anything
	@$(CLANG_FORMAT) --dry-run -Werror $(C_FILES)

lint: $(ARCHIVES) ## cppcheck, and our own rules: layers, no globals, short functions
	@build-aux/lint.sh $(OUT)

compile_commands.json: ## for clangd (needs bear)
	@bear -- $(MAKE) -B all test-programs

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z_.-]+:.*## / { printf "  %-22s %s\n", $$1, $$2 }' Makefile

$(OUT)/oubli.1: $(PROGRAM)
	$(call say,MAN,$@)
	$(Q)$(PROGRAM) help man > $@

$(OUT)/oubli.bash $(OUT)/oubli.zsh $(OUT)/oubli.fish: $(PROGRAM)
	$(call say,COMPLETION,$@)
	$(Q)$(PROGRAM) completion $(patsubst .%,%,$(suffix $@)) > $@

# What is installed, each as MODE:FILE:FOLDER:NAME, the folder by its variable, for it may have blanks.
MAN1DIR   = $(MANDIR)/man1
INSTALLED = 755:oubli:BINDIR:oubli 644:oubli.1:MAN1DIR:oubli.1 644:oubli.bash:BASHDIR:oubli \
	644:oubli.zsh:ZSHDIR:_oubli 644:oubli.fish:FISHDIR:oubli.fish
part      = $(word $(1),$(subst :, ,$(2)))
place     = $(DESTDIR)$($(call part,3,$(1)))

install: $(foreach f,$(INSTALLED),$(OUT)/$(call part,2,$(f))) ## into PREFIX (BINDIR, MANDIR, BASHDIR, ZSHDIR, FISHDIR) below DESTDIR
	$(foreach f,$(INSTALLED),install -d '$(call place,$(f))' && install -m $(call part,1,$(f)) \
	    $(OUT)/$(call part,2,$(f)) '$(call place,$(f))/$(call part,4,$(f))' &&) :

uninstall: ## remove what install put there
	rm -f $(foreach f,$(INSTALLED),'$(call place,$(f))/$(call part,4,$(f))')

dist: ## the last commit as build/oubli-VERSION.tar.gz, for packages (packaging/)
	@mkdir -p build
	git archive --prefix=oubli-$(VERSION)/ -o build/oubli-$(VERSION).tar.gz HEAD

install-check: all ## install to a scratch folder, run from elsewhere, uninstall, look for leftovers
	@build-aux/install-check.sh '$(MAKE)' '$(BINDIR)' '$(MANDIR)'
