/* SPDX-License-Identifier: MIT
 * The exhibit `network`. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "lab/silence.h"
#include "lab/unit_links.h"
#include "lab/unit_pictures.h"
#include "lab/unit_probe.h"

static const double smooth_least = 0.2;

/* What is kept from look to look. */
struct unit_watcher {
    struct unit_probe *probe;
    int n_units, d;
    double *influence; /* (UNIT_TASKS_MAX, U) */
    double *level;     /* (U) mean over tasks */
    double *work;      /* (U) */
    double *layer;     /* (UNIT_TASKS_MAX, U) of a layer's units */
    double *change;    /* (U) */
    uint8_t *serves;   /* (U) as it is shown ... */
    uint8_t *found;    /* (U) ... and as it was found last */
    int *place[2];     /* (d) */
    float *picture;    /* (d) */
    bool has_found;    /* of: */
    int learner, n_tasks, tasks[UNIT_TASKS_MAX];
};

void lab_destroy_unit_watcher(struct unit_watcher *watcher)
{
    if (watcher) {
        unit_probe_destroy(watcher->probe);
        free(watcher->influence);
        free(watcher->level);
        free(watcher->work);
        free(watcher->layer);
        free(watcher->change);
        free(watcher->serves);
        free(watcher->found);
        free(watcher->place[0]);
        free(watcher->place[1]);
        free(watcher->picture);
        free(watcher);
    }
}

static struct unit_watcher *create_watcher(const struct network *net)
{
    struct unit_watcher *watcher = calloc(1, sizeof *watcher);
    size_t n = (size_t)net->n_units, d = (size_t)net->n_inputs;
    if (!watcher) {
        return NULL;
    }
    watcher->n_units = net->n_units;
    watcher->d = net->n_inputs;
    watcher->probe = unit_probe_create(net, NULL);
    watcher->influence = calloc(UNIT_TASKS_MAX * n, sizeof(double));
    watcher->level = calloc(n, sizeof(double));
    watcher->work = calloc(n, sizeof(double));
    watcher->layer = calloc(UNIT_TASKS_MAX * n, sizeof(double));
    watcher->change = calloc(n, sizeof(double));
    watcher->serves = calloc(n, 1);
    watcher->found = calloc(n, 1);
    watcher->place[0] = calloc(d, sizeof(int));
    watcher->place[1] = calloc(d, sizeof(int));
    watcher->picture = calloc(d, sizeof(float));
    bool ok = watcher->probe && watcher->influence && watcher->level && watcher->work &&
              watcher->layer && watcher->change && watcher->serves && watcher->found &&
              watcher->place[0] && watcher->place[1] && watcher->picture;
    if (!ok) {
        lab_destroy_unit_watcher(watcher);
        return NULL;
    }
    return watcher;
}

/* The one that is kept, if it was made for such a network; else a new one. */
static struct unit_watcher *watcher_of(struct lab *lab, const struct network *net)
{
    if (lab->unit_watcher && !unit_probe_fits(lab->unit_watcher->probe, net)) {
        lab_destroy_unit_watcher(lab->unit_watcher);
        lab->unit_watcher = NULL;
    }
    if (!lab->unit_watcher) {
        lab->unit_watcher = create_watcher(net);
    }
    return lab->unit_watcher;
}

/* ---- which tasks ---- */

static bool has_begun(const struct begun *begun, int task)
{
    for (int i = 0; i < begun->n; i++) {
        if (begun->tasks[i] == task) {
            return true;
        }
    }
    return false;
}

/* The one that is asked for, else the first that began, and the present one; or all. */
static void choose_tasks(const struct begun *begun, int place, int present, struct units *units)
{
    int wanted = place - 1;
    if (place == UNITS_ALL_TASKS && begun->n > 1) {
        units->n_tasks = silence_tasks(begun, units->tasks);
        return;
    }
    if (wanted == present || !has_begun(begun, wanted)) {
        wanted = begun->tasks[0] == present && begun->n > 1 ? begun->tasks[1] : begun->tasks[0];
    }
    units->n_tasks = wanted == present ? 1 : 2;
    units->tasks[0] = wanted;
    units->tasks[1] = present;
}

/* ---- what they do ---- */

