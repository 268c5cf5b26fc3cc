/* SPDX-License-Identifier: MIT
 * Properties of the timeline over random sessions: several learners that fork, come late, leave,
 * diverge, and rewinds.  Two lists of entries are kept: all, as a lab writes them, and those of the
 * path that was not abandoned. */
#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/timeline.h"
#include "support/entries.h"

enum { TASKS = 4, LEARNERS = 64, VISITS = 200, LAYERS = 2, SESSIONS = 150 };

static const double tolerance = 1e-9; /* of a running sum against one made anew */

struct list {
    struct entry *entries;
    int n, capacity;
};

struct life {
    int parent;
    long born;
    bool is_there, is_lost; /* lost: born in a future that was abandoned */
    long removed, diverged; /* -1: never */
    char name[8];
};

struct session {
    struct rng rng;
    struct list all, path;
    long step;
    int n_stages, n_lives;
    struct stage stages[VISITS];
    struct life lives[LEARNERS];
};

static int below(struct session *s, int n)
{
    return rng_below(&s->rng, n);
}

static void list_add(struct list *list, struct entry entry)
{
    if (list->n == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 256;
        list->entries = realloc(list->entries, (size_t)list->capacity * sizeof *list->entries);
        cr_assert(list->entries);
    }
    list->entries[list->n++] = entry;
}

/* Into both lists. */
static void write(struct session *s, struct entry entry)
{
    list_add(&s->all, entry);
    list_add(&s->path, entry);
}

static void emit(struct session *s, enum entry_kind kind, int learner, int stage, int task,
                 long step, double value)
{
    write(s, entry_of(kind, learner, stage, task, step, value));
}

static void measure(struct session *s, enum probe_id probe, int learner, int stage, int task,
                    long step, double value)
{
    write(s, entry_measure(probe, learner, stage, task, step, value));
}

static struct entry calling(const struct session *s, int id)
{
    const struct life *life = &s->lives[id];
    return entry_learner(id, life->parent, life->born, life->name);
}

static void emit_learner(struct session *s, int id)
{
    write(s, calling(s, id));
}

static double share(struct session *s)
{
    return below(s, 1001) / 1000.0;
}

static bool has_begun(const struct session *s, int task, int stage)
{
    for (int i = 0; i <= stage; i++) {
        if (s->stages[i].task == task) {
            return true;
        }
    }
    return false;
}

static void tick(struct session *s, int id, int stage, long step)
{
    measure(s, PROBE_LOSS, id, stage, 0, step, share(s));
    for (int t = 0; t < TASKS; t++) {
        if (has_begun(s, t, stage) && below(s, 2)) {
            measure(s, PROBE_ACCURACY, id, stage, t, step, share(s));
        }
    }
    for (int l = 0; l < LAYERS; l++) {
        measure(s, PROBE_DRIFT, id, stage, l, step, share(s));
    }
}

static void measure_row(struct session *s, int id, int stage, long step)
{
    for (int t = 0; t < TASKS; t++) {
        emit(s, ENTRY_MATRIX, id, stage, t, step, share(s));
    }
}

static bool is_training(const struct session *s, int id)
{
    return s->lives[id].is_there && s->lives[id].diverged < 0;
}

/* With those that were removed: they would be there in the past. */
static int n_there(const struct session *s)
{
    int n = 0;
    for (int i = 0; i < s->n_lives; i++) {
        n += !s->lives[i].is_lost;
    }
    return n;
}

static int new_life(struct session *s, int parent, long born)
{
    int id = s->n_lives++;
    s->lives[id] = (struct life){
        .parent = parent, .born = born, .is_there = true, .removed = -1, .diverged = -1};
    s->lives[id].name[0] = (char)('a' + id % 26);
    emit_learner(s, id);
    return id;
}

static void begin_stage(struct session *s)
{
    int task = below(s, TASKS);
    s->stages[s->n_stages] = (struct stage){.task = task, .begin = s->step, .end = -1};
    emit(s, ENTRY_STAGE, -1, s->n_stages, task, s->step, 0);
    s->n_stages++;
}

static void end_stage(struct session *s)
{
    int stage = s->n_stages - 1;
    for (int i = 0; i < s->n_lives; i++) {
        if (is_training(s, i)) {
            tick(s, i, stage, s->step);
            measure_row(s, i, stage, s->step);
        }
    }
    s->stages[stage].end = s->step;
    emit(s, ENTRY_STAGE_END, -1, stage, s->stages[stage].task, s->step, 0);
    begin_stage(s);
}

