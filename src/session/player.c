/* SPDX-License-Identifier: MIT */
#include "session/player.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/timeline_cost.h"
#include "session/closing.h"
#include "session/playhead.h"
#include "session/snapshot_code.h"
#include "tasks/suite.h"

enum {
    COPY_EVERY = 8192, /* entries from one copy of the timeline to the next, at first */
    COPIES_MAX = 32,
    AHEAD = 2000,               /* entries read ahead a tick ... */
    AHEAD_MAX = 2 * 1024 * 1024 /* ... as long as there are no more than that */
};

static const int64_t EXTENT_NS = 200000000;

/* What a timeline may ask for; its copies all together; and about what each entry takes in it. */
static const struct timeline_cost MOST = {.bytes = 400e6, .work = 4e9};
static const double COPIES_BYTES = 128e6, ENTRY_BYTES = 64;

/* The timeline of the first entries, and what it has asked for. */
struct past {
    struct timeline timeline;
    struct timeline_cost spent;
};

struct player {
    struct recording *recording;
    struct recording_extent extent;
    struct journal *journal; /* the entries read so far, with their times */
    struct past now;         /* of the moment */
    struct past scout;       /* goes ahead and leaves copies behind, from which a seek goes on */
    int n_copies;
    long copy_every;
    struct past copies[COPIES_MAX];
    struct snapshot *seen;     /* some earlier one */
    struct snapshot *read;     /* as the file has it */
    struct snapshot *snapshot; /* brought to the moment */
    int64_t taken;             /* time of `read`, -1 = none */
    int64_t t, ticked_ns, looked_ns;
    double speed;
    bool is_paused;
    int n_tasks;
    char layers[128];
    struct gallery *gallery; /* NULL = none */
    char **task_names;       /* (n_tasks) owned, all of them; NULL = the file does not say */
};

/* ---- reading ---- */

static bool take_entry(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    struct player *player = context;
    (void)n;
    return journal_add_at(player->journal, *entry, t);
}

static bool fill_until(struct player *player, int64_t end, struct err *err)
{
    int64_t begin = journal_length(player->journal);
    end = end < player->extent.n_entries ? end : player->extent.n_entries;
    return begin >= end || recording_read(player->recording, begin, end, take_entry, player, err);
}

static double bytes_of(const struct past *past)
{
    return past->spent.bytes + ENTRY_BYTES * (double)past->timeline.n_read;
}

static bool past_copy(struct past *past, const struct past *from, struct err *err)
{
    past->spent = from->spent;
    return timeline_copy(&past->timeline, &from->timeline, err);
}

/* Lets every second copy go. */
static void thin_out(struct player *player)
{
    int kept = 0;
    for (int i = 0; i < player->n_copies; i++) {
        if (i % 2) {
            player->copies[kept++] = player->copies[i];
        } else {
            timeline_fini(&player->copies[i].timeline);
        }
    }
    player->n_copies = kept;
    player->copy_every *= 2;
}

/* Keeps what it is now, if it is its turn and there is room. */
static bool leave_copy(struct player *player, const struct past *past, struct err *err)
{
    long n = past->timeline.n_read;
    double bytes = bytes_of(past);
    for (int i = 0; i < player->n_copies; i++) {
        bytes += bytes_of(&player->copies[i]);
    }
    bool is_after =
        player->n_copies == 0 || n > player->copies[player->n_copies - 1].timeline.n_read;
    if (!is_after || n % player->copy_every != 0) {
        return true;
    }
    if (player->n_copies == COPIES_MAX || bytes > COPIES_BYTES) {
        thin_out(player);
        return true;
    }
    return past_copy(&player->copies[player->n_copies], past, err) && ++player->n_copies > 0;
}

static bool begin_past(struct player *player, struct past *past, struct err *err)
{
    past->spent = (struct timeline_cost){0};
    if (!timeline_init(&past->timeline, player->n_tasks, err)) {
        return false;
    }
    timeline_know(&past->timeline, recording_config(player->recording));
    return true;
}

/* Before runs are over: what their strategies kept, by the last picture of them. */
static void see_before(struct player *player, struct past *past, const struct entry *entry)
{
    int64_t n, taken = 0, t = journal_time(player->journal, past->timeline.n_read);
    bool ends_runs = entry->kind == ENTRY_REWIND || entry->kind == ENTRY_REMOVED;
    if (ends_runs && recording_snapshot(player->recording, t - 1, player->seen, &taken, &n, NULL)) {
        timeline_see(&past->timeline, player->seen);
    }
}

