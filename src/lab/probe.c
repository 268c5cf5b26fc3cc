/* SPDX-License-Identifier: MIT
 * The table of probes, and those that training and evaluation give anyway. */
#include "lab/probe.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"

static double accuracy(const struct probed *probed, int task)
{
    (void)task;
    return probed->score->accuracy;
}

static double bits(const struct probed *probed, int task)
{
    (void)task;
    return probed->score->bits;
}

static double loss(const struct probed *probed, int none)
{
    (void)none;
    return probed->loss;
}

const struct probe probe_accuracy = {
    .name = "accuracy",
    .title = "accuracy, %",
    .about = "*What you see.* The share of test examples that are answered right, of each task.\n\n"
             "*Equation.* right / n, over the test examples of the task",
    .unit = "%",
    .metric = "accuracy",
    .index = PROBE_OF_TASK,
    .min = 0,
    .max = 1,
    .measure = accuracy,
};

const struct probe probe_bits = {
    .name = "bits",
    .title = "bits per character",
    .about = "*What you see.* How surprising the test texts are, of each task.\n\n"
             "*Equation.* − log₂ p(next character), mean over the test texts",
    .unit = "bits",
    .metric = "bits_per_character",
    .json = "bits_per_character",
    .index = PROBE_OF_TASK,
    .min = 0,
    .max = (double)INFINITY,
    .is_in_rows = true,
    .measure = bits,
};

const struct probe probe_loss = {
    .name = "loss",
    .title = "training loss, nats",
    .about = "*What you see.* The training loss, a mean over the steps since the last look.\n\n"
             "*Equation.* −ln p(label), mean over the batch",
    .unit = "nats",
    .metric = "loss",
    .index = PROBE_OF_LEARNER,
    .min = -(double)INFINITY,
    .max = (double)INFINITY,
    .measure = loss,
};

#define PROBE_ROW(id, name) [PROBE_##id] = &probe_##name,
static const struct probe *const probes[PROBE_COUNT] = {PROBE_LIST(PROBE_ROW)};

const struct probe *probe_at(enum probe_id id)
{
    return probes[id];
}