/* A learner that is trained up to the present at once. */
static void add_late(struct session *s)
{
    int id = new_life(s, -1, 0);
    for (int t = 0; t < TASKS; t++) {
        emit(s, ENTRY_BASELINE, id, 0, t, 0, share(s));
    }
    for (int v = 0; v < s->n_stages; v++) {
        bool is_over = s->stages[v].end >= 0;
        long end = is_over ? s->stages[v].end : s->step;
        for (long step = s->stages[v].begin + 2; step < end; step += 3) {
            tick(s, id, v, step);
        }
        if (is_over) {
            tick(s, id, v, end);
            measure_row(s, id, v, end);
        }
    }
}

static void drop_from_path(struct session *s, long step, int stage)
{
    int kept = 0;
    for (int i = 0; i < s->path.n; i++) {
        const struct entry *entry = &s->path.entries[i];
        bool is_start = step == 0 && entry->kind != ENTRY_BASELINE &&
                        entry->kind != ENTRY_LEARNER && entry->kind != ENTRY_STAGE;
        bool is_end = entry->kind == ENTRY_STAGE_END && entry->stage >= stage;
        if (entry->step <= step && !is_start && !is_end &&
            !(entry->kind == ENTRY_MATRIX && entry->stage >= stage)) {
            s->path.entries[kept++] = *entry;
        }
    }
    s->path.n = kept;
}

static void go_back(struct session *s)
{
    long step = below(s, 4) ? below(s, (int)s->step + 1) : s->stages[below(s, s->n_stages)].begin;
    int stage = s->n_stages - 1;
    while (s->stages[stage].begin > step) {
        stage--;
    }
    drop_from_path(s, step, stage);
    s->step = step;
    s->n_stages = stage + 1;
    s->stages[stage].end = -1;
    list_add(&s->all, (struct entry){.kind = ENTRY_REWIND,
                                     .learner = -1,
                                     .stage = stage,
                                     .task = s->stages[stage].task,
                                     .step = step});
    for (int i = 0; i < s->n_lives; i++) {
        struct life *life = &s->lives[i];
        bool is_later = life->born > step;
        /* "rewind" keeps those that are there now, even if they came after the task began. */
        bool has_parent = life->parent < 0 || !s->lives[life->parent].is_lost;
        if (is_later && (!life->is_there || life->is_lost || !has_parent || below(s, 2))) {
            life->is_lost = true;
            life->is_there = false;
            continue;
        }
        life->is_there |= !life->is_lost && life->removed > step;
        life->removed = life->is_there ? -1 : life->removed;
        long last = step > 0 ? step : -1;
        life->diverged = life->diverged > last ? -1 : life->diverged;
        life->born = is_later ? step : life->born;
        if (life->is_there) {
            list_add(&s->all, calling(s, i));
        }
        if (is_later) {
            list_add(&s->path, calling(s, i));
        }
    }
}

static void disturb(struct session *s)
{
    int who = below(s, s->n_lives);
    bool is_there = s->lives[who].is_there;
    bool has_room = n_there(s) < LEARNERS_MAX && s->n_lives < LEARNERS;
    switch (below(s, 16)) {
    case 0:
        if (is_there && has_room) {
            new_life(s, who, s->step);
        }
        break;
    case 1:
        if (has_room && below(s, 3) == 0) {
            add_late(s);
        }
        break;
    case 2:
        if (is_there && n_there(s) > 1 && below(s, 3) == 0) {
            s->lives[who].is_there = false;
            s->lives[who].removed = s->step;
            emit(s, ENTRY_REMOVED, who, s->n_stages - 1, 0, s->step, 0);
        }
        break;
    case 3:
        if (is_training(s, who) && below(s, 3) == 0) {
            s->lives[who].diverged = s->step;
            emit(s, ENTRY_DIVERGED, who, s->n_stages - 1, 0, s->step, 1);
        }
        break;
    case 4:
        if (is_there) {
            s->lives[who].name[1] = (char)('A' + below(s, 26));
            s->lives[who].name[2] = '\0';
            emit_learner(s, who);
        }
        break;
    default:
        break;
    }
}

