/* SPDX-License-Identifier: MIT */
#include "lab/silence.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/unit_probe.h"

enum { NUMBER_MOST = 65536 };

enum wanted {
    WANTED_NONE,    /* all speak */
    WANTED_UNITS,   /* by number */
    WANTED_ONE,     /* A, of all that have begun */
    WANTED_MOSTLY,  /* A, of A and B */
    WANTED_BOTH,    /* A and B */
    WANTED_NEITHER, /* no task */
};

/* What was asked for. */
struct wish {
    enum wanted wanted;
    int task[2];
    int layer;           /* from 0 */
    const char *numbers; /* "3,7-9@1" */
};

/* ---- the line ---- */

static bool refuse(const char *what, struct err *err)
{
    return err_set(err, ERR_USAGE,
                   "silence: units of a layer expected, as 3,7-9@1, A@1, A/E@1, A+E@1 or "
                   "neither@1; or off; found '%.40s'",
                   what);
}

/* A number from 1 at *at, which goes behind it. */
static bool take_number(const char **at, long *number)
{
    char *end;
    bool is_digit = isdigit((unsigned char)**at);
    *number = strtol(*at, &end, 10);
    *at = end;
    return is_digit && *number >= 1 && *number <= NUMBER_MOST;
}

/* "3" or "7-9"; what follows is a comma or the @. */
static bool take_range(const char **at, long range[2])
{
    bool ok = take_number(at, &range[0]);
    range[1] = range[0];
    if (ok && **at == '-') {
        ++*at;
        ok = take_number(at, &range[1]);
    }
    return ok && (**at == ',' || **at == '@');
}

static bool check_numbers(const char *at)
{
    long range[2];
    bool ok = take_range(&at, range);
    while (ok && *at == ',') {
        at++;
        ok = take_range(&at, range);
    }
    return ok && *at == '@';
}

static bool take_letter(const char *text, size_t length, int *task)
{
    char letter[4] = "";
    if (length < sizeof letter) {
        memcpy(letter, text, length);
    }
    *task = task_from_letter(letter, SUITE_TASKS_MAX);
    return *task >= 0;
}

/* "A", "A/E", "A+E". */
static bool take_letters(const char *text, size_t length, struct wish *wish)
{
    size_t first = strcspn(text, "/+");
    if (first >= length) {
        wish->wanted = WANTED_ONE;
        return take_letter(text, length, &wish->task[0]);
    }
    wish->wanted = text[first] == '/' ? WANTED_MOSTLY : WANTED_BOTH;
    return take_letter(text, first, &wish->task[0]) &&
           take_letter(text + first + 1, length - first - 1, &wish->task[1]) &&
           wish->task[0] != wish->task[1];
}

static bool take_wish(const char *what, struct wish *wish)
{
    const char *at = strchr(what, '@'), *number = at ? at + 1 : "";
    long layer = 0;
    *wish = (struct wish){.numbers = what};
    if (strcmp(what, "off") == 0) {
        return true;
    }
    if (!at || !take_number(&number, &layer) || *number != '\0') {
        return false;
    }
    wish->layer = (int)layer - 1;
    if (strncmp(what, "neither@", 8) == 0) {
        wish->wanted = WANTED_NEITHER;
        return true;
    }
    wish->wanted = WANTED_UNITS;
    return isdigit((unsigned char)what[0]) ? check_numbers(what)
                                           : take_letters(what, (size_t)(at - what), wish);
}

bool silence_check(const char *what, struct err *err)
{
    struct wish wish;
    return take_wish(what, &wish) || refuse(what, err);
}

/* ---- units ---- */

int silence_tasks(const struct begun *begun, int tasks[UNIT_TASKS_MAX])
{
    int n = begun->n < UNIT_TASKS_MAX ? begun->n : UNIT_TASKS_MAX;
    for (int i = 0; i < n; i++) {
        tasks[i] = begun->tasks[i == 0 ? 0 : begun->n - n + i];
    }
    return n;
}

static bool silence_numbers(const struct wish *wish, const struct unit_layer *of, uint8_t *silenced,
                            struct err *err)
{
    const char *at = wish->numbers;
    do {
        long range[2];
        at += *at == ',';
        take_range(&at, range);
        if (range[0] > range[1] || range[1] > of->n) {
            return err_set(err, ERR_USAGE,
                           "silence: units 1 to %d of layer %d expected, found %ld to %ld", of->n,
                           wish->layer + 1, range[0], range[1]);
        }
        memset(silenced + of->first + range[0] - 1, 1, (size_t)(range[1] - range[0] + 1));
    } while (*at == ',');
    return true;
}

/* Whether each unit of the layer serves each of these tasks, serves (n), as unit_groups_find says.
 */
