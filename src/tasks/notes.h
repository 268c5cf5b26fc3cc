/* SPDX-License-Identifier: MIT
 * What is to be said of data that is read, but not quite as it stands: lines for the user, each
 * with what and where.  A plain value; zero is nothing to say. */
#ifndef OUBLI_TASKS_NOTES_H
#define OUBLI_TASKS_NOTES_H

enum { NOTES_MAX = 8, NOTE_SIZE = 256 };

struct notes {
    int n;
    char line[NOTES_MAX][NOTE_SIZE];
};

/* Adds a line, cut where it is too long; what is more than NOTES_MAX is dropped. */
void notes_add(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
