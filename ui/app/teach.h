/* SPDX-License-Identifier: MIT
 * Teaching from a file: each of its lines is a lesson. */
#ifndef OUBLI_UI_APP_TEACH_H
#define OUBLI_UI_APP_TEACH_H

#include "ui/app/state.h"

/* Teaches the lines of the file, and says how many; false if there is no file of that name, so that
 * the words themselves are meant: but one word that can only be a file's name is said to be none.
 */
bool teach_file(struct app *app, const char *path);

#endif
