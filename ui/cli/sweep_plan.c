/* SPDX-License-Identifier: MIT */
#include "ui/cli/sweep_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/command_line.h"
#include "ui/cli/shell.h"

enum { SEED_WORD_MAX = 32 };

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left for the plan");
}

/* ---- the line as texts ---- */

static char *command_of(const struct options *options)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out) {
        fputs("oubli sweep", out);
        for (int i = 0; i < options->argc; i++) {
            fputc(' ', out);
            shell_print(out, options->argv[i]);
        }
        fclose(out);
    }
    return text;
}

/* "--NAME=VALUE", or "--NAME".  Returns owned. */
static char *word_of(const char *name, const char *value)
{
    size_t size = strlen(name) + (value ? strlen(value) : 0) + 4;
    char *word = malloc(size);
    if (word) {
        snprintf(word, size, value ? "--%s=%s" : "--%s", name, value);
    }
    return word;
}

/* What all jobs are told. */
static bool is_of_all(const struct given *given)
{
    return given->uses & USE_RUN && strcmp(given->name, "seed") != 0 &&
           strcmp(given->name, "quiet") != 0;
}

static bool fill_args(struct sweep_plan *plan, const struct options *options)
{
    struct command_line line = {
        .command = "sweep", .use = USE_SWEEP, .argc = options->argc, .argv = options->argv};
    struct given given;
    plan->args = calloc((size_t)options->argc + 1, sizeof *plan->args);
    for (int i = 0; plan->args && command_line_next(&line, &i, &given);) {
        char *word = is_of_all(&given) ? word_of(given.name, given.value) : NULL;
        plan->n_args += word != NULL;
        if (word) {
            plan->args[plan->n_args - 1] = word;
        } else if (is_of_all(&given)) {
            return false;
        }
    }
    return plan->args != NULL;
}

/* ---- making ---- */

static bool is_double(const struct sweep_plan *plan, const char *key)
{
    bool is_found = false;
    for (int k = 0; k < plan->n_overs - 1; k++) {
        is_found |= strcmp(plan->overs[k].key, key) == 0;
    }
    return is_found;
}

/* One more key, from "KEY=VALUES". */
static bool add_over(struct sweep_plan *plan, const char *text, struct err *err)
{
    int k = plan->n_overs++;
    plan->specs[k] = strdup(text);
    if (!plan->specs[k]) {
        return no_memory(err);
    }
    return over_parse(&plan->overs[k], plan->specs[k], err) &&
           (!is_double(plan, plan->overs[k].key) ||
            err_set(err, ERR_USAGE, "--over: each key once expected, found %s twice",
                    plan->overs[k].key));
}

static bool check_size(const struct sweep_plan *plan, struct err *err)
{
    double n = plan->n_seeds;
    for (int k = 0; k < plan->n_overs; k++) {
        n *= plan->overs[k].n;
    }
    return n <= SWEEP_JOBS_MAX ||
           err_set(err, ERR_USAGE, "--over: at most %d runs expected, found %.0f", SWEEP_JOBS_MAX,
                   n);
}

bool sweep_plan_make(struct sweep_plan *plan, const struct options *options, struct err *err)
{
    *plan = (struct sweep_plan){.seed = options->config.seed, .n_seeds = options->n_seeds};
    plan->dir = strdup(options->sweep.dir);
    plan->command = command_of(options);
    plan->version = strdup(OUBLI_VERSION);
    if (!plan->dir || !plan->command || !plan->version || !fill_args(plan, options)) {
        return no_memory(err);
    }
    for (int k = 0; k < options->sweep.n_overs; k++) {
        if (!add_over(plan, options->sweep.overs[k], err)) {
            return false;
        }
    }
    return check_size(plan, err);
}

void sweep_plan_fini(struct sweep_plan *plan)
{
    for (int i = 0; i < plan->n_args; i++) {
        free(plan->args[i]);
    }
    for (int k = 0; k < plan->n_overs; k++) {
        over_fini(&plan->overs[k]);
        free(plan->specs[k]);
    }
    free(plan->args);
    free(plan->dir);
    free(plan->command);
    free(plan->version);
    *plan = (struct sweep_plan){0};
}

/* ---- jobs ---- */

long sweep_plan_points(const struct sweep_plan *plan)
{
    long n = 1;
    for (int k = 0; k < plan->n_overs; k++) {
        n *= plan->overs[k].n;
    }
    return n;
}