/* Goes on to entry `end`, leaving copies behind. */
static bool go_on(struct player *player, struct past *past, long end, struct err *err)
{
    while (past->timeline.n_read < end) {
        struct entry entry = journal_at(player->journal, past->timeline.n_read);
        struct timeline_cost cost = timeline_cost(&past->timeline, &entry);
        past->spent.bytes += cost.bytes;
        past->spent.work += cost.work;
        if (past->spent.bytes > MOST.bytes || past->spent.work > MOST.work) {
            return err_set(err, ERR_FAILED,
                           "%.140s: entry %ld asks for too much: learners with less past, or fewer "
                           "tasks, expected",
                           recording_path(player->recording), past->timeline.n_read);
        }
        see_before(player, past, &entry);
        timeline_add(&past->timeline, &entry);
        if (past->timeline.n_read % COPY_EVERY == 0 && !leave_copy(player, past, err)) {
            return false;
        }
    }
    return true;
}

/* Makes the moment's timeline that of the first `n` entries. */
static bool go_to(struct player *player, long n, struct err *err)
{
    struct past *now = &player->now;
    const struct past *best = NULL;
    for (int i = 0; i < player->n_copies && player->copies[i].timeline.n_read <= n; i++) {
        best = &player->copies[i];
    }
    long begin = best ? best->timeline.n_read : 0;
    if (now->timeline.n_read > n || begin > now->timeline.n_read) {
        timeline_fini(&now->timeline);
        if (!(best ? past_copy(now, best, err) : begin_past(player, now, err))) {
            return false;
        }
    }
    return go_on(player, now, n, err);
}

/* ---- the moment ---- */

static struct playhead playhead_of(const struct player *player)
{
    return (struct playhead){player->journal, &player->now.timeline, player->t, player->is_paused};
}

static void bring_to_moment(struct player *player)
{
    struct playhead playhead = playhead_of(player);
    *player->snapshot = *player->read;
    playhead_bring(&playhead, player->taken, player->snapshot);
}

/* The last snapshot of time t or before, if there is one. */
static bool take_snapshot(struct player *player, int64_t t, struct err *err)
{
    int64_t n, taken = 0;
    struct err why = {0};
    if (!recording_snapshot(player->recording, t, player->read, &taken, &n, &why)) {
        if (why.code && err) {
            *err = why;
        }
        return !why.code;
    }
    int last = snapshot_last_task(player->read);
    if (last >= player->n_tasks) {
        memset(player->read, 0, sizeof *player->read);
        return err_set(err, ERR_FAILED, "%.140s: snapshot: damaged: task %d of %d",
                       recording_path(player->recording), last + 1, player->n_tasks);
    }
    player->taken = taken;
    return player->read->n_learners > 0 || err_set(err, ERR_FAILED, "%.140s: it holds no learner",
                                                   recording_path(player->recording));
}

/* The one of the moment, the first one, or a little later one that shows what has just changed. */
static bool read_snapshot(struct player *player, struct err *err)
{
    enum { LATER = 4 };
    int64_t first = player->extent.first_snapshot, next;
    if (first < 0) {
        return err_set(err, ERR_FAILED, "%.140s: it holds no picture yet",
                       recording_path(player->recording));
    }
    if (!take_snapshot(player, player->t > first ? player->t : first, err)) {
        return false;
    }
    struct playhead playhead = playhead_of(player);
    for (int i = 0; i < LATER && !playhead_fits(&playhead, player->taken, player->read); i++) {
        if (!recording_next_snapshot(player->recording, player->taken, &next, err)) {
            return false;
        }
        if (next < 0) {
            break;
        }
        if (!take_snapshot(player, next, err)) {
            return false;
        }
    }
    return true;
}

static bool show(struct player *player, struct err *err)
{
    int64_t n = 0;
    if (!recording_count_until(player->recording, player->t, &n, err) ||
        !fill_until(player, n, err) || !go_to(player, (long)n, err) ||
        !read_snapshot(player, err)) {
        return false;
    }
    bring_to_moment(player);
    return true;
}

static bool look_how_long(struct player *player, int64_t now, struct err *err)
{
    if (now - player->looked_ns < EXTENT_NS) {
        return true;
    }
    player->looked_ns = now;
    return recording_extent(player->recording, &player->extent, err);
}

/* ---- beginning and end ---- */

/* The session begins with the accuracy on each task before the first step. */
static bool count_tasks(struct player *player, struct err *err)
{
    enum { FIRST = LEARNERS_MAX * (SUITE_TASKS_MAX + 1) };
    if (!fill_until(player, FIRST, err)) {
        return false;
    }
    long n = journal_length(player->journal);
    for (long i = 0; i < n && i < FIRST; i++) {
        struct entry entry = journal_at(player->journal, i);
        if (entry.kind == ENTRY_BASELINE && entry.task >= player->n_tasks &&
            entry.task < SUITE_TASKS_MAX) {
            player->n_tasks = entry.task + 1;
        }
    }
    return player->n_tasks > 0 || (recording_expect_log(player->recording, err) &&
                                   err_set(err, ERR_FAILED, "%.140s: it holds no task yet",
                                           recording_path(player->recording)));
}

