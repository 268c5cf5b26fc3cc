/* SPDX-License-Identifier: MIT
 * What has come of jobs: whole lines count once, torn ones not at all, and the last word on the
 * others. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ui/cli/ledger.h"

static char folder[64], path[256];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/oubli-ledger-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    snprintf(path, sizeof path, "rm -r %s", folder);
    cr_assert_eq(system(path), 0);
}

TestSuite(cli_ledger, .init = make_folder, .fini = remove_folder);

static void put(const char *name, const char *text)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    *strrchr(path, '/') = '\0';
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static struct ledger_state read_folder(long n)
{
    struct ledger_state state;
    struct err err = {0};
    cr_assert(ledger_read(&state, folder, n, &err), "%s", err.msg);
    return state;
}

static void expect_states(const char *states)
{
    static const char letters[] = "-wiSFD"; /* in the order of enum job_state */
    char found[32] = "";
    struct ledger_state state = read_folder((long)strlen(states));
    for (long i = 0; i < state.n; i++) {
        found[i] = letters[state.jobs[i].state];
    }
    cr_expect_str_eq(found, states);
    ledger_state_fini(&state);
}

#define A "{\"job\":0,\"learners\":1,\"learner\":\"a\"}\n"
#define B                                                                                          \
    "{\"job\":1,\"learners\":2,\"learner\":\"a\"}\n{\"job\":1,\"learners\":2,\"learner\":\"b\"}\n"

Test(cli_ledger, only_whole_jobs_are_done)
{
    expect_states("---"); /* there are no files */
    put("runs/a.jsonl", A B);
    expect_states("DD-");
    static const char whole[] = A B;
    for (size_t length = 0; length <= strlen(whole); length++) {
        char text[sizeof whole];
        snprintf(text, sizeof text, "%.*s", (int)length, whole);
        put("runs/a.jsonl", text);
        expect_states(length < strlen(A) ? "---" : length < strlen(whole) ? "D--" : "DD-");
    }
}

Test(cli_ledger, what_is_torn_is_not_mended_by_what_comes_behind_it)
{
    put("runs/a.jsonl", "{\"job\":2,\"learners\":1,\"learner\":\"a" A B);
    expect_states("-D-");
    put("runs/a.jsonl", "{\"job\":1,\"learners\":2,\"learner\":\"a\"}\n" A
                        "{\"job\":1,\"learners\":2,\"learner\":\"b\"}\n");
    expect_states("D--"); /* its lines stand together or not at all */
    put("runs/a.jsonl", "{\"job\":7,\"learners\":1,\"learner\":\"a\"}\n"
                        "{\"job\":-1,\"learners\":1,\"learner\":\"a\"}\n"
                        "{\"job\":1,\"learners\":0,\"learner\":\"a\"}\n"
                        "{\"job\":99999999999999999999,\"learners\":1,\"learner\":\"a\"}\n"
                        "{\"job\":1}\nnonsense\n\n");
    expect_states("---");
    put("runs/ignored.txt", A);
    expect_states("---");
}

Test(cli_ledger, of_a_job_done_twice_the_first_file_counts)
{
    put("runs/b.jsonl", A);
    put("runs/a.jsonl", B A);
    struct ledger_state state = read_folder(2);
    cr_expect_eq(state.count[JOB_DONE], 2);
    cr_expect(strstr(state.files[state.jobs[0].file], "/a.jsonl"));
    cr_expect_eq(state.jobs[0].offset, (off_t)strlen(B));
    cr_expect_eq(state.jobs[1].n_learners, 2);
    ledger_state_fini(&state);
}

Test(cli_ledger, the_last_word_on_a_job_counts)
{
    put("runs/a.jsonl", A);
    put("events/a.jsonl", "{\"job\":0,\"event\":\"failed\",\"time\":9,\"why\":\"x\"}\n"
                          "{\"job\":1,\"event\":\"begun\",\"time\":5}\n"
                          "{\"job\":1,\"event\":\"failed\",\"time\":5,\"why\":\"no such file\"}\n"
                          "{\"job\":2,\"event\":\"begun\",\"time\":5}\n"
                          "{\"job\":3,\"event\":\"begun\",\"time\":5}\nnonsense\n{\"job\":4");
    put("events/b.jsonl", "{\"job\":3,\"event\":\"stopped\",\"time\":6,\"why\":\"SIGTERM\"}\n"
                          "{\"job\":2,\"event\":\"failed\",\"time\":4,\"why\":\"older\"}\n");
    expect_states("DFiS-");
    struct ledger_state state = read_folder(5);
    cr_expect_str_eq(state.jobs[1].why, "no such file");
    cr_expect_null(state.jobs[2].why);
    ledger_state_fini(&state);
}

Test(cli_ledger, what_is_written_is_read_back)
{
    struct ledger ledger;
    struct err err = {0};
    cr_assert(ledger_begin(&ledger, folder, &err), "%s", err.msg);
    ledger_note(&ledger, 0, "begun", NULL);
    ledger_note(&ledger, 1, "begun", NULL);
    ledger_note(&ledger, 2, "failed", "it says \"why\"\n");
    cr_assert(ledger_add(&ledger, 0, 2, "{\"learner\":\"a\"}\n{\"learner\":\"b\"}\n", &err));
    /* Another process: locks of its own are no sign of life to itself. */
    pid_t child = fork();
    if (child == 0) {
        struct ledger_state state;
        bool ok = ledger_read(&state, folder, 3, &err) && state.jobs[1].state == JOB_AT_WORK;
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    cr_expect_eq(waitpid(child, &status, 0), child);
    cr_expect_eq(status, 0, "who holds the file is at work");
    ledger_end(&ledger);
    expect_states("DiF");
    struct ledger_state state = read_folder(3);
    cr_expect_str_eq(state.jobs[2].why, "it says \"why\"\n");
    ledger_state_fini(&state);
}

/* As on machines that are called alike, where processes are numbered alike. */
Test(cli_ledger, a_name_that_runs_from_elsewhere_have_is_not_taken)
{
    struct ledger ledger;
    struct err err = {0};
    char name[sizeof ledger.name + 8];
    cr_assert(ledger_begin(&ledger, folder, &err), "%s", err.msg);
    snprintf(name, sizeof name, "runs/%s", ledger.name);
    ledger_end(&ledger);
    snprintf(path, sizeof path, "rm -r %s/events", folder);
    cr_assert_eq(system(path), 0);
    put(name, A);
    cr_assert(ledger_begin(&ledger, folder, &err), "%s", err.msg);
    cr_expect(ledger_add(&ledger, 1, 1, "{\"learner\":\"a\"}\n", &err), "%s", err.msg);
    ledger_end(&ledger);
    expect_states("DD");
}
