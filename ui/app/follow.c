/* SPDX-License-Identifier: MIT */
#include "ui/app/follow.h"

#include <stdio.h>
#include <string.h>

struct follow follow_make(bool keeps_theme, bool keeps_glyphs)
{
    return (struct follow){.keeps_theme = keeps_theme, .keeps_glyphs = keeps_glyphs};
}

struct reading {
    struct follow *follow;
    int64_t until;
};

static bool take_line(void *context, int64_t i, int64_t t, const char *line)
{
    struct reading *reading = context;
    struct follow *follow = reading->follow;
    char argument[LOOK_ARGUMENT_MAX];
    if (t > reading->until) {
        follow->next = t;
        return false;
    }
    int command = look_find(line, argument);
    if (command >= 0) {
        snprintf(follow->said.argument[command], LOOK_ARGUMENT_MAX, "%s", argument);
    }
    follow->n_lines = i + 1;
    return true;
}

/* Reads on to the player's moment, from the first line if it has gone back. */
static bool listen(struct follow *follow, struct player *player, struct err *err)
{
    struct reading reading = {follow, player_time(player)};
    if (reading.until < follow->t) {
        follow->n_lines = 0;
        follow->said = (struct look_state){0};
        follow->next = 0;
    }
    follow->t = reading.until;
    if (follow->next > reading.until) {
        return true;
    }
    follow->next = -1; /* a file that is being written may have more the next time */
    return player_read_views(player, follow->n_lines, take_line, &reading, err);
}

bool follow_player(struct follow *follow, struct player *player, struct look *look,
                   const struct look_state *before, struct err *err)
{
    struct look_state now = look_state(look);
    const struct theme *theme = look->theme;
    const struct glyphs *glyphs = look->glyphs;
    char line[2 * LOOK_ARGUMENT_MAX];
    if (!listen(follow, player, err)) {
        return false;
    }
    for (int i = 0; look_commands()[i].usage; i++) {
        const char *said = follow->said.argument[i];
        bool is_new = strcmp(said, follow->followed.argument[i]) != 0;
        bool is_touched = before && strcmp(before->argument[i], now.argument[i]) != 0;
        if (said[0] != '\0' && (is_new || is_touched)) {
            look_line(look, look_format(&follow->said, i, line, sizeof line));
        }
    }
    follow->followed = follow->said;
    look->theme = follow->keeps_theme ? theme : look->theme;
    look->glyphs = follow->keeps_glyphs ? glyphs : look->glyphs;
    return true;
}