static bool read_layers(struct player *player, struct err *err)
{
    struct err why = {0};
    const char *layers = recording_meta(player->recording, "layers", &why);
    if (why.code && err) {
        *err = why;
    }
    snprintf(player->layers, sizeof player->layers, "%s", layers ? layers : "");
    return !why.code;
}

static bool read_task_names(struct player *player, struct err *err)
{
    const char *name = recording_task_name(player->recording, 0);
    if (!name) {
        return true;
    }
    player->task_names = calloc((size_t)player->n_tasks, sizeof *player->task_names);
    for (int t = 0; t < player->n_tasks && player->task_names; t++) {
        name = recording_task_name(player->recording, t);
        player->task_names[t] = strdup(name ? name : "");
        if (!player->task_names[t]) {
            return err_set(err, ERR_FAILED, "memory: no room for the names of tasks");
        }
    }
    return player->task_names || err_set(err, ERR_FAILED, "memory: no room for names of tasks");
}

static bool read_gallery(struct player *player, struct err *err)
{
    struct err why = {0};
    player->gallery = recording_gallery(player->recording, &why);
    if (why.code && err) {
        *err = why;
    }
    return !why.code;
}

struct player *player_open(const char *path, struct err *err)
{
    struct player *player = calloc(1, sizeof *player);
    bool ok = player && (player->seen = calloc(1, sizeof *player->seen)) &&
              (player->read = calloc(1, sizeof *player->read)) &&
              (player->snapshot = calloc(1, sizeof *player->snapshot));
    if (!ok) {
        err_set(err, ERR_FAILED, "memory: no room for a recording");
        player_close(player);
        return NULL;
    }
    player->speed = 1;
    player->taken = -1;
    player->copy_every = COPY_EVERY;
    ok = (player->recording = recording_open(path, err)) && (player->journal = journal_create(err));
    ok = ok && recording_extent(player->recording, &player->extent, err) &&
         count_tasks(player, err) && read_layers(player, err) && read_gallery(player, err) &&
         read_task_names(player, err) && begin_past(player, &player->now, err) &&
         begin_past(player, &player->scout, err) && show(player, err);
    if (!ok) {
        player_close(player);
        return NULL;
    }
    return player;
}

void player_close(struct player *player)
{
    if (!player) {
        return;
    }
    for (int i = 0; i < player->n_copies; i++) {
        timeline_fini(&player->copies[i].timeline);
    }
    timeline_fini(&player->now.timeline);
    timeline_fini(&player->scout.timeline);
    journal_destroy(player->journal);
    recording_close(player->recording);
    gallery_destroy(player->gallery);
    for (int t = 0; player->task_names && t < player->n_tasks; t++) {
        free(player->task_names[t]);
    }
    free(player->task_names);
    free(player->snapshot);
    free(player->read);
    free(player->seen);
    free(player);
}

/* ---- time ---- */

static bool read_ahead(struct player *player, struct err *err)
{
    int64_t n = journal_length(player->journal);
    if (n < AHEAD_MAX && n < player->extent.n_entries) {
        n += AHEAD;
    }
    if (!fill_until(player, n, err)) {
        return false;
    }
    long most = player->scout.timeline.n_read + AHEAD, length = journal_length(player->journal);
    return go_on(player, &player->scout, most < length ? most : length, err);
}

bool player_tick(struct player *player, int64_t now, struct err *err)
{
    int64_t passed = player->ticked_ns > 0 ? now - player->ticked_ns : 0;
    int64_t before = player->t;
    player->ticked_ns = now;
    if (!look_how_long(player, now, err) || !read_ahead(player, err)) {
        return false;
    }
    if (!player->is_paused) {
        int64_t left = player->extent.t - player->t;
        double more = (double)passed * player->speed;
        player->t += more < (double)left ? (int64_t)more : left > 0 ? left : 0;
    }
    return player->t == before || show(player, err);
}

int64_t player_time(const struct player *player)
{
    return player->t;
}
int64_t player_length(const struct player *player)
{
    return player->extent.t;
}
void player_set_speed(struct player *player, double speed)
{
    player->speed = speed;
}
double player_speed(const struct player *player)
{
    return player->speed;
}

void player_pause(struct player *player, bool is_paused)
{
    player->is_paused = is_paused;
    bring_to_moment(player);
}

bool player_is_paused(const struct player *player)
{
    return player->is_paused;
}

bool player_seek(struct player *player, int64_t t, struct err *err)
{
    player->t = t < 0 ? 0 : t > player->extent.t ? player->extent.t : t;
    return show(player, err);
}

