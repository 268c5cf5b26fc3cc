/* SPDX-License-Identifier: MIT */
#include "lab/script.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/suite.h"

/* Reads "400", "B" or "B+10"; false if it is none of them. */
static bool parse_moment(const char *text, struct script_line *line)
{
    char letter[4] = "";
    size_t n = 0;
    while (n < sizeof letter - 1 && isalpha((unsigned char)text[n])) {
        letter[n] = text[n];
        n++;
    }
    line->task = -1;
    if (n > 0) {
        line->task = task_from_letter(letter, SUITE_TASKS_MAX);
        if (line->task < 0) {
            return false;
        }
        if (text[n] == '\0') {
            line->step = 0;
            return true;
        }
        if (text[n++] != '+') {
            return false;
        }
    }
    char *end;
    errno = 0;
    line->step = strtol(text + n, &end, 10);
    return isdigit((unsigned char)text[n]) && *end == '\0' && errno == 0;
}

bool script_add(struct script *script, const char *text, struct err *err)
{
    struct script_line line = {0};
    const char *colon = strchr(text, ':');
    char moment[32] = "";
    if (colon) {
        snprintf(moment, sizeof moment, "%.*s", (int)(colon - text < 31 ? colon - text : 31), text);
    }
    if (!colon || !parse_moment(moment, &line)) {
        return err_set(
            err, ERR_USAGE,
            "--at: STEP:COMMAND or LETTER+STEP:COMMAND expected, as in 400:'strategy ewc on'; "
            "found '%.80s'",
            text);
    }
    if (!command_parse(colon + 1, &line.command, err)) {
        return false;
    }
    if (line.command.kind == COMMAND_SAVE) { /* a recording may hold a script, and be anybody's */
        return err_set(err, ERR_USAGE, "--at: save: no timed command; use --save FILE@STEP");
    }
    if (script->n == SCRIPT_MAX) {
        return err_set(err, ERR_USAGE, "--at: at most %d timed commands expected, found more",
                       SCRIPT_MAX);
    }
    script->lines[script->n++] = line;
    return true;
}

char *script_format(const struct script_line *line, char *buf, size_t size)
{
    char letter[4], command[COMMAND_TEXT_MAX + 32];
    snprintf(buf, size, "%s%s%ld:%s", line->task < 0 ? "" : task_letter(line->task, letter),
             line->task < 0 ? "" : "+", line->step,
             command_format(&line->command, command, sizeof command));
    return buf;
}
