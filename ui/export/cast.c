/* SPDX-License-Identifier: MIT
 * A recording as an asciicast: the live screen drawn again at a fixed size, without waiting.
 *
 * Time is the session's, looked at so many times a second; frames that do not change are no events,
 * and where nothing happens for long it is closed up.  Commands of the screen that were recorded
 * are carried out.  Boundaries, commands and notes are markers, right after the frame that shows
 * them. */

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tasks/suite.h"
#include "ui/app/facts.h"
#include "ui/app/follow.h"
#include "ui/app/frame.h"
#include "ui/app/still.h"
#include "ui/export/format.h"
#include "ui/screen/present_cast.h"

enum { LEVELS = 512 * 256 }; /* of the heatmap's memory, as the live screen has them */
static const int64_t SECOND_NS = 1000000000, REST_NS = 2000000000; /* how long the end stands */

struct cast {
    const struct export_config *config;
    struct player *player;
    struct present_cast *present;
    struct facts facts;
    struct frame frame;
    struct look look;
    struct follow follow;
    struct still_memory memory;
    struct heatmap_memory map_memory;
    struct snapshot snapshot;
    struct grid grid;
    int64_t frame_ns;
    long n_marked; /* entries that have been looked at for markers */
    int8_t levels[LEVELS];
};

/* ---- what is shown ---- */

/* What a marker says; the text of a note is its own title. */
static const char *label_of(const struct cast *cast, const struct entry *entry, char *buf,
                            size_t size)
{
    const struct timeline *timeline = player_timeline(cast->player);
    const struct track *track = NULL;
    char letter[4];
    for (int i = 0; timeline->n_tracks > 1 && i < timeline->n_tracks; i++) {
        track = timeline->tracks[i].id == entry->learner ? &timeline->tracks[i] : track;
    }
    const char *who = track ? track->name : "", *text = entry->text ? entry->text : "";
    switch (entry->kind) {
    case ENTRY_STAGE:
        snprintf(buf, size, "task %s", task_letter(entry->task, letter));
        break;
    case ENTRY_END:
        snprintf(buf, size, "end");
        break;
    case ENTRY_DIVERGED:
        snprintf(buf, size, "%s%sloss is not finite", who, who[0] ? ": " : "");
        break;
    default:
        text += strncmp(text, "note ", 5) == 0 ? 5 : 0;
        snprintf(buf, size, "%s%s%s", who, who[0] ? ": " : "", text);
        break;
    }
    return buf;
}

/* All that has come with the last frame. */
static void add_marks(struct cast *cast)
{
    const struct journal *journal = player_journal(cast->player);
    long n = player_timeline(cast->player)->n_read;
    for (; cast->n_marked < n; cast->n_marked++) {
        struct entry entry = journal_at(journal, cast->n_marked);
        char label[JOURNAL_TEXT_MAX + 64];
        if (player_is_mark(&entry)) {
            present_cast_mark(cast->present, player_time(cast->player),
                              label_of(cast, &entry, label, sizeof label));
        }
    }
}

static bool show(struct cast *cast, struct err *err)
{
    int cursor[2];
    struct view *view = &cast->frame.view;
    const struct look_state before = look_state(&cast->look);
    still_take(view, &cast->snapshot, cast->player, -1);
    still_follow(&cast->memory, view);
    if (!follow_player(&cast->follow, cast->player, &cast->look, &before, err)) {
        return false;
    }
    present_cast_theme(cast->present, cast->look.theme);
    frame_draw(&cast->frame, &cast->grid, cast->look.glyphs,
               theme_depth(cast->look.theme, cast->config->depth), cursor);
    present_cast_show(cast->present, player_time(cast->player), &cast->grid);
    add_marks(cast);
    return true;
}

/* ---- the clock ---- */

/* The next beat at which something may look different; the session's end at the latest. */
static bool find_next(struct cast *cast, int64_t *t, struct err *err)
{
    int64_t now = player_time(cast->player), length = player_length(cast->player), next;
    if (!player_next_change(cast->player, &next, err)) {
        return false;
    }
    if (cast->follow.next >= 0 && (next < 0 || cast->follow.next < next)) {
        next = cast->follow.next;
    }
    int64_t beat = next < 0 ? INT64_MAX : (next - 1) / cast->frame_ns + 1;
    beat = beat > now / cast->frame_ns ? beat : now / cast->frame_ns + 1;
    *t = beat > length / cast->frame_ns ? length : beat * cast->frame_ns;
    return true;
}