/* Influence and levels; false if the weights were not kept or are not finite. */
static bool look_at_tasks(struct lab *lab, struct member *member, struct unit_watcher *watcher,
                          const struct units *units)
{
    size_t n = (size_t)watcher->n_units;
    memset(watcher->level, 0, n * sizeof *watcher->level);
    for (int t = 0; t < units->n_tasks; t++) {
        const real *theta = lab_weights_shown(lab, member, units->tasks[t]);
        const struct probing_examples examples =
            probing_firsts(units->tasks[t], unit_probe_rows(watcher->probe));
        if (!theta) {
            return false;
        }
        unit_probe_influence(watcher->probe, theta, lab->now.run->suite, &examples,
                             watcher->influence + (size_t)t * n, watcher->work);
        for (size_t u = 0; u < n; u++) {
            watcher->level[u] += watcher->work[u] / units->n_tasks;
            if (!isfinite(watcher->influence[(size_t)t * n + u])) {
                return false;
            }
        }
    }
    return true;
}

/* Labels of this look; of the present only those that two looks agree on are shown anew. */
static bool find_labels(struct unit_watcher *watcher, const struct network *net,
                        const struct units *units, bool is_now)
{
    bool is_same = is_now && watcher->has_found && watcher->learner == units->learner &&
                   watcher->n_tasks == units->n_tasks &&
                   memcmp(watcher->tasks, units->tasks, sizeof units->tasks) == 0;
    for (int l = 0; l < net->n_unit_layers; l++) {
        const struct unit_layer *of = &net->unit_layers[l];
        uint8_t *found = (uint8_t *)watcher->work;
        for (int t = 0; t < units->n_tasks; t++) {
            memcpy(watcher->layer + (size_t)t * of->n,
                   watcher->influence + (size_t)t * watcher->n_units + of->first,
                   (size_t)of->n * sizeof *watcher->layer);
        }
        if (!unit_groups_find(watcher->layer, units->n_tasks, of->n, found)) {
            return false;
        }
        for (int u = 0; u < of->n; u++) {
            int at = of->first + u;
            bool holds = !is_same || watcher->found[at] == found[u];
            watcher->serves[at] = holds ? found[u] : watcher->serves[at];
            watcher->found[at] = found[u];
        }
    }
    watcher->has_found = is_now;
    watcher->learner = units->learner;
    watcher->n_tasks = units->n_tasks;
    memcpy(watcher->tasks, units->tasks, sizeof units->tasks);
    return true;
}

/* The weights at the task's end, the last before the moment that is shown; NULL = it had none. */
static const real *end_shown(const struct lab *lab, const struct member *member, int task)
{
    const struct shown shown = lab_shown(lab);
    int before = shown.is_now ? INT_MAX : shown.checkpoint ? shown.checkpoint->at.stage : 0;
    const struct end *end = member_learned_before(member, task, before);
    return end ? end->theta : NULL;
}

/* What units give to inputs of the first task, against the end of that task. */
static void find_change(struct lab *lab, struct member *member, struct unit_watcher *watcher,
                        struct units *units)
{
    int first = units->tasks[0];
    const real *before = end_shown(lab, member, first);
    const real *now = before ? lab_weights_shown(lab, member, first) : NULL;
    units->has_change = now != NULL;
    if (now) {
        const struct probing_examples examples =
            probing_firsts(first, unit_probe_rows(watcher->probe));
        unit_probe_change(watcher->probe, before, now, lab->now.run->suite, &examples,
                          watcher->change);
    }
}

/* ---- what is shown of it ---- */

/* The largest share of a unit, of all tasks or the first alone: as a part of the layer's largest.
 */
static void find_sizes(const struct unit_watcher *watcher, const struct unit_layer *of, int n_tasks,
                       double *sizes)
{
    double largest = 0;
    memset(sizes, 0, (size_t)of->n * sizeof *sizes);
    for (int t = 0; t < n_tasks; t++) {
        const double *influence = watcher->influence + (size_t)t * watcher->n_units + of->first;
        double sum = 0;
        for (int u = 0; u < of->n; u++) {
            sum += influence[u];
        }
        for (int u = 0; u < of->n && sum > 0; u++) {
            sizes[u] = fmax(sizes[u], influence[u] / sum);
            largest = fmax(largest, sizes[u]);
        }
    }
    for (int u = 0; u < of->n; u++) {
        sizes[u] = largest > 0 ? sqrt(sizes[u] / largest) : 0;
    }
}

static uint8_t byte_of(double part)
{
    return part >= 1 ? 255 : part > 0 ? (uint8_t)(255 * part) : 0;
}

