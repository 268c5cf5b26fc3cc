/* SPDX-License-Identifier: MIT */
#include "ui/cli/film.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "lab/handover.h"
#include "net/blas.h"
#include "session/checkpoint.h"
#include "session/closing.h"
#include "ui/app/facts.h"

/* The heatmap of a screen of 120x36. */
enum { MAP_ROWS = 28, MAP_COLS = 42, LOOKS = 5 };

static const int64_t COMMIT_NS = 200000000; /* of real time: what a crash may cost */

struct film {
    struct recording_writer *writer;
    struct snapshot *snapshot;
    double pace;          /* steps a second of its clock */
    double seconds;       /* its clock */
    long step;            /* up to where it has been told */
    long n_entries;       /* of the journal, that it has */
    double asked_seconds; /* when an exhibit was asked for last */
    double look_seconds;  /* when it looked last, and the samples trained until then */
    long look_samples;
    enum lab_state state;  /* then */
    int64_t begun_ns;      /* when what will be committed next was begun */
    int64_t checkpoint_ns; /* when the next one is due */
    bool is_over;          /* something could not be written, and why */
    struct err why;
};

/* ---- clock ---- */

/* Time passes with steps, not while steps are taken again. */
static void go_on_to(struct film *film, long step)
{
    film->seconds += step > film->step ? (double)(step - film->step) / film->pace : 0;
    film->step = step > film->step ? step : film->step;
}

static int64_t time_of(const struct film *film)
{
    return (int64_t)(film->seconds * 1e9);
}

/* ---- writing ---- */

/* True if something has happened that the next look should show. */
static bool is_event(const struct entry *entry)
{
    return entry->kind == ENTRY_STAGE || entry->kind == ENTRY_COMMAND ||
           entry->kind == ENTRY_LEARNER || entry->kind == ENTRY_REMOVED ||
           entry->kind == ENTRY_REWIND || entry->kind == ENTRY_DIVERGED || entry->kind == ENTRY_END;
}

static bool add_entries(struct film *film, const struct lab *lab, bool *has_event)
{
    const struct journal *journal = lab_journal(lab);
    for (; film->n_entries < journal_length(journal); film->n_entries++) {
        struct entry entry = journal_at(journal, film->n_entries);
        go_on_to(film, entry.step);
        film->step = entry.kind == ENTRY_REWIND ? entry.step : film->step;
        *has_event = *has_event || is_event(&entry);
        if (!recording_add_entry(film->writer, time_of(film), &entry, &film->why)) {
            return false;
        }
    }
    go_on_to(film, lab_steps_done(lab));
    return true;
}

/* What its data is best seen in is asked for once a second of the film's clock, not the real one by
 * which exhibits are made else, and where something has happened: what it was at a boundary is
 * looked at most. */
static void ask_for_exhibits(struct film *film, struct lab *lab, bool has_event)
{
    unsigned form = 1u << suite_dataset(lab_suite(lab))->kind->form;
    if (!has_event && film->asked_seconds != 0 && film->seconds - film->asked_seconds < 0.99) {
        return;
    }
    film->asked_seconds = film->seconds;
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        const struct exhibit_kind *kind = exhibit_at((enum exhibit)i);
        struct command show = {.kind = COMMAND_SHOW, .index = i, .shown = kind->usual};
        if (kind->forms & form) {
            lab_apply(lab, &show, NULL);
        }
    }
}

/* What a screen would have shown, on which it trains at the pace of the clock. */
static bool add_look(struct film *film, struct lab *lab, bool has_event)
{
    struct snapshot *snapshot = film->snapshot;
    double passed = film->seconds - film->look_seconds;
    long samples = lab_samples_trained(lab);
    ask_for_exhibits(film, lab, has_event);
    lab_snapshot(lab, snapshot);
    snapshot->speed = film->pace;
    snapshot->samples_per_second = snapshot->state == LAB_TRAINING && passed > 0
                                       ? (double)(samples - film->look_samples) / passed
                                       : 0;
    film->look_seconds = film->seconds;
    film->look_samples = samples;
    film->state = snapshot->state;
    return recording_add_snapshot(film->writer, time_of(film), snapshot, &film->why);
}

/* Of real time: what is trained again when it is resumed. */
static bool add_checkpoint(struct film *film, struct lab *lab)
{
    struct handover *handover = lab_handover(lab);
    long n = 0;
    if (clock_ns() < film->checkpoint_ns) {
        return true;
    }
    handover_ask(handover);
    lab_hand_over(lab, false);
    const struct archive *state = handover_take(handover, &n);
    film->checkpoint_ns = clock_ns() + (state ? checkpoint_rest_ns(state) : 0);
    return !state || checkpoint_write(film->writer, n, state, &film->why);
}