static bool play(struct cast *cast, struct err *err)
{
    int64_t t = 0;
    double length = (double)player_length(cast->player);
    for (;;) {
        if (!watch_goes_on(cast->config->watch, length > 0 ? (double)t / length : 0)) {
            return err_set(err, ERR_STOPPED, "export: stopped; the asciicast was not written");
        }
        if (!player_seek(cast->player, t, err) || !show(cast, err)) {
            return false;
        }
        if (t >= player_length(cast->player)) {
            present_cast_end(cast->present, t < INT64_MAX - REST_NS ? t + REST_NS : t);
            return true;
        }
        if (!find_next(cast, &t, err)) {
            return false;
        }
    }
}

/* ---- beginning and end ---- */

/* "2025-01-31T23:59:59Z" as seconds since 1970; 0 if it says nothing of the kind. */
static int64_t read_created(const char *text)
{
    struct tm tm = {0};
    if (!text || sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                        &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6) {
        return 0;
    }
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm);
}

/* The theme that the session began with, for the header. */
static bool take_first(void *context, int64_t i, int64_t t, const char *line)
{
    struct present_cast_config *present = context;
    const struct theme *theme = strncmp(line, "theme ", 6) == 0 ? theme_find(line + 6) : NULL;
    present->theme = theme ? theme : present->theme;
    (void)i;
    return !theme && t < SECOND_NS;
}

static bool begin(struct cast *cast, FILE *out, struct err *err)
{
    const struct export_config *config = cast->config;
    char title[256];
    cast->facts = facts_of_player(cast->player);
    cast->frame_ns = SECOND_NS / config->fps;
    cast->map_memory = (struct heatmap_memory){.level = cast->levels, .capacity = LEVELS};
    cast->frame.view = still_view(&cast->facts);
    cast->frame.view.is_picture = true;
    cast->frame.view.map_memory = &cast->map_memory;
    cast->follow = follow_make(config->theme != NULL, config->glyphs != NULL);
    cast->look.view = &cast->frame.view;
    cast->look.theme = config->theme ? config->theme : theme_at(0);
    cast->look.glyphs = config->glyphs ? config->glyphs : glyphs_at(0);
    snprintf(title, sizeof title, "oubli: %.80s, %.80s, %d task%s, seed %llu", cast->facts.data,
             cast->facts.suite, cast->facts.n_tasks, cast->facts.n_tasks == 1 ? "" : "s",
             (unsigned long long)cast->facts.seed);
    struct present_cast_config present = {
        .version = config->version,
        .cols = config->cols,
        .rows = config->rows,
        .theme = cast->look.theme,
        .depth = config->depth,
        .title = title,
        .timestamp = read_created(player_facts(cast->player)->created),
        .idle_ns = (int64_t)(config->idle * (double)SECOND_NS),
    };
    if (!config->theme && !player_read_views(cast->player, 0, take_first, &present, err)) {
        return false;
    }
    cast->look.theme = present.theme;
    return grid_resize(&cast->grid, config->cols, config->rows, err) &&
           (cast->present = present_cast_open(&present, out, err));
}

static bool write_out(FILE *out, struct player *player, const struct export_config *config,
                      struct err *err)
{
    struct cast *cast = calloc(1, sizeof *cast);
    if (!cast) {
        return err_set(err, ERR_FAILED, "memory: no room for an asciicast");
    }
    cast->player = player;
    cast->config = config;
    bool ok = player_read_all(player, err) && begin(cast, out, err) && play(cast, err);
    ok = present_cast_close(cast->present, ok ? err : NULL) && ok;
    grid_fini(&cast->grid);
    free(cast);
    return ok;
}

const struct export_format export_cast = {.heeds = EXPORT_SIZE | EXPORT_LOOK | EXPORT_DEPTH |
                                                   EXPORT_CAST | EXPORT_WATCH,
                                          .write = write_out};