int probe_find(const char *name)
{
    for (int i = 0; i < PROBE_COUNT; i++) {
        if (strcmp(probes[i]->name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* How many values a task has, or the learner. */
static int inner_size(enum probe_index index)
{
    switch (index) {
    case PROBE_OF_PART:
        return NETWORK_PARTS_MAX;
    case PROBE_OF_LAYER:
    case PROBE_OF_TASK_AND_LAYER:
        return PROBE_LAYERS_MAX;
    case PROBE_OF_TASK_AND_MODULE:
        return NETWORK_MODULES_MAX;
    case PROBE_OF_TASK_AND_POINT:
        return PROBE_POINTS_MAX;
    case PROBE_OF_LEARNER:
    case PROBE_OF_TASK:
        break;
    }
    return 1;
}

static bool is_of_tasks(enum probe_index index)
{
    return index != PROBE_OF_LEARNER && index != PROBE_OF_PART && index != PROBE_OF_LAYER;
}

int probe_size(const struct probe *probe, int n_tasks)
{
    return inner_size(probe->index) * (is_of_tasks(probe->index) ? n_tasks : 1);
}

struct probe_keys probe_keys(const struct probe *probe, int i)
{
    enum probe_index index = probe->index;
    int inner = i % inner_size(index);
    bool is_layer = index == PROBE_OF_LAYER || index == PROBE_OF_TASK_AND_LAYER;
    return (struct probe_keys){.task = is_of_tasks(index) ? i / inner_size(index) : -1,
                               .part = index == PROBE_OF_PART ? inner : -1,
                               .layer = is_layer ? inner : -1,
                               .module = index == PROBE_OF_TASK_AND_MODULE ? inner : -1,
                               .point = index == PROBE_OF_TASK_AND_POINT ? inner : -1};
}

int probe_number(const struct probe *probe, int task, int i)
{
    assert(i >= 0 && i < inner_size(probe->index) && task >= 0);
    return is_of_tasks(probe->index) ? task * inner_size(probe->index) + i : i;
}

char *probe_layer_name(const struct params *params, int layer, char *buf, size_t size)
{
    if (layer < network_n_unit_layers(params)) {
        return network_unit_layer_name(params, layer, buf, size);
    }
    snprintf(buf, size, "outputs");
    return buf;
}

const struct end *probe_end(const struct probed *probed, int task)
{
    return ends_find(probed->ends, task, INT_MAX);
}

bool probe_is_earlier(const struct probed *probed, int task)
{
    return task != probed->task && probe_end(probed, task);
}

int probe_task_in_turn(const struct probed *probed)
{
    int n = 0;
    for (int t = 0; t < probed->n_tasks; t++) {
        n += probe_is_earlier(probed, t);
    }
    int left = n > 0 ? probed->turn % n : 0;
    for (int t = 0; t < probed->n_tasks; t++) {
        if (probe_is_earlier(probed, t) && left-- == 0) {
            return t;
        }
    }
    return -1;
}

/* ---- what they say ---- */

void findings_fini(struct findings *findings)
{
    free(findings->all);
    *findings = (struct findings){0};
}

void probe_put(struct findings *findings, int task, int i, double value)
{
    const struct probe *probe = probe_at(findings->probe);
    if (isnan(value)) {
        return;
    }
    if (findings->n == findings->capacity) {
        int capacity = findings->capacity ? 2 * findings->capacity : 64;
        struct finding *all = realloc(findings->all, (size_t)capacity * sizeof *all);
        if (!all) {
            return;
        }
        findings->all = all;
        findings->capacity = capacity;
    }
    findings->all[findings->n++] =
        (struct finding){.probe = findings->probe,
                         .i = probe_number(probe, task, i),
                         .step = findings->step,
                         .value = fmin(fmax(value, probe->min), probe->max)};
}

void probe_put_accuracy(const struct probed *probed, struct findings *findings, int task, int most,
                        const struct range *among)
{
    struct probing_examples examples = probing_tests(probed->suite, task, most);
    const real *theta = learner_answer(probed->learner, task);
    probe_put(findings, task, 0, probing_accuracy(probed->room, theta, &examples, among));
}

/* end (P): the weights at the task's end; NULL: only those of now, and not the outputs. */
static void take_layers(const struct probe *probe, const struct probed *probed, int task,
                        const real *end, struct findings *findings)
{
    struct probing_examples examples = probing_tests(probed->suite, task, PROBE_EXAMPLES);
    const real *theta = learner_answer(probed->learner, task);
    struct probing_hidden now, before = {0};
    bool ok = probing_hidden_take(&now, probed->room, theta, &examples) &&
              (!end || probing_hidden_take(&before, probed->room, end, &examples));
    for (int l = 0; ok && l < now.n_layers - !end; l++) {
        struct probe_layer layer = {l, now.n, now.width[l], now.h[l], before.h[l]};
        probe_put(findings, task, l, probe->of_layer(probed, &layer));
    }
    probing_hidden_fini(&now);
    probing_hidden_fini(&before);
}

void probe_take(const struct probe *probe, const struct probed *probed, struct findings *findings)
{
    if (probe->take) {
        probe->take(probed, findings);
    } else if (!is_of_tasks(probe->index)) {
        take_layers(probe, probed, probed->task, NULL, findings);
    } else if (probe_task_in_turn(probed) >= 0) {
        int task = probe_task_in_turn(probed);
        take_layers(probe, probed, task, probe_end(probed, task)->theta, findings);
    }
}

void measures_take(struct measures *measures, enum probe_index index, const struct probed *probed,
                   int i)
{
    for (int p = 0; p < PROBE_COUNT; p++) {
        bool is_there = probes[p]->when == PROBE_ALWAYS && probes[p]->index == index;
        measures->of[p] = is_there ? probes[p]->measure(probed, i) : (double)NAN;
    }
}

/* ---- which are on ---- */

_Static_assert(PROBE_COUNT <= 32, "a set is 32 bits");

uint32_t probe_all(void)
{
    return ((UINT32_C(1) << PROBE_COUNT) - 1) & ~probe_when_set(PROBE_ALWAYS);
}

uint32_t probe_when_set(enum probe_when when)
{
    uint32_t set = 0;
    for (int p = 0; p < PROBE_COUNT; p++) {
        set |= probes[p]->when == when ? UINT32_C(1) << p : 0;
    }
    return set;
}

const char *probe_when_words(enum probe_when when)
{
    static const char *const words[] = {
        [PROBE_ALWAYS] = "at each look",
        [PROBE_AT_LOOKS] = "now and then and at each task's end",
        [PROBE_AT_ENDS] = "at each task's end",
        [PROBE_AT_ANCHOR] = "at each task's end",
        [PROBE_AT_STEPS] = "at each of a task's first 100 steps",
    };
    return words[when];
}

bool probe_parse_one(const char *name, uint32_t *set, struct err *err)
{
    struct nearest nearest = {.typed = name};
    int i = probe_find(name);
    *set = strcmp(name, "all") == 0 ? probe_all() : i >= 0 ? UINT32_C(1) << i & probe_all() : 0;
    if (*set) {
        return true;
    }
    if (i >= 0) {
        return err_set(err, ERR_USAGE, "%s is always measured", name);
    }
    for (int p = 0; p < PROBE_COUNT; p++) {
        nearest_offer(&nearest, probes[p]->name);
    }
    return nearest.word ? err_set(err, ERR_USAGE, "no probe is called '%.40s'; did you mean %s?",
                                  name, nearest.word)
                        : err_set(err, ERR_USAGE,
                                  "no probe is called '%.40s'; see: oubli list probes", name);
}

bool probe_parse_set(const char *text, uint32_t *set, struct err *err)
{
    uint32_t all = 0;
    for (const char *at = text; *at || at == text; at += *at == ',') {
        char name[40];
        size_t length = strcspn(at, ",");
        uint32_t one = 0;
        snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1),
                 at);
        if (!probe_parse_one(name, &one, err)) {
            return false;
        }
        all |= one;
        at += length;
    }
    *set = all;
    return true;
}

char *probe_format_set(uint32_t set, char *buf, size_t size)
{
    size_t used = 0;
    buf[0] = '\0';
    for (int p = 0; p < PROBE_COUNT && used < size; p++) {
        if ((set >> p) & 1u) {
            used +=
                (size_t)snprintf(buf + used, size - used, "%s%s", used ? "," : "", probes[p]->name);
        }
    }
    return buf;
}

/* ---- when ---- */

double probe_cost(const struct probe *probe, const struct probed *probed)
{
    const double more = 1.4; /* measured: oubli bench */
    double examples = probe->cost ? probe->cost(probed) : probe->cost_examples;
    return more * (examples + probe->cost_weights / learner_network(probed->learner)->n_positions);
}

double probe_room(const struct network *net, int rows, double speed)
{
    const double part = 0.01, rate = 5e9;
    double work = 3 * (double)rows; /* forward, and backward as two */
    double waits = rate / ((double)net->n_params * net->n_positions);
    return part * (speed > 0 && waits / speed > work ? waits / speed : work);
}

long probe_interval(const struct probe *probe, double cost, double room)
{
    double times = probe->when == PROBE_AT_STEPS ? PROBE_STEPS : 1;
    double steps = times * cost / room;
    return steps < 1 ? 1 : steps > 1e9 ? 1000000000 : (long)ceil(steps);
}

/* How many turns a whole stage has, no more than looks; 0: it is one turn of so many stages. */
static long turns_of(const struct probe *probe, long interval, const struct probe_moment *moment)
{
    long most = moment->stage_steps / interval;
    long looks = moment->interval > 0 ? moment->stage_steps / moment->interval : 1;
    looks = probe->when == PROBE_AT_LOOKS && looks > 1 ? looks : 1;
    return most < looks ? most : looks;
}

int probe_turn(const struct probe *probe, double cost, const struct probe_moment *moment)
{
    long interval = probe_interval(probe, cost, moment->room), steps = moment->stage_steps;
    long n = turns_of(probe, interval, moment), step = moment->stage_step,
         first = probe->first_stage;
    long stages = n > 0 ? 1 : (interval + steps - 1) / steps; /* from one turn to the next */
    long since = moment->stage - first;
    bool is_stage = since >= 0 && since % stages == 0;
    if (probe->when == PROBE_AT_STEPS) {
        return is_stage && step >= 1 && step <= PROBE_STEPS ? (int)(since / stages) : -1;
    }
    if (moment->is_end) {
        return is_stage ? (int)(n > 0 ? since * n + n - 1 : since / stages) : -1;
    }
    long last = step - moment->interval;
    bool is_regular = moment->interval > 0 && step % moment->interval == 0;
    if (!is_stage || !is_regular || n < 2 || step * n / steps == last * n / steps) {
        return -1;
    }
    return (int)(since * n + step * n / steps - 1);
}
