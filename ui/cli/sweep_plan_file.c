/* SPDX-License-Identifier: MIT
 * The other half of sweep_plan.h: DIR/plan.json. */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/cli/output.h"
#include "ui/cli/sweep_plan.h"

static void name_file(char path[PATH_MAX], const char *dir)
{
    snprintf(path, PATH_MAX, "%s/plan.json", dir);
}

bool sweep_plan_is_there(const char *dir)
{
    char path[PATH_MAX];
    name_file(path, dir);
    return access(path, F_OK) == 0;
}

/* ---- writing ---- */

static json_t *texts(char *const *text, int n)
{
    json_t *array = json_array();
    for (int i = 0; i < n; i++) {
        if (json_array_append_new(array, json_string(text[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *object_of(const struct sweep_plan *plan)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:I, s:i}", "version", plan->version, "command",
                     plan->command, "args", texts(plan->args, plan->n_args), "over",
                     texts(plan->specs, plan->n_overs), "seed", (json_int_t)plan->seed, "seeds",
                     plan->n_seeds);
}

bool sweep_plan_make_folder(const char *dir, struct err *err)
{
    struct stat status;
    if (mkdir(dir, 0777) == 0 || (stat(dir, &status) == 0 && S_ISDIR(status.st_mode))) {
        return true;
    }
    return err_set(err, ERR_FAILED, "--dir %.200s: a folder cannot be made: %s", dir,
                   strerror(errno));
}

bool sweep_plan_save(const struct sweep_plan *plan, struct err *err)
{
    char path[PATH_MAX];
    struct output output = {0};
    json_t *object = object_of(plan);
    name_file(path, plan->dir);
    bool ok = output_open(&output, err);
    if (ok && !object) {
        ok = err_set(err, ERR_USAGE, "sweep: options in UTF-8 expected, found something else");
    }
    if (ok && (json_dumpf(object, output.stream, JSON_INDENT(1)) != 0 ||
               fputc('\n', output.stream) == EOF)) {
        ok = err_set(err, ERR_FAILED, "memory: none left for the plan");
    }
    ok = ok && output_save(&output, path, err);
    json_decref(object);
    output_close(&output);
    return ok;
}

/* ---- reading ---- */

/* Owned; NULL if there is no such text. */
static char *text_at(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? strdup(text) : NULL;
}

static bool read_args(struct sweep_plan *plan, const json_t *array)
{
    size_t n = json_array_size(array);
    plan->args = calloc(n + 1, sizeof *plan->args);
    for (size_t i = 0; plan->args && i < n; i++) {
        const char *text = json_string_value(json_array_get(array, i));
        char *copy = text ? strdup(text) : NULL;
        if (!copy) {
            return false;
        }
        plan->args[plan->n_args++] = copy;
    }
    return plan->args && json_is_array(array);
}

static bool read_overs(struct sweep_plan *plan, const json_t *array)
{
    size_t n = json_array_size(array);
    bool ok = json_is_array(array) && n <= MERGED_KEYS_MAX;
    for (size_t k = 0; ok && k < n; k++) {
        const char *text = json_string_value(json_array_get(array, k));
        struct err ignored;
        char *spec = text ? strdup(text) : NULL;
        plan->specs[k] = spec;
        plan->n_overs += spec != NULL;
        ok = spec && over_parse(&plan->overs[k], spec, &ignored);
    }
    return ok;
}

static bool read_plan(struct sweep_plan *plan, const json_t *object)
{
    json_int_t seed = json_integer_value(json_object_get(object, "seed"));
    json_int_t n_seeds = json_integer_value(json_object_get(object, "seeds"));
    plan->command = text_at(object, "command");
    plan->version = text_at(object, "version");
    plan->seed = (uint64_t)seed;
    plan->n_seeds = (int)n_seeds;
    bool ok = plan->command && plan->version && seed >= 0 && seed <= (json_int_t)SEED_LAST &&
              n_seeds >= 1 && n_seeds <= SEEDS_MAX &&
              read_args(plan, json_object_get(object, "args")) &&
              read_overs(plan, json_object_get(object, "over"));
    double n = plan->n_seeds;
    for (int k = 0; ok && k < plan->n_overs; k++) {
        n *= plan->overs[k].n;
    }
    return ok && n <= SWEEP_JOBS_MAX;
}

bool sweep_plan_load(struct sweep_plan *plan, const char *dir, struct err *err)
{
    char path[PATH_MAX];
    json_error_t why;
    *plan = (struct sweep_plan){.dir = strdup(dir)};
    name_file(path, dir);
    if (!sweep_plan_is_there(dir)) {
        return err_set(err, ERR_FAILED,
                       "%.200s: a folder of oubli sweep expected, found none with a plan.json in "
                       "it",
                       dir);
    }
    json_t *object = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
    bool ok = object && plan->dir && read_plan(plan, object);
    json_decref(object);
    return ok || err_set(err, ERR_FAILED,
                         "%.200s: it is damaged, or of another version of oubli; move its folder "
                         "away and begin again",
                         path);
}

/* ---- comparing ---- */

static bool differs(const struct sweep_plan *there, const char *found, const char *expected,
                    struct err *err)
{
    return err_set(err, ERR_USAGE,
                   "--dir %.80s: a sweep with %.80s is there, found %.80s; ask for the same again, "
                   "or name another folder",
                   there->dir, expected ? expected : "nothing in its place",
                   found ? found : "nothing in its place");
}

static const char *nth(char *const *texts_of, int n, int i)
{
    return i < n ? texts_of[i] : NULL;
}

static bool are_same(char *const *a, int n_a, char *const *b, int n_b, int *i)
{
    *i = 0;
    while (*i < n_a && *i < n_b && strcmp(a[*i], b[*i]) == 0) {
        ++*i;
    }
    return *i == n_a && *i == n_b;
}

static bool differ_in_number(const struct sweep_plan *there, const char *name, uint64_t found,
                             uint64_t expected, struct err *err)
{
    char a[48], b[48];
    snprintf(a, sizeof a, "%s %llu", name, (unsigned long long)found);
    snprintf(b, sizeof b, "%s %llu", name, (unsigned long long)expected);
    return differs(there, a, b, err);
}

bool sweep_plan_is_same(const struct sweep_plan *there, const struct sweep_plan *asked,
                        struct err *err)
{
    int i;
    if (strcmp(there->version, asked->version) != 0) {
        return err_set(err, ERR_USAGE,
                       "--dir %.80s: a sweep of oubli %.20s is there, and this is %.20s, whose "
                       "numbers may differ; go on with that, or name another folder",
                       there->dir, there->version, asked->version);
    }
    if (!are_same(there->specs, there->n_overs, asked->specs, asked->n_overs, &i)) {
        return differs(there, nth(asked->specs, asked->n_overs, i),
                       nth(there->specs, there->n_overs, i), err);
    }
    if (!are_same(there->args, there->n_args, asked->args, asked->n_args, &i)) {
        return differs(there, nth(asked->args, asked->n_args, i),
                       nth(there->args, there->n_args, i), err);
    }
    if (there->seed != asked->seed) {
        return differ_in_number(there, "--seed", asked->seed, there->seed, err);
    }
    return there->n_seeds == asked->n_seeds ||
           differ_in_number(there, "--seeds", (uint64_t)asked->n_seeds, (uint64_t)there->n_seeds,
                            err);
}
