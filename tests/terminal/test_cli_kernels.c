/* SPDX-License-Identifier: MIT
 * OpenBLAS as the program opens it: which kernels, chosen by whom, when, and with how much room. */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/cores.h"
#include "support/place.h"
#include "support/program.h"
#include "support/pty.h"

TestSuite(cli_kernels, .timeout = 120);

#define SMALL "run|--tasks|2|--steps|60"

/* What every OpenBLAS for x86 has had for long, and what this processor cannot run: no processor
 * has both FMA4 and AVX-512. */
static const char SET[] = "OPENBLAS_CORETYPE=Sandybridge";
static const char UNKNOWING[] = "LD_LIBRARY_PATH=" OUBLI_UNKNOWING;

static const char *impossible(void)
{
    return core_can_run("Excavator", core_abilities()) ? "SkylakeX" : "Excavator";
}

static void need_x86(void)
{
    if (!core_can_run("Sandybridge", core_abilities())) {
        cr_skip_test("kernels can be chosen on x86 with AVX alone");
    }
}

/* With up to two variables set. */
static struct outcome start(const char *words, const char *one, const char *other)
{
    const char *const variables[] = {one, other, NULL};
    return program_start(&(struct program_start_how){.variables = variables}, words);
}

static void expect_core(const char *wanted, const char *one, const char *other)
{
    struct outcome outcome = start(SMALL "|--json|-", one, other);
    cr_assert_eq(program_code(&outcome), 0, "%s", outcome.err);
    json_t *run = program_json(outcome.out);
    cr_expect_str_eq(json_string_value(json_object_get(run, "blas_core")), wanted);
    json_decref(run);
    program_finish(&outcome);
}

static void expect_said(const char *words, const char *one, const char *other, const char *said)
{
    struct outcome outcome = start(words, one, other);
    cr_expect_eq(program_code(&outcome), 0, "%s: %s", words, outcome.err);
    cr_expect(strstr(outcome.out, said), "'%s' expected in: %s", said, outcome.out);
    program_finish(&outcome);
}

static void expect_refused(const char *words, const char *variable, const char *said)
{
    struct outcome outcome = start(words, variable, NULL);
    cr_expect_eq(program_code(&outcome), 1, "%s", outcome.err);
    cr_expect_str_empty(outcome.out, "%s", outcome.out);
    cr_expect_eq(program_lines(outcome.err), 1, "%s", outcome.err);
    cr_expect(strstr(outcome.err, said), "'%s' expected in: %s", said, outcome.err);
    program_finish(&outcome);
}

/* ---- the choice ---- */

Test(cli_kernels, what_is_set_is_obeyed)
{
    need_x86();
    expect_core("Sandybridge", SET, NULL);
    expect_core("Prescott", "OPENBLAS_CORETYPE=prescott", NULL);
    expect_said("--version", SET, NULL, "Sandybridge, chosen by OPENBLAS_CORETYPE");
}

Test(cli_kernels, what_cannot_be_obeyed_is_one_line)
{
    char variable[64];
    need_x86();
    snprintf(variable, sizeof variable, "OPENBLAS_CORETYPE=%s", impossible());
    expect_refused(SMALL, variable, impossible());
    expect_refused(SMALL, "OPENBLAS_CORETYPE=abacus", "abacus");
    expect_refused("bench", "OPENBLAS_CORETYPE=abacus", "abacus");
    expect_said("--version", variable, NULL, "BLAS kernels: none; OPENBLAS_CORETYPE: ");
    const char *const variables[] = {variable, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.variables = variables});
    cr_expect_eq(pty_wait_end(pty), 1);
    cr_expect(strstr(pty_screen(pty), impossible()), "%s", pty_screen(pty));
    pty_close(pty);
}