static bool find_groups(struct learner *learner, const struct suite *suite, const int *tasks,
                        int n_tasks, const struct unit_layer *of, uint8_t *serves, struct err *err)
{
    const struct network *net = learner_network(learner);
    size_t n = (size_t)of->n, all = (size_t)net->n_units;
    struct unit_probe *probe = unit_probe_create(net, err);
    double *seen = malloc(2 * all * sizeof *seen);
    double *influence = malloc((size_t)n_tasks * n * sizeof *influence);
    bool ok = probe && seen && influence;
    for (int t = 0; ok && t < n_tasks; t++) {
        const struct probing_examples examples = probing_firsts(tasks[t], unit_probe_rows(probe));
        const real *theta = learner_answer(learner, tasks[t]);
        unit_probe_influence(probe, theta, suite, &examples, seen, seen + all);
        memcpy(influence + (size_t)t * n, seen + of->first, n * sizeof *influence);
    }
    ok = ok && unit_groups_find(influence, n_tasks, of->n, serves);
    unit_probe_destroy(probe);
    free(seen);
    free(influence);
    return ok || err_set(err, ERR_FAILED, "silence: what the units do could not be found");
}

/* Index of the task among those that have begun; -1 and err. */
static int find_begun(const struct begun *begun, int task, struct err *err)
{
    char letter[4];
    for (int i = 0; i < begun->n; i++) {
        if (begun->tasks[i] == task) {
            return i;
        }
    }
    err_set(err, ERR_USAGE, "silence: a task that has begun expected, found %s",
            task_letter(task, letter));
    return -1;
}

/* The tasks that a group is told by, and the bits that its units have; false and err. */
static bool find_question(const struct wish *wish, const struct begun *begun,
                          int tasks[UNIT_TASKS_MAX], int *n_tasks, uint8_t *bits, struct err *err)
{
    bool is_pair = wish->wanted == WANTED_MOSTLY || wish->wanted == WANTED_BOTH;
    *n_tasks = is_pair ? 2 : silence_tasks(begun, tasks);
    *bits = wish->wanted == WANTED_BOTH ? 3 : wish->wanted == WANTED_NEITHER ? 0 : 1;
    if (is_pair) {
        memcpy(tasks, wish->task, sizeof wish->task);
        return find_begun(begun, tasks[0], err) >= 0 && find_begun(begun, tasks[1], err) >= 0;
    }
    if (wish->wanted == WANTED_NEITHER) {
        return true;
    }
    int at = 0;
    if (find_begun(begun, wish->task[0], err) < 0) {
        return false;
    }
    while (at < *n_tasks && tasks[at] != wish->task[0]) {
        at++;
    }
    *bits = (uint8_t)(1u << at);
    return at < *n_tasks || err_set(err, ERR_USAGE,
                                    "silence: with so many tasks name another one to tell it "
                                    "from, as A/B@1");
}

static bool silence_group(struct learner *learner, const struct suite *suite,
                          const struct begun *begun, const struct wish *wish,
                          const struct unit_layer *of, uint8_t *silenced, struct err *err)
{
    int tasks[UNIT_TASKS_MAX], n_tasks, n_found = 0;
    uint8_t bits, *serves = malloc((size_t)of->n);
    bool ok = serves && find_question(wish, begun, tasks, &n_tasks, &bits, err) &&
              find_groups(learner, suite, tasks, n_tasks, of, serves, err);
    for (int u = 0; ok && u < of->n; u++) {
        bool is_in = serves[u] == bits;
        n_found += is_in;
        silenced[of->first + u] |= is_in;
    }
    free(serves);
    return ok && (n_found > 0 ||
                  err_set(err, ERR_USAGE, "silence: no unit of layer %d is in that group now",
                          wish->layer + 1));
}

bool silence_apply(struct learner *learner, const struct suite *suite, const struct begun *begun,
                   const char *what, struct err *err)
{
    const struct network *net = learner_network(learner);
    struct wish wish;
    if (!take_wish(what, &wish)) {
        return refuse(what, err);
    }
    if (wish.wanted == WANTED_NONE) {
        learner_silence(learner, NULL);
        return true;
    }
    if (wish.layer >= net->n_unit_layers) {
        return err_set(err, ERR_USAGE, "silence: layer 1 to %d expected, found %d",
                       net->n_unit_layers, wish.layer + 1);
    }
    const struct unit_layer *of = &net->unit_layers[wish.layer];
    uint8_t *silenced = calloc((size_t)net->n_units, 1);
    const uint8_t *already = learner_silenced(learner);
    if (!silenced) {
        return err_set(err, ERR_FAILED, "memory: no room to silence units");
    }
    if (already) {
        memcpy(silenced, already, (size_t)net->n_units);
    }
    bool ok = wish.wanted == WANTED_UNITS
                  ? silence_numbers(&wish, of, silenced, err)
                  : silence_group(learner, suite, begun, &wish, of, silenced, err);
    if (ok) {
        learner_silence(learner, silenced);
    }
    free(silenced);
    return ok;
}
