/* SPDX-License-Identifier: MIT */
#include "support/labs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab_inside.h"
#include "lab/learner_spec.h"
#include "lab/probe.h"

/* The name as the table has it, which outlives the settings. */
static const char *suite_called(const char *name)
{
    int i = 0;
    while (suite_kind_at(i) && strcmp(suite_kind_at(i)->name, name) != 0) {
        i++;
    }
    cr_assert_not_null(suite_kind_at(i), "%s", name);
    return suite_kind_at(i)->name;
}

static int scenario_called(const char *name)
{
    int i = 0;
    while (i < SCENARIO_COUNT && strcmp(scenario_name((enum scenario)i), name) != 0) {
        i++;
    }
    cr_assert_lt(i, SCENARIO_COUNT, "%s", name);
    return i;
}

static void take_settings(struct config *config, struct params *params, const char *settings)
{
    char text[300], *rest = text;
    snprintf(text, sizeof text, "net=6 steps=40 batch=8 %s", settings);
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        enum param_id id;
        char *value = strchr(word, '=');
        cr_assert_not_null(value, "%s", word);
        *value = '\0';
        if (strcmp(word, "suite") == 0) {
            config->suite = suite_called(value + 1);
            continue;
        }
        if (strcmp(word, "scenario") == 0) {
            config->scenario = scenario_called(value + 1);
            continue;
        }
        if (strcmp(word, "seed") == 0) {
            config->seed = strtoull(value + 1, NULL, 10);
            continue;
        }
        if (strcmp(word, "probes") == 0) {
            bool is_none = strcmp(value + 1, "none") == 0;
            config->probes = 0;
            cr_assert(is_none || probe_parse_set(value + 1, &config->probes, NULL), "%s",
                      value + 1);
            continue;
        }
        if (strcmp(word, "data") == 0) {
            const struct dataset_kind *kind = dataset_kind_of(value + 1, NULL);
            cr_assert_not_null(kind, "%s", value + 1);
            config->data = kind->name;
            continue;
        }
        cr_assert(param_find(word, &id) && param_parse(params, id, value + 1, NULL), "%s", word);
    }
}