/* The best that the processor can run, as the brackets of the table have it. */
static const char *best(void)
{
    unsigned abilities = core_abilities();
    return core_can_run("SkylakeX", abilities)  ? "SkylakeX"
           : core_can_run("Haswell", abilities) ? "Haswell"
                                                : "Sandybridge";
}

Test(cli_kernels, on_a_processor_that_openblas_does_not_know_its_choice_is_undone)
{
    char said[160];
    need_x86();
    expect_core(best(), UNKNOWING, NULL);
    expect_core("Prescott", UNKNOWING, "OPENBLAS_CORETYPE=Prescott");
    snprintf(said, sizeof said,
             "%s, chosen by oubli (OpenBLAS did not know this processor and took Prescott)",
             best());
    expect_said("--version", UNKNOWING, NULL, said);
}

/* ---- who needs it ---- */

/* The dynamic linker says what it loads. */
static bool loads_openblas(const char *words)
{
    struct outcome outcome = start(words, "LD_DEBUG=files", NULL);
    cr_expect_eq(program_code(&outcome), 0, "%s", words);
    cr_assert(strstr(outcome.err, "libsqlite3"), "the linker says nothing: %s", outcome.err);
    bool is_loaded = strstr(outcome.err, "openblas") != NULL;
    program_finish(&outcome);
    return is_loaded;
}

static bool maps_openblas(const struct pty *pty)
{
    char path[64], line[512];
    bool is_there = false;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pty_pid(pty));
    FILE *maps = fopen(path, "r");
    cr_assert_not_null(maps);
    while (fgets(line, sizeof line, maps)) {
        is_there = is_there || strstr(line, "openblas");
    }
    fclose(maps);
    return is_there;
}

static bool screen_maps_openblas(const char *const *arguments)
{
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    cr_assert(pty_wait(pty, "step "), "%s", pty_screen(pty));
    bool is_there = maps_openblas(pty);
    cr_assert(pty_key(pty, "q"));
    cr_expect_eq(pty_wait_end(pty), 0);
    pty_close(pty);
    return is_there;
}

static void record(const struct place *place, const char *variable)
{
    char words[256];
    snprintf(words, sizeof words, SMALL "|--record|%s", place->file);
    struct outcome outcome = start(words, variable, NULL);
    cr_assert_eq(program_code(&outcome), 0, "%s", outcome.err);
    program_finish(&outcome);
}

Test(cli_kernels, who_does_not_train_does_not_load_openblas)
{
    static const char *const words[] = {"list|keys", "list|datasets|--json", "help", "help|man"};
    struct place place = make_place();
    char export[160];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        cr_expect(!loads_openblas(words[i]), "%s", words[i]);
    }
    cr_expect(loads_openblas(SMALL));
    record(&place, NULL);
    snprintf(export, sizeof export, "export|%s|--json|-", place.file);
    cr_expect(!loads_openblas(export));
    cr_expect(!screen_maps_openblas((const char *const[]){"play", place.file, NULL}));
    cr_expect(screen_maps_openblas((const char *const[]){NULL}));
    leave(&place);
}

/* ---- the same bits ---- */

static void change(const struct place *place, const char *sql)
{
    sqlite3 *handle;
    cr_assert_eq(sqlite3_open(place->file, &handle), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sql);
    sqlite3_close(handle);
}

Test(cli_kernels, verify_uses_those_of_the_recording)
{
    struct place place = make_place();
    char words[128], sql[128];
    need_x86();
    snprintf(words, sizeof words, "verify|%s", place.file);
    record(&place, SET);
    expect_said(words, NULL, NULL, "BLAS kernels: Sandybridge, chosen by oubli, as recorded\n");
    expect_said(words, NULL, NULL, "every number equal to the last bit");
    expect_said(words, NULL, NULL, "compared bit for bit");
    /* Others do give other bits, so that was no chance. */
    struct outcome other = start(words, "OPENBLAS_CORETYPE=Prescott", NULL);
    cr_expect(strstr(other.out, "recorded with Sandybridge, but OPENBLAS_CORETYPE is set: compared "
                                "within a tolerance of 0.02"),
              "%s", other.out);
    cr_expect(!strstr(other.out, "largest difference 0\n"), "%s", other.out);
    program_finish(&other);
    snprintf(sql, sizeof sql, "UPDATE meta SET value='%s' WHERE key='blas_core'", impossible());
    change(&place, sql);
    expect_said(words, NULL, NULL, "which this processor cannot run: compared within a tolerance");
    change(&place, "UPDATE meta SET value='abacus' WHERE key='blas_core'");
    expect_said(words, NULL, NULL, "which oubli does not know: compared within a tolerance");
    leave(&place);
}