static void session_play(struct session *s, uint64_t seed, int moves, bool has_rewinds)
{
    *s = (struct session){0};
    s->rng = rng_stream(seed, 0);
    for (int i = 0; i < 2; i++) {
        int id = new_life(s, -1, 0);
        for (int t = 0; t < TASKS; t++) {
            emit(s, ENTRY_BASELINE, id, 0, t, 0, share(s));
        }
    }
    begin_stage(s);
    for (int move = 0; move < moves; move++) {
        s->step += 1 + below(s, 3);
        for (int i = 0; i < s->n_lives; i++) {
            if (is_training(s, i)) {
                tick(s, i, s->n_stages - 1, s->step);
            }
        }
        disturb(s);
        if (below(s, 6) == 0 && s->n_stages < VISITS) {
            end_stage(s);
        }
        if (has_rewinds && below(s, 15) == 0) {
            go_back(s);
        }
    }
}

static void session_end(struct session *s)
{
    free(s->all.entries);
    free(s->path.entries);
}

/* A timeline of the entries up to `step`. */
static void tell(struct timeline *c, const struct list *list, long step)
{
    cr_assert(timeline_init(c, TASKS, NULL));
    for (int i = 0; i < list->n; i++) {
        const struct entry *entry = &list->entries[i];
        if (entry->step <= step) {
            cr_assert(timeline_add(c, entry), "entry %d of kind %d, learner %d, step %ld", i,
                      entry->kind, entry->learner, entry->step);
        }
    }
}

static bool is_near(double a, double b)
{
    return (isnan(a) && isnan(b)) || fabs(a - b) < tolerance;
}

static void expect_same_series(const struct series *a, const struct series *b, const char *what)
{
    cr_assert_eq(a->n, b->n, "%s: %d points, wanted %d", what, a->n, b->n);
    for (int i = 0; i < a->n; i++) {
        cr_assert(a->step[i] == b->step[i] && is_near(a->value[i], b->value[i]),
                  "%s: point %d is (%g, %g), wanted (%g, %g)", what, i, a->step[i], a->value[i],
                  b->step[i], b->value[i]);
    }
}

static void expect_same_metrics(struct metrics a, struct metrics b, const char *what)
{
    cr_assert(is_near(a.average_accuracy, b.average_accuracy) &&
                  is_near(a.forgetting, b.forgetting) &&
                  is_near(a.backward_transfer, b.backward_transfer) &&
                  is_near(a.forward_transfer, b.forward_transfer) &&
                  is_near(a.learning_accuracy, b.learning_accuracy),
              "%s: %g %g, wanted %g %g", what, a.average_accuracy, a.forgetting, b.average_accuracy,
              b.forgetting);
}

static void expect_same_track(const struct timeline *ca, const struct track *a,
                              const struct timeline *cb, const struct track *b)
{
    cr_assert(a && b && a->is_there && b->is_there && a->born == b->born);
    cr_assert_str_eq(a->name, b->name);
    cr_assert_eq(a->has_diverged, b->has_diverged);
    /* One that was forked from a diverged learner and went on, or was forked again, has rows that
     * are not measured: these may be counted or not. */
    int low = a->n_complete < b->n_complete ? a->n_complete : b->n_complete;
    for (int i = low; i < a->n_complete || i < b->n_complete; i++) {
        cr_assert(isnan(timeline_r(ca, a, i, 0)) && isnan(a->trail[i].learning));
    }
    for (int t = 0; t < TASKS; t++) {
        expect_same_series(track_curve(a, PROBE_ACCURACY, t), track_curve(b, PROBE_ACCURACY, t),
                           "accuracy");
        cr_assert(is_near(a->initial[t], b->initial[t]));
    }
    for (int l = 0; l < LAYERS; l++) {
        expect_same_series(track_curve(a, PROBE_DRIFT, l), track_curve(b, PROBE_DRIFT, l), "drift");
    }
    expect_same_series(&a->average, &b->average, "average");
    expect_same_series(track_curve(a, PROBE_LOSS, 0), track_curve(b, PROBE_LOSS, 0), "loss");
    for (int i = 0; i < ca->n_stages; i++) {
        for (int t = 0; t < TASKS; t++) {
            double x = timeline_r(ca, a, i, t), y = timeline_r(cb, b, i, t);
            cr_assert(is_near(x, y), "R[%d][%d] = %g, wanted %g", i, t, x, y);
        }
        cr_assert(is_near(a->trail[i].learning, b->trail[i].learning) &&
                  is_near(a->trail[i].keeping, b->trail[i].keeping));
    }
    expect_same_metrics(timeline_metrics(ca, a), timeline_metrics(cb, b), "metrics");
    expect_same_metrics(timeline_metrics_now(ca, a), timeline_metrics_now(cb, b), "now");
}