/* ---- places ---- */

bool player_is_mark(const struct entry *entry)
{
    bool is_speed =
        entry->kind == ENTRY_COMMAND && entry->text && strncmp(entry->text, "speed", 5) == 0;
    return (entry->kind == ENTRY_COMMAND && !is_speed) || entry->kind == ENTRY_STAGE ||
           entry->kind == ENTRY_DIVERGED || entry->kind == ENTRY_END;
}

static bool is_stage(const struct entry *entry)
{
    return entry->kind == ENTRY_STAGE || entry->kind == ENTRY_END;
}

/* The nearest entry of that kind after the moment, or clearly before it; stays where there is
 * none. */
static bool seek_entry(struct player *player, bool (*is_it)(const struct entry *entry),
                       int direction, struct err *err)
{
    enum { CLEARLY_NS = 500000000 };
    if (!player_read_all(player, err)) {
        return false;
    }
    long n = journal_length(player->journal), i = player->now.timeline.n_read;
    int64_t before = player->t - (int64_t)(CLEARLY_NS * fmax(player->speed, 1));
    i = direction > 0 ? i : i - 1;
    for (; i >= 0 && i < n; i += direction) {
        struct entry entry = journal_at(player->journal, i);
        int64_t t = journal_time(player->journal, i);
        if (is_it(&entry) && (direction > 0 ? t > player->t : t < before)) {
            return player_seek(player, t, err);
        }
    }
    return player_seek(player, direction > 0 ? player->extent.t : 0, err);
}

bool player_seek_stage(struct player *player, int direction, struct err *err)
{
    return seek_entry(player, is_stage, direction, err);
}

bool player_seek_mark(struct player *player, int direction, struct err *err)
{
    return seek_entry(player, player_is_mark, direction, err);
}

bool player_seek_step(struct player *player, long step, struct err *err)
{
    if (!player_read_all(player, err)) {
        return false;
    }
    long n = journal_length(player->journal), i = 0;
    while (i < n && journal_at(player->journal, i).step < step) {
        i++;
    }
    /* All that was written at that step, too. */
    while (i + 1 < n && journal_at(player->journal, i + 1).step == step &&
           journal_time(player->journal, i + 1) - journal_time(player->journal, i) < 1000000) {
        i++;
    }
    return player_seek(player, i < n ? journal_time(player->journal, i) : player->extent.t, err);
}

bool player_next_change(struct player *player, int64_t *t, struct err *err)
{
    int64_t n = player->now.timeline.n_read;
    if (!recording_next_snapshot(player->recording, player->t, t, err) ||
        !fill_until(player, n + 1, err)) {
        return false;
    }
    if (n < journal_length(player->journal)) {
        int64_t entry = journal_time(player->journal, (long)n);
        *t = *t < 0 || entry < *t ? entry : *t;
    }
    return true;
}

bool player_read_views(struct player *player, int64_t first, recording_view take, void *context,
                       struct err *err)
{
    return recording_read_views(player->recording, first, take, context, err);
}

const char *player_path(const struct player *player)
{
    return recording_path(player->recording);
}
const struct config *player_config(const struct player *player)
{
    return recording_config(player->recording);
}
const struct recording_facts *player_facts(const struct player *player)
{
    return recording_facts(player->recording);
}
bool player_script(struct player *player, struct script *script, struct err *err)
{
    return recording_script(player->recording, script, err);
}
const char *player_layers(const struct player *player)
{
    return player->layers;
}
const struct gallery *player_gallery(const struct player *player)
{
    return player->gallery;
}
const char *const *player_task_names(const struct player *player)
{
    return (const char *const *)player->task_names;
}
const struct timeline *player_timeline(const struct player *player)
{
    return &player->now.timeline;
}
const struct snapshot *player_snapshot(const struct player *player)
{
    return player->snapshot;
}
const struct journal *player_journal(const struct player *player)
{
    return player->journal;
}
int64_t player_entry_time(const struct player *player, long n)
{
    return journal_time(player->journal, n);
}

struct closing *player_closing(struct player *player, struct err *err)
{
    struct closing *closing = recording_closing(player->recording, err);
    long n = journal_length(player->journal);
    bool is_of_end = closing && n > 0 && closing->n_entries == n &&
                     closing->step >= journal_at(player->journal, n - 1).step &&
                     closing->n_tasks == player->n_tasks;
    if (!is_of_end) {
        closing_destroy(closing);
        closing = NULL;
    }
    return closing;
}

bool player_read_all(struct player *player, struct err *err)
{
    return recording_extent(player->recording, &player->extent, err) &&
           fill_until(player, player->extent.n_entries, err);
}