long sweep_plan_jobs(const struct sweep_plan *plan)
{
    return sweep_plan_points(plan) * plan->n_seeds;
}

int sweep_plan_value(const struct sweep_plan *plan, long point, int k)
{
    for (int later = plan->n_overs - 1; later > k; later--) {
        point /= plan->overs[later].n;
    }
    return (int)(point % plan->overs[k].n);
}

uint64_t sweep_plan_seed(const struct sweep_plan *plan, long job)
{
    return plan->seed + (uint64_t)(job % plan->n_seeds);
}

char *sweep_plan_point_text(const struct sweep_plan *plan, long point, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int k = 0; k < plan->n_overs && used < size; k++) {
        const struct over *over = &plan->overs[k];
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", k ? " " : "", over->key,
                                 over->values[sweep_plan_value(plan, point, k)]);
    }
    return text;
}

char *sweep_plan_job_text(const struct sweep_plan *plan, long job, char *text, size_t size)
{
    sweep_plan_point_text(plan, job / plan->n_seeds, text, size);
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%sseed=%llu", used ? " " : "",
             (unsigned long long)sweep_plan_seed(plan, job));
    return text;
}

/* ---- a job as a command line ---- */

/* "--lr=0.1"; what has a dot in its name, "--set=ewc.lambda=10".  Returns owned. */
static char *word_of_key(const char *key, const char *value)
{
    char name[MERGED_NAME_MAX + 8];
    snprintf(name, sizeof name, "%s%s", strchr(key, '.') ? "set=" : "", key);
    return word_of(name, value);
}

static char *copy_of(const char *text)
{
    return text ? strdup(text) : NULL;
}

/* Word i of the line of a job: options of all, then keys, then the seed.  Returns owned. */
static char *job_word(const struct sweep_plan *plan, long job, int i)
{
    char seed[SEED_WORD_MAX];
    int k = i - plan->n_args;
    if (k < 0) {
        return copy_of(plan->args[i]);
    }
    if (k < plan->n_overs) {
        const struct over *over = &plan->overs[k];
        return word_of_key(over->key, over->values[sweep_plan_value(plan, job / plan->n_seeds, k)]);
    }
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)sweep_plan_seed(plan, job));
    return word_of("seed", seed);
}

/* Reads the first n words. */
static bool parse_words(struct swept *swept, int n, struct err *err)
{
    struct command_line line = {.command = "run", .use = USE_RUN, .argc = n, .argv = swept->words};
    options_close(&swept->options);
    swept->options = options_default();
    return options_parse(&swept->options, &line, err);
}

/* The first key with which the line is refused is at fault. */
static void blame_key(const struct sweep_plan *plan, long job, struct swept *swept, struct err *err)
{
    struct err ignored;
    for (int k = 0; k < plan->n_overs; k++) {
        if (!parse_words(swept, plan->n_args + k + 1, &ignored)) {
            char words[160];
            const struct over *over = &plan->overs[k];
            snprintf(words, sizeof words, "--over %s=%.80s: ", over->key,
                     over->values[sweep_plan_value(plan, job / plan->n_seeds, k)]);
            err_prefix(err, words);
            return;
        }
    }
}

struct swept *swept_make(const struct sweep_plan *plan, long job, struct err *err)
{
    struct swept *swept = calloc(1, sizeof *swept);
    int n = plan->n_args + plan->n_overs + 1;
    bool ok = swept && (swept->words = calloc((size_t)n, sizeof *swept->words));
    while (ok && swept->n_words < n) {
        swept->words[swept->n_words] = job_word(plan, job, swept->n_words);
        ok = swept->words[swept->n_words] != NULL;
        swept->n_words += ok;
    }
    if (!ok) {
        no_memory(err);
    } else if (!parse_words(swept, n, err)) {
        blame_key(plan, job, swept, err);
        ok = false;
    }
    if (!ok) {
        swept_free(swept);
        return NULL;
    }
    options_observe(&swept->options, false);
    return swept;
}

void swept_free(struct swept *swept)
{
    for (int i = 0; swept && i < swept->n_words; i++) {
        free(swept->words[i]);
    }
    if (swept) {
        options_close(&swept->options);
        free(swept->words);
    }
    free(swept);
}