Test(timeline_random, what_was_abandoned_leaves_no_trace)
{
    for (int seed = 0; seed < SESSIONS; seed++) {
        struct session s;
        struct timeline c, wanted;
        session_play(&s, (uint64_t)seed, 20 + 2 * seed, true);
        tell(&c, &s.all, LONG_MAX);
        tell(&wanted, &s.path, LONG_MAX);
        cr_assert_eq(c.n_stages, wanted.n_stages);
        for (int i = 0; i < c.n_stages; i++) {
            const struct stage *a = &c.stages[i], *b = &wanted.stages[i];
            cr_assert(a->task == b->task && a->begin == b->begin && a->end == b->end &&
                      a->has_row == b->has_row);
        }
        for (int t = 0; t < TASKS; t++) {
            cr_assert_eq(c.first_stage[t], wanted.first_stage[t]);
        }
        for (int i = 0; i < s.n_lives; i++) {
            cr_assert_eq(timeline_track(&c, i)->is_there, s.lives[i].is_there);
            if (s.lives[i].is_there) {
                expect_same_track(&c, timeline_track(&c, i), &wanted, timeline_track(&wanted, i));
            }
        }
        timeline_fini(&c);
        timeline_fini(&wanted);
        session_end(&s);
    }
}

/* The trail, too: it is what the metrics were when the stage was over. */
static void expect_past(const struct timeline *c, const struct timeline *past,
                        const struct track *track, long step)
{
    const struct track *then = timeline_track(past, track->id);
    cr_assert(then);
    cr_assert_eq(timeline_rows_at(c, step), timeline_rows(past));
    expect_same_metrics(timeline_metrics_at(c, track, step), timeline_metrics_now(past, then),
                        "at");
    for (int i = 0; i < c->n_stages; i++) {
        for (int t = 0; t < TASKS; t++) {
            double x = timeline_r_at(c, track, i, t, step);
            double y = i < past->n_stages ? timeline_r(past, then, i, t) : (double)NAN;
            cr_assert(is_near(x, y), "R[%d][%d] at %ld = %g, wanted %g", i, t, step, x, y);
        }
    }
    int n = then->n_complete;
    cr_assert(n == 0 || is_near(track->trail[n - 1].learning, then->trail[n - 1].learning));
}

Test(timeline_random, the_past_is_as_it_was_when_it_was_the_present)
{
    for (int seed = 0; seed < SESSIONS; seed++) {
        struct session s;
        struct timeline c;
        session_play(&s, 1000 + (uint64_t)seed, 20 + seed, seed % 2);
        tell(&c, &s.all, LONG_MAX);
        for (int look = 0; look < 10; look++) {
            struct timeline past;
            long step =
                below(&s, 3) ? below(&s, (int)s.step + 1) : s.stages[below(&s, s.n_stages)].begin;
            tell(&past, &s.path, step);
            for (int i = 0; i < s.n_lives; i++) {
                if (s.lives[i].is_there && s.lives[i].born <= step) {
                    expect_past(&c, &past, timeline_track(&c, i), step);
                }
            }
            timeline_fini(&past);
        }
        timeline_fini(&c);
        session_end(&s);
    }
}

/* What learner `id` had last measured at `step`, from the entries themselves. */
static void latest(const struct session *s, int id, long step, double *value)
{
    const struct life *life = &s->lives[id];
    if (life->parent >= 0) {
        latest(s, life->parent, step < life->born ? step : life->born, value);
    }
    for (int i = 0; i < s->path.n; i++) {
        const struct entry *entry = &s->path.entries[i];
        bool is_accuracy = (entry->kind == ENTRY_MEASURE && entry->probe == PROBE_ACCURACY) ||
                           entry->kind == ENTRY_MATRIX;
        if (is_accuracy && entry->learner == id && entry->step <= step &&
            has_begun(s, entry->task, entry->stage)) {
            value[entry->task] = entry->value;
        }
    }
}