Test(cli_kernels, resume_goes_on_with_those_of_the_recording)
{
    struct place place = make_place();
    char words[128];
    need_x86();
    const char *const begin[] = {"--record", place.file, NULL};
    const char *const resume[] = {"resume", place.file, NULL};
    const char *const variables[] = {SET, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = begin, .variables = variables});
    cr_assert(pty_wait(pty, "step 1"), "%s", pty_screen(pty));
    cr_assert(pty_key(pty, "q"));
    cr_assert_eq(pty_wait_end(pty), 0);
    pty_close(pty);
    pty = pty_open(&(struct pty_config){.arguments = resume});
    cr_assert(pty_wait(pty, "step "), "%s", pty_screen(pty));
    cr_assert(pty_key(pty, "]") && pty_key(pty, "n") && pty_wait(pty, "step 4"), "%s",
              pty_screen(pty));
    cr_assert(pty_key(pty, "q"));
    cr_assert_eq(pty_wait_end(pty), 0);
    pty_close(pty);
    snprintf(words, sizeof words, "verify|%s", place.file);
    expect_said(words, NULL, NULL, "Sandybridge, chosen by oubli, as recorded\n");
    expect_said(words, NULL, NULL, "every number equal to the last bit");
    leave(&place);
}

/* ---- room ---- */

#ifndef __SANITIZE_ADDRESS__ /* which needs terabytes of addresses */

/* Done, or one line that says what is missing; whoever waits for ever runs into the time-out. */
static void expect_line_or_success(const char *words, int megabytes)
{
    struct outcome outcome =
        program_start(&(struct program_start_how){.address_space = (size_t)megabytes << 20}, words);
    int code = program_code(&outcome);
    cr_expect(code == 0 || code == 1, "%s with %d MB: %d, %s", words, megabytes, code, outcome.err);
    cr_expect_eq(program_lines(outcome.err), code, "%s with %d MB: %s", words, megabytes,
                 outcome.err);
    program_finish(&outcome);
}

Test(cli_kernels, little_address_space_is_one_line)
{
    struct outcome outcome =
        program_start(&(struct program_start_how){.address_space = 56u << 20}, "list|keys");
    cr_expect_eq(program_code(&outcome), 0, "%s", outcome.err);
    program_finish(&outcome);
    for (int megabytes = 20; megabytes <= 240; megabytes += 4) {
        expect_line_or_success(SMALL, megabytes);
    }
    for (int megabytes = 180; megabytes <= 400; megabytes += 8) {
        expect_line_or_success(SMALL "|--learner|a:|--learner|b:", megabytes);
    }
}

#endif

Test(cli_kernels, without_openblas_the_package_is_named)
{
    struct place place = make_place();
    char variable[128];
    FILE *file;
    snprintf(place.file, sizeof place.file, "%s/libopenblas.so.0", place.folder);
    file = fopen(place.file, "w");
    cr_assert(file && fputs("no library", file) >= 0 && fclose(file) == 0);
    snprintf(variable, sizeof variable, "LD_LIBRARY_PATH=%s", place.folder);
    expect_refused(SMALL, variable, "libopenblas0");
    expect_said("list|keys", variable, NULL, "q ");
    leave(&place);
}