static bool follow(struct film *film, struct lab *lab)
{
    bool has_event = false;
    if (!add_entries(film, lab, &has_event)) {
        return false;
    }
    bool is_due = film->seconds - film->look_seconds >= 0.99 / LOOKS; /* whole steps: not sharp */
    if ((has_event || is_due || lab_state(lab) != film->state) && !add_look(film, lab, has_event)) {
        return false;
    }
    if (clock_ns() - film->begun_ns < COMMIT_NS) {
        return true;
    }
    film->begun_ns = clock_ns();
    return add_checkpoint(film, lab) && recording_commit(film->writer, &film->why) &&
           recording_begin(film->writer, &film->why);
}

void film_follow(struct film *film, struct lab *lab)
{
    film->is_over = film->is_over || !follow(film, lab);
}

long film_steps(const struct film *film)
{
    return (long)ceil(film->pace / LOOKS);
}

/* ---- beginning and end ---- */

static bool ask_for_map(struct lab *lab, struct err *err)
{
    const struct command map = {
        .kind = COMMAND_MAP,
        .map = {.since = MAP_SINCE_TASK, .rows = MAP_ROWS, .cols = MAP_COLS, .step = MAP_STEP_NOW}};
    return lab_apply(lab, &map, err);
}

static bool begin(struct film *film, const char *path, struct lab *lab, struct err *err)
{
    struct facts facts = {0};
    if (!facts_init(&facts, lab, err)) {
        facts_fini(&facts);
        return false;
    }
    const struct suite *suite = lab_suite(lab);
    struct recording_facts about = {.version = OUBLI_VERSION,
                                    .build = OUBLI_BUILD,
                                    .blas_core = blas_core(),
                                    .pace = film->pace,
                                    .n_inputs = suite_n_features(suite),
                                    .n_symbols = suite_dataset(suite)->n_symbols,
                                    .n_outputs = suite_n_outputs(suite),
                                    .gallery = facts.gallery,
                                    .task_names = facts.task_names,
                                    .n_tasks = suite_n_tasks(suite)};
    film->writer = recording_create(path, lab_config(lab), &about, err);
    bool ok = film->writer && ask_for_map(lab, err) && recording_begin(film->writer, err) &&
              recording_set_meta(film->writer, "layers", facts.net, err) &&
              recording_set_script(film->writer, lab_script(lab), err) &&
              recording_commit(film->writer, err) && recording_begin(film->writer, err);
    facts_fini(&facts);
    return ok;
}

/* The last moment that is in the file is where its clock stands. */
static bool go_on(struct film *film, const char *path, struct lab *lab, struct err *err)
{
    struct recording_extent extent = {0};
    const struct journal *journal = lab_journal(lab);
    film->writer = recording_reopen(path, &extent, err);
    film->n_entries = (long)extent.n_entries;
    if (film->writer && film->n_entries > journal_length(journal)) {
        return err_set(err, ERR_FAILED, "%.140s: it has grown meanwhile; resume it once more",
                       path);
    }
    film->seconds = film->look_seconds = (double)extent.t * 1e-9;
    film->step = film->n_entries > 0 ? journal_at(journal, film->n_entries - 1).step : 0;
    film->look_samples = lab_samples_trained(lab);
    film->state = lab_state(lab);
    return film->writer && ask_for_map(lab, err) && recording_begin(film->writer, err);
}

static struct film *make(double pace, struct err *err)
{
    struct film *film = calloc(1, sizeof *film);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    if (!film || !snapshot) {
        free(film);
        free(snapshot);
        err_set(err, ERR_FAILED, "memory: no room to record");
        return NULL;
    }
    film->snapshot = snapshot;
    film->pace = pace;
    film->begun_ns = clock_ns();
    return film;
}

struct film *film_open(const char *path, struct lab *lab, struct err *err)
{
    struct film *film = make(facts_pace(lab), err);
    if (film && !begin(film, path, lab, err)) {
        film_close(film, NULL, NULL);
        return NULL;
    }
    return film;
}

struct film *film_resume(const char *path, struct lab *lab, double pace, struct err *err)
{
    struct film *film = make(pace > 0 ? pace : facts_pace(lab), err);
    if (film && !go_on(film, path, lab, err)) {
        film_close(film, NULL, NULL);
        return NULL;
    }
    return film;
}

static bool add_closing(struct film *film, struct lab *lab)
{
    struct closing *closing = closing_of(lab, &film->why);
    bool ok = closing && recording_set_closing(film->writer, closing, &film->why);
    closing_destroy(closing);
    return ok;
}

bool film_close(struct film *film, struct lab *lab, struct err *err)
{
    if (!film) {
        return true;
    }
    film->is_over = film->is_over || (lab && !add_closing(film, lab));
    struct err why = film->why;
    bool ok = recording_finish(film->writer, film->is_over ? NULL : &why) && !film->is_over;
    if (!ok && err) {
        *err = why;
    }
    free(film->snapshot);
    free(film);
    return ok;
}
