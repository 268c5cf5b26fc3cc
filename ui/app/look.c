/* SPDX-License-Identifier: MIT */
#include "ui/app/look.h"

#include <stdio.h>
#include <string.h>

static const struct look_argument *argument_of(int command)
{
    return look_commands()[command].argument;
}

const char *look_word(const struct view *view, int command, int i, const char **help)
{
    const struct look_argument *argument = argument_of(command);
    *help = NULL;
    return argument->words  ? argument->words[i]
           : argument->word ? argument->word(view, i, help)
                            : NULL;
}

int look_find(const char *line, char argument[LOOK_ARGUMENT_MAX])
{
    line += strspn(line, " ");
    size_t length = strcspn(line, " ");
    const char *rest = line + length + strspn(line + length, " ");
    size_t used = strlen(rest);
    while (used > 0 && rest[used - 1] == ' ') {
        used--;
    }
    argument[0] = '\0';
    for (int i = 0; length > 0 && look_commands()[i].usage; i++) {
        bool is_other = argument_of(i)->is_one_word && memchr(rest, ' ', used);
        if (strcspn(look_commands()[i].usage, " ") == length &&
            strncmp(look_commands()[i].usage, line, length) == 0 && !is_other) {
            if (used < LOOK_ARGUMENT_MAX) {
                snprintf(argument, LOOK_ARGUMENT_MAX, "%.*s", (int)used, rest);
            }
            return i;
        }
    }
    return -1;
}

bool look_line(struct look *look, const char *line)
{
    char argument[LOOK_ARGUMENT_MAX];
    int i = look_find(line, argument);
    return i >= 0 && argument_of(i)->take && argument_of(i)->take(look, argument);
}

struct look_state look_state(const struct look *look)
{
    struct look_state state = {0};
    for (int i = 0; look_commands()[i].usage; i++) {
        if (argument_of(i)->tell) {
            argument_of(i)->tell(look, state.argument[i]);
        }
    }
    return state;
}

char *look_format(const struct look_state *state, int i, char *buf, size_t size)
{
    snprintf(buf, size, "%.*s %s", (int)strcspn(look_commands()[i].usage, " "),
             look_commands()[i].usage, state->argument[i]);
    return buf;
}