static int compare_sizes(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The least size among the n largest of a layer. */
static double least_shown(const double *sizes, int n_units, int n, double *sorted)
{
    memcpy(sorted, sizes, (size_t)n_units * sizeof *sorted);
    qsort(sorted, (size_t)n_units, sizeof *sorted, compare_sizes);
    return n < n_units ? sorted[n - 1] : 0;
}

static void count_unit(struct unit_layer_seen *seen, int n_tasks, uint8_t serves, bool is_silenced)
{
    int n_served = 0, last = 0;
    for (int t = 0; t < n_tasks; t++) {
        if (serves >> t & 1) {
            n_served++;
            last = t;
        }
    }
    seen->alone[last] += n_served == 1;
    seen->several += n_served > 1;
    seen->neither += n_served == 0;
    seen->n_silenced += is_silenced;
}

/* A perceptron's upper layers are shared, whatever each unit's numbers; so are heads.  But where
 * each task has outputs of its own and all compete, units of a second and last layer are theirs:
 * silencing them costs that task and hardly any other (docs/figures.md). */
static bool is_told_apart(const struct network *net, const struct suite *suite, int layer)
{
    bool is_perceptron = net->n_positions == 1;
    bool is_below_own = suite_scenario(suite) == SCENARIO_CLASS && net->n_unit_layers == 2;
    return is_perceptron ? layer == 0 || is_below_own : net->unit_layers[layer].width == 1;
}

/* Layer l with at most `most` of its units. */
static void show_layer(struct unit_watcher *watcher, const struct network *net,
                       const uint8_t *silenced, int l, int most, struct units *units)
{
    const struct unit_layer *of = &net->unit_layers[l];
    struct unit_layer_seen *seen = &units->layers[l];
    double *sizes = watcher->work, *own = watcher->layer, *sorted = watcher->layer + of->n;
    find_sizes(watcher, of, 1, own);
    find_sizes(watcher, of, units->n_tasks, sizes);
    double least = least_shown(sizes, of->n, most, sorted);
    *seen = (struct unit_layer_seen){.n = of->n, .first = units->n, .is_heads = of->width > 1};
    for (int u = 0; u < of->n; u++) {
        int at = of->first + u;
        bool is_silenced = silenced && silenced[at];
        count_unit(seen, units->n_tasks, watcher->serves[at], is_silenced);
        if (sizes[u] >= least && seen->n_shown < most) {
            units->units[units->n++] = (struct unit_seen){.number = u,
                                                          .serves = watcher->serves[at],
                                                          .size = byte_of(sizes[u]),
                                                          .own_size = byte_of(own[u]),
                                                          .change = byte_of(watcher->change[at]),
                                                          .is_silenced = is_silenced};
            seen->n_shown++;
        }
    }
}

/* Outputs close the picture, where there are few. */
static void show_outputs(const struct network *net, struct units *units)
{
    if (net->n_outputs > UNITS_OUTPUTS_MAX || net->n_positions > 1) {
        return;
    }
    units->layers[units->n_layers++] = (struct unit_layer_seen){
        .n = net->n_outputs, .first = units->n, .n_shown = net->n_outputs, .is_outputs = true};
    for (int i = 0; i < net->n_outputs; i++) {
        units->units[units->n++] = (struct unit_seen){.number = i, .size = 255, .own_size = 255};
    }
}

static void show_layers(struct unit_watcher *watcher, const struct network *net,
                        const struct suite *suite, const uint8_t *silenced, struct units *units)
{
    int most = (UNITS_MAX - UNITS_OUTPUTS_MAX) / net->n_unit_layers;
    units->n = 0;
    units->n_layers = net->n_unit_layers;
    for (int l = 0; l < net->n_unit_layers; l++) {
        show_layer(watcher, net, silenced, l, most, units);
        units->layers[l].is_told_apart = is_told_apart(net, suite, l);
    }
    show_outputs(net, units);
}

/* ---- pictures ---- */

/* Rows that are smooth in the first task's arrangement at theta; I of each into smooth (n). */
static int count_smooth(struct unit_watcher *watcher, const struct network *net, const real *theta,
                        const struct units *units, double *smooth)
{
    int n = 0;
    for (int u = 0; u < net->unit_layers[0].n; u++) {
        unit_pictures_take(net, theta, u, watcher->place[0], watcher->picture);
        smooth[u] = unit_pictures_smoothness(watcher->picture, units->width, units->height);
        n += smooth[u] > smooth_least;
    }
    return n;
}

/* From -most to most. */
static void take_levels(const float *picture, int n, uint8_t *levels)
{
    float most = 0;
    for (int i = 0; i < n; i++) {
        most = fmaxf(most, fabsf(picture[i]));
    }
    for (int i = 0; i < n; i++) {
        float part = most > 0 ? (picture[i] / most + 1) / 2 : 0.5F;
        int level = (int)(part * UNITS_LEVELS);
        levels[i] = (uint8_t)(level < UNITS_LEVELS ? level : UNITS_LEVELS - 1);
    }
}

static void take_picture(struct unit_watcher *watcher, const struct network *net, const real *theta,
                         const struct units *units, int unit, struct unit_picture *picture)
{
    picture->number = unit;
    for (int k = 0; k < 2; k++) {
        unit_pictures_take(net, theta, unit, watcher->place[k], watcher->picture);
        picture->smooth[k] =
            (float)unit_pictures_smoothness(watcher->picture, units->width, units->height);
        take_levels(watcher->picture, units->width * units->height, picture->levels[k]);
    }
}

static bool has_pictures(const struct lab *lab, const struct network *net)
{
    const struct dataset *dataset = lab->course.dataset;
    int n = dataset->width * dataset->height;
    return n > 0 && n <= UNITS_PIXELS_MAX && n == net->n_inputs && net->n_symbols == 0;
}

/* Those that were smoothest when the first task ended, always the same ones; while it goes on those
 * that are now. */
static void show_pictures(struct lab *lab, struct member *member, struct unit_watcher *watcher,
                          struct units *units)
{
    const struct network *net = learner_network(member->learner);
    const real *now = lab_weights_shown(lab, member, units->tasks[0]);
    const real *then = units->has_change ? end_shown(lab, member, units->tasks[0]) : NULL;
    int second = units->tasks[units->n_tasks > 1 ? units->n_tasks - 1 : 0];
    units->n_pictures = 0;
    units->n_smooth = units->n_smooth_then = -1;
    if (!now || !has_pictures(lab, net)) {
        return;
    }
    units->width = lab->course.dataset->width;
    units->height = lab->course.dataset->height;
    unit_pictures_arrange(lab->now.run->suite, units->tasks[0], watcher->place[0]);
    unit_pictures_arrange(lab->now.run->suite, second, watcher->place[1]);
    double *smooth = watcher->work;
    units->n_smooth = count_smooth(watcher, net, now, units, smooth);
    if (then) {
        units->n_smooth_then = count_smooth(watcher, net, then, units, smooth);
    }
    while (units->n_pictures < UNITS_PICTURES_MAX && units->n_pictures < net->unit_layers[0].n) {
        int best = 0;
        for (int u = 1; u < net->unit_layers[0].n; u++) {
            best = smooth[u] > smooth[best] ? u : best;
        }
        smooth[best] = -2;
        take_picture(watcher, net, now, units, best, &units->pictures[units->n_pictures++]);
    }
}

/* ---- all of it ---- */

bool lab_make_units(struct lab *lab, const struct exhibit_request *request,
                    struct exhibits *exhibits)
{
    struct units *units = &exhibits->units;
    struct member *member = lab_selected(lab);
    const struct network *net = learner_network(member->learner);
    const struct shown shown = lab_shown(lab);
    const struct run *run = lab->now.run;
    if (!run->is_begun || net->n_unit_layers == 0 || (!shown.is_now && !shown.checkpoint)) {
        return false;
    }
    struct unit_watcher *watcher = watcher_of(lab, net);
    const struct begun begun = {run->schedule.seen,
                                shown.is_now ? run->schedule.n_seen : shown.checkpoint->at.n_seen};
    if (!watcher || begun.n == 0) {
        return false;
    }
    memset(units->tasks, 0, sizeof units->tasks);
    choose_tasks(&begun, request->place, shown.task, units);
    units->step = shown.step;
    units->learner = member->facts.id;
    units->chance = 1.0F / (float)suite_task(run->suite, units->tasks[0])->n_outputs;
    if (!look_at_tasks(lab, member, watcher, units) ||
        !find_labels(watcher, net, units, shown.is_now)) {
        return false;
    }
    find_change(lab, member, watcher, units);
    const struct member *of = lab_member_shown(lab, member);
    show_layers(watcher, net, lab->now.run->suite, of ? learner_silenced(of->learner) : NULL,
                units);
    const real *theta = lab_weights_shown(lab, member, shown.task);
    unit_links_find(net, theta, watcher->level, units);
    show_pictures(lab, member, watcher, units);
    return true;
}
