/* SPDX-License-Identifier: MIT
 * The arguments of the ways of looking (look.h), each with how it is taken and told.  look_table.c
 * puts them into its table; look_screen.c has those of the screen, look_data.c those of what
 * trains. For these files alone. */
#ifndef OUBLI_UI_APP_LOOK_ARGUMENTS_H
#define OUBLI_UI_APP_LOOK_ARGUMENTS_H

#include "ui/app/look.h"

/* look_screen.c */
extern const struct look_argument look_focus;
extern const struct look_argument look_enlarge;
extern const struct look_argument look_summary;
extern const struct look_argument look_select;
extern const struct look_argument look_probe;
extern const struct look_argument look_knob;
extern const struct look_argument look_explain;
extern const struct look_argument look_help;
extern const struct look_argument look_theme;
extern const struct look_argument look_glyphs;

/* look_data.c */
extern const struct look_argument look_zoom;
extern const struct look_argument look_compare;
extern const struct look_argument look_sort;
extern const struct look_argument look_cursor;
extern const struct look_argument look_weight;
extern const struct look_argument look_microscope;
extern const struct look_argument look_cell;
extern const struct look_argument look_character;
extern const struct look_argument look_head;
extern const struct look_argument look_units;
extern const struct look_argument look_serving;
extern const struct look_argument look_bar;
extern const struct look_argument look_lost;
extern const struct look_argument look_sample;
extern const struct look_argument look_pictures;
extern const struct look_argument look_run;
extern const struct look_argument look_ghost;

/* ---- what several have in common ---- */

extern const char *const look_switches[]; /* "off", "on" */
extern const char *const look_off[];      /* "off" alone */

/* The index of a word in a list that NULL ends, -1 if it is none of them. */
int look_find_word(const char *const *words, const char *word);

/* What takes an argument is false, and nothing has changed, if that is not one it has. */

bool look_take_switch(bool *is_on, const char *argument);

/* Digits, then a blank or the end, `least` .. `most`; *text is behind them and the blanks. */
bool look_take_number(const char **text, long least, long most, long *number);

/* "3 7": the third row, the seventh column, which are 2 and 6 here; or "off". */
bool look_take_place(bool *is_on, int *row, int *column, const char *argument);
void look_tell_place(bool is_on, int row, int column, char argument[LOOK_ARGUMENT_MAX]);

/* A number from 1 to `most`; the word stands for 0. */
bool look_take_count(int *count, const char *argument, const char *word, int most);
void look_tell_count(int count, const char *word, char argument[LOOK_ARGUMENT_MAX]);

void look_put(char argument[LOOK_ARGUMENT_MAX], const char *text);

#endif