Test(timeline_random, the_average_is_that_of_the_latest_accuracies)
{
    for (int seed = 0; seed < SESSIONS / 3; seed++) {
        struct session s;
        struct timeline c;
        session_play(&s, 2000 + (uint64_t)seed, 30 + seed, true);
        tell(&c, &s.all, LONG_MAX);
        for (int i = 0; i < s.n_lives; i++) {
            for (long step = 0; s.lives[i].is_there && step <= s.step; step += 1 + below(&s, 3)) {
                double value[TASKS], sum = 0;
                int n = 0;
                for (int t = 0; t < TASKS; t++) {
                    value[t] = (double)NAN;
                }
                latest(&s, i, step, value);
                for (int t = 0; t < TASKS; t++) {
                    sum += isnan(value[t]) ? 0 : value[t];
                    n += !isnan(value[t]);
                }
                double found = series_at(&timeline_track(&c, i)->average, (double)step);
                cr_assert(is_near(found, n ? sum / n : (double)NAN), "step %ld: %g, wanted %g",
                          step, found, sum / n);
            }
        }
        timeline_fini(&c);
        session_end(&s);
    }
}

/* ---- hostile entries ------------------------------------------------------------------------ */

static int strange_int(struct session *s, int usual)
{
    static const int strange[] = {INT_MIN, -2, -1, TASKS, 1 << 20, INT_MAX};
    return below(s, 5) ? below(s, usual) : strange[below(s, 6)];
}

static double strange_value(struct session *s)
{
    const double strange[] = {(double)NAN, (double)INFINITY, -1, 1e308, -1e308, 2};
    return below(s, 5) ? share(s) : strange[below(s, 6)];
}

static void ask_everything(const struct timeline *c, long step)
{
    for (int i = 0; i < c->n_tracks; i++) {
        const struct track *track = &c->tracks[i];
        timeline_metrics(c, track);
        timeline_metrics_now(c, track);
        timeline_metrics_at(c, track, step);
        for (int row = -1; row <= c->n_stages; row++) {
            double r = timeline_r(c, track, row, 0), then = timeline_r_at(c, track, row, 0, step);
            cr_assert((isnan(r) || (r >= 0 && r <= 1)) &&
                      (isnan(then) || (then >= 0 && then <= 1)));
        }
        for (int k = 0; k < track->average.n; k++) {
            double average = track->average.value[k];
            cr_assert(average > -tolerance && average < 1 + tolerance);
        }
    }
    for (int i = 0; i < c->n_marks; i++) {
        cr_assert(c->marks[i].stage >= 0 && c->marks[i].stage <= c->n_stages);
    }
}

Test(timeline_random, no_entry_is_trusted)
{
    for (int seed = 0; seed < 40; seed++) {
        struct session s = {0};
        struct timeline c;
        long step = 0, taken = 0;
        s.rng = rng_stream(3000 + (uint64_t)seed, 0);
        cr_assert(timeline_init(&c, TASKS, NULL));
        for (int i = 0; i < 5000; i++) {
            const long steps[] = {step, step, step, below(&s, 100), -1, LONG_MAX, LONG_MIN};
            bool is_strange = below(&s, 10) == 0;
            step += below(&s, 2);
            /* Rewinds are rarer, or nothing would ever grow. */
            int kind = below(&s, 20) ? below(&s, ENTRY_REMOVED + 2) : ENTRY_STAGE;
            kind = kind == ENTRY_REWIND && below(&s, 8) ? ENTRY_MATRIX : kind;
            int stage = c.n_stages ? c.n_stages - below(&s, 2) : 0;
            struct entry entry = {.kind = (enum entry_kind)kind,
                                  .learner = strange_int(&s, 10),
                                  .stage = is_strange ? strange_int(&s, c.n_stages + 2) : stage,
                                  .task = strange_int(&s, TASKS),
                                  .step = steps[below(&s, is_strange ? 7 : 3)],
                                  .value = strange_value(&s),
                                  .text = below(&s, 2) ? "name" : NULL};
            taken += timeline_add(&c, &entry);
            if (i % 50 == 0) {
                ask_everything(&c, steps[below(&s, 7)]);
            }
        }
        cr_assert(c.n_read == 5000 && taken > 100, "%ld taken", taken);
        timeline_fini(&c);
    }
}