static struct lab *open_lab(struct config config, int n_tasks, const char *settings,
                            const char *const *learners, const struct lab_options *options)
{
    struct learner_config base = config.learners[0];
    struct err err = {0};
    config.probes = probe_all(); /* they change nothing */
    take_settings(&config, &base.params, settings);
    config.n_tasks = n_tasks;
    for (config.n_learners = 0; learners[config.n_learners]; config.n_learners++) {
        struct learner_config *learner = &config.learners[config.n_learners];
        *learner = base;
        cr_assert(learner_spec_parse(learners[config.n_learners], learner, &err), "%s", err.msg);
    }
    struct lab *lab = lab_create(&config, options, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    return lab;
}

struct lab *labs_open(int n_tasks, const char *settings, const char *const *learners,
                      const struct lab_options *options)
{
    return open_lab(config_default(), n_tasks, settings, learners, options);
}

struct lab *labs_open_text(enum scenario scenario, const char *settings,
                           const char *const *learners)
{
    struct config config = config_default();
    struct lab_options options = {.speed = 50, .keeps_history = true};
    config.data = "text";
    config.scenario = (int)scenario;
    return open_lab(config, 0, settings, learners, &options);
}

struct lab *labs_open_plain(int n_tasks, const char *settings, const char *const *learners)
{
    return labs_open(n_tasks, settings, learners, &(struct lab_options){.keeps_history = true});
}

bool labs_try(struct lab *lab, const char *line, struct err *err)
{
    struct command command;
    return command_parse(line, &command, err) && lab_apply(lab, &command, err);
}

void labs_tell(struct lab *lab, const char *line)
{
    struct err err = {0};
    cr_assert(labs_try(lab, line, &err), "%s: %s", line, err.msg);
}

void labs_run(struct lab *lab, long step, long cut)
{
    while (lab_steps_done(lab) < step) {
        long left = step - lab_steps_done(lab);
        if (lab_advance(lab, left < cut ? left : cut) != LAB_TRAINING) {
            return;
        }
    }
}

int labs_find(const struct lab *lab, const char *name)
{
    for (int i = 0; i < lab_n_learners(lab); i++) {
        if (strcmp(lab_learner_name(lab, i), name) == 0) {
            return i;
        }
    }
    return -1;
}

/* FNV-1a. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ at[i]) * 0x100000001b3u;
    }
    return hash;
}

uint64_t labs_hash(const struct lab *lab, int learner)
{
    struct learner_config config = lab_learner_config(lab, learner);
    const struct learner *it = lab_learner(lab, learner);
    size_t size = learner_network(it)->n_params * sizeof(real);
    double rate = learner_rate(it);
    uint64_t hash = mix(0xcbf29ce484222325u, learner_theta(it), size);
    hash = mix(hash, config.params.value, sizeof config.params.value);
    hash = mix(hash, &config.on, sizeof config.on);
    hash = mix(hash, &rate, sizeof rate);
    return mix(hash, &config.observed, sizeof config.observed);
}

uint64_t labs_hash_of(const struct lab *lab, const char *name)
{
    int i = labs_find(lab, name);
    cr_assert(i >= 0, "%s is not there", name);
    return labs_hash(lab, i);
}

static bool is_measure(struct entry entry)
{
    switch (entry.kind) {
    case ENTRY_BASELINE:
    case ENTRY_MEASURE:
    case ENTRY_MATRIX:
    case ENTRY_DIVERGED:
        return true;
    default:
        return false;
    }
}

struct entry *labs_measures(const struct lab *lab, int id, long *n)
{
    const struct journal *journal = lab_journal(lab);
    long length = journal_length(journal);
    struct entry *entries = calloc((size_t)length + 1, sizeof *entries);
    cr_assert_not_null(entries);
    *n = 0;
    for (long i = 0; i < length; i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_REWIND) {
            long kept = 0;
            for (long k = 0; k < *n; k++) {
                if (entries[k].step <= entry.step && entries[k].stage <= entry.stage) {
                    entries[kept++] = entries[k];
                }
            }
            *n = kept;
        } else if (entry.learner == id && is_measure(entry)) {
            entries[(*n)++] = entry;
        }
    }
    return entries;
}

static bool is_same(struct entry a, struct entry b)
{
    bool is_text = (!a.text && !b.text) || (a.text && b.text && strcmp(a.text, b.text) == 0);
    return a.kind == b.kind && a.probe == b.probe && a.stage == b.stage && a.task == b.task &&
           a.step == b.step && is_text && memcmp(&a.value, &b.value, sizeof a.value) == 0;
}

static long first_after(const struct entry *entries, long n, long step)
{
    long i = 0;
    while (i < n && entries[i].step < step) {
        i++;
    }
    return i;
}

bool labs_same_measures(const struct lab *lab, const char *name, const struct lab *other,
                        const char *other_name, long from)
{
    int mine = labs_find(lab, name), theirs = labs_find(other, other_name);
    cr_assert(mine >= 0 && theirs >= 0, "%s and %s", name, other_name);
    long n, m;
    struct entry *a = labs_measures(lab, lab_learner_id(lab, mine), &n);
    struct entry *b = labs_measures(other, lab_learner_id(other, theirs), &m);
    long i = first_after(a, n, from), k = first_after(b, m, from);
    bool is_equal = n > i && n - i == m - k;
    if (!is_equal) {
        cr_log_error("%ld and %ld entries", n - i, m - k);
    }
    for (; is_equal && i < n; i++, k++) {
        is_equal = is_same(a[i], b[k]);
        if (!is_equal) {
            cr_log_error("kind %d of stage %d, task %d, step %ld: %g; kind %d of stage %d, task "
                         "%d, step %ld: %g",
                         a[i].kind, a[i].stage, a[i].task, a[i].step, a[i].value, b[k].kind,
                         b[k].stage, b[k].task, b[k].step, b[k].value);
        }
    }
    free(a);
    free(b);
    return is_equal;
}

bool labs_same_journal(const struct lab *lab, const struct lab *other)
{
    const struct journal *a = lab_journal(lab), *b = lab_journal(other);
    bool is_equal = journal_length(a) == journal_length(b);
    for (long i = 0; is_equal && i < journal_length(a); i++) {
        struct entry one = journal_at(a, i), two = journal_at(b, i);
        is_equal = is_same(one, two) && one.learner == two.learner;
    }
    return is_equal;
}

long labs_count_measures(const struct lab *lab, enum probe_id probe)
{
    const struct journal *journal = lab_journal(lab);
    long n = 0;
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        n += entry.kind == ENTRY_MEASURE && entry.probe == probe;
    }
    return n;
}

long labs_count(const struct lab *lab, enum entry_kind kind)
{
    const struct journal *journal = lab_journal(lab);
    long n = 0;
    for (long i = 0; i < journal_length(journal); i++) {
        n += journal_at(journal, i).kind == kind;
    }
    return n;
}

const struct snapshot *labs_look(struct lab *lab)
{
    static struct snapshot snapshot;
    lab_snapshot(lab, &snapshot);
    return &snapshot;
}

int labs_taught(const struct lab *lab)
{
    return suite_taught(lab->now.run->suite);
}
