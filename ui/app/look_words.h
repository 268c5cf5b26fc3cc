/* SPDX-License-Identifier: MIT
 * The words that commands of looking take; for look.c only. */
#ifndef OUBLI_UI_APP_LOOK_WORDS_H
#define OUBLI_UI_APP_LOOK_WORDS_H

/* In the order of what they stand for; ended by NULL. */
extern const char *const look_switches[]; /* off, on */
extern const char *const look_zooms[];
extern const char *const look_compares[]; /* COMPARE_NOT, COMPARE_AVERAGE; a letter is the third */
extern const char *const look_pictures[]; /* seen, plain */

/* As struct look_command has them: the i-th word for completion. */
const char *look_word_panel(int i, const char **help);
const char *look_word_switch(int i, const char **help);
const char *look_word_off(int i, const char **help);
const char *look_word_zoom(int i, const char **help);
const char *look_word_compare(int i, const char **help);
const char *look_word_column(int i, const char **help);
const char *look_word_pictures(int i, const char **help);
const char *look_word_strategy(int i, const char **help);
const char *look_word_knob(int i, const char **help);
const char *look_word_theme(int i, const char **help);
const char *look_word_glyphs(int i, const char **help);

#endif
