/* SPDX-License-Identifier: MIT */
#include "ui/app/look_arguments.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const look_switches[] = {"off", "on", NULL};
const char *const look_off[] = {"off", NULL};

int look_find_word(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

bool look_take_switch(bool *is_on, const char *argument)
{
    int i = look_find_word(look_switches, argument);
    *is_on = i < 0 ? *is_on : i > 0;
    return i >= 0;
}

bool look_take_number(const char **text, long least, long most, long *number)
{
    char *end;
    bool is_number = isdigit((unsigned char)**text);
    *number = strtol(*text, &end, 10);
    *text = end + strspn(end, " ");
    return is_number && (*end == '\0' || *end == ' ') && *number >= least && *number <= most;
}

void look_put(char argument[LOOK_ARGUMENT_MAX], const char *text)
{
    snprintf(argument, LOOK_ARGUMENT_MAX, "%s", text);
}

bool look_take_place(bool *is_on, int *row, int *column, const char *argument)
{
    enum { MOST = 1000000 };
    long at[2] = {1, 1};
    bool is_off = strcmp(argument, "off") == 0;
    if (!is_off && !(look_take_number(&argument, 1, MOST, &at[0]) &&
                     look_take_number(&argument, 1, MOST, &at[1]) && *argument == '\0')) {
        return false;
    }
    *is_on = !is_off;
    *row = is_off ? *row : (int)at[0] - 1;
    *column = is_off ? *column : (int)at[1] - 1;
    return true;
}

void look_tell_place(bool is_on, int row, int column, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, "off");
    if (is_on) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d %d", row + 1, column + 1);
    }
}

bool look_take_count(int *count, const char *argument, const char *word, int most)
{
    long number = 0;
    bool is_word = strcmp(argument, word) == 0;
    if (!is_word && (!look_take_number(&argument, 1, most, &number) || *argument != '\0')) {
        return false;
    }
    *count = (int)number;
    return true;
}

void look_tell_count(int count, const char *word, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, word);
    if (count > 0) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d", count);
    }
}
