/* SPDX-License-Identifier: MIT
 * The player: a recording as a session in time.  It gives the screen what a lab would give - a
 * timeline and a snapshot - of any moment, and never trains.  One thread. */
#ifndef OUBLI_SESSION_PLAYER_H
#define OUBLI_SESSION_PLAYER_H

#include "lab/timeline.h"
#include "session/recording.h"

struct player; /* opaque */

/* What a player takes of memory at the most, whatever the file holds: so much, and so much for each
 * byte of the file. */
enum { PLAYER_BYTES_MAX = 1200000000, PLAYER_BYTES_A_BYTE = 32 };

/* Stands at the beginning, playing.  Reads as much as a moment needs; the rest comes with
 * player_tick. */
struct player *player_open(const char *path, struct err *err) __attribute__((warn_unused_result));
void player_close(struct player *player);

/* The path that it was opened by; borrowed. */
const char *player_path(const struct player *player);
const struct config *player_config(const struct player *player);
const struct recording_facts *player_facts(const struct player *player);

/* The session's timed commands. */
bool player_script(struct player *player, struct script *script, struct err *err)
    __attribute__((warn_unused_result));

/* The examples that were recorded; NULL if there are none. */
const struct gallery *player_gallery(const struct player *player);

/* "64-100-100-10", "" if it does not say. */
const char *player_layers(const struct player *player);

/* What the tasks are called, (n_tasks); NULL if it does not say. */
const char *const *player_task_names(const struct player *player);

/* Lets time pass up to `now` (clock_ns), reads on a little, and looks whether the file has grown.
 * False and err if it cannot be read any further. */
bool player_tick(struct player *player, int64_t now, struct err *err);

/* Nanoseconds since the recording began: where it stands, and how long it is by now. */
int64_t player_time(const struct player *player);
int64_t player_length(const struct player *player);

/* Seconds of the session a second, 1 at first; pause. */
void player_set_speed(struct player *player, double speed);
double player_speed(const struct player *player);
void player_pause(struct player *player, bool is_paused);
bool player_is_paused(const struct player *player);

/* Goes to a time, kept inside; the first moment at which so many steps had been done; the next (1)
 * or last (-1) beginning of a stage; the next or last mark (command, note, boundary).  False and
 * err if the file cannot be read. */
bool player_seek(struct player *player, int64_t t, struct err *err);
bool player_seek_step(struct player *player, long step, struct err *err);
bool player_seek_stage(struct player *player, int direction, struct err *err);
bool player_seek_mark(struct player *player, int direction, struct err *err);

/* What ( and ) stop at: commands but for the speed, boundaries, divergence, the end. */
bool player_is_mark(const struct entry *entry);

/* When something changes next, after the moment: an entry or a snapshot.  -1 if nothing does. */
bool player_next_change(struct player *player, int64_t *t, struct err *err)
    __attribute__((warn_unused_result));

/* Commands of the screen, from number `first` (0 is the first of all) to the last. */
bool player_read_views(struct player *player, int64_t first, recording_view take, void *context,
                       struct err *err) __attribute__((warn_unused_result));

/* What the session was then; borrowed until the player moves. */
const struct timeline *player_timeline(const struct player *player);
const struct snapshot *player_snapshot(const struct player *player);

/* The whole recording as far as it has been read, and the time of an entry: for exports. */
const struct journal *player_journal(const struct player *player);
int64_t player_entry_time(const struct player *player, long n);

/* What only the session's lab could tell of its end: NULL if the file does not hold it of the end,
 * or with err if it cannot be read.  To be asked when all has been read.  Returns owned
 * (closing_destroy). */
struct closing *player_closing(struct player *player, struct err *err)
    __attribute__((warn_unused_result));

/* Reads all there is. */
bool player_read_all(struct player *player, struct err *err);

#endif
