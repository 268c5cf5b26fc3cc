/* SPDX-License-Identifier: MIT
 * What the files of the page share; for html*.c and its tests only. */
#ifndef OUBLI_UI_EXPORT_HTML_INSIDE_H
#define OUBLI_UI_EXPORT_HTML_INSIDE_H

#include <stdio.h>

#include "session/player.h"
#include "ui/screen/style.h"

/* A learner that is there at the end, and how it is told from others. */
struct html_learner {
    const struct track *track;
    int color; /* of the tasks' */
    bool is_dashed;
};

/* What the network wrote at the ends of stages, of data that is text. */
struct html_wrote; /* opaque */

struct html {
    FILE *out;
    const struct player *player;
    const struct timeline *timeline;
    long steps;  /* of the whole session, 1 or more */
    int points;  /* of a curve at most */
    int n_tasks; /* shown: of many only up to the last that has begun */
    int n_learners;
    struct html_learner learners[LEARNERS_MAX];
    const struct html_wrote *wrote;  /* NULL: nothing */
    const struct dataset_kind *kind; /* NULL: not known */
};

/* How a plot lies on the page, in pixels of its own. */
struct html_plot {
    int w, h;
    const char *name;
    double bottom, top; /* of the axis; both 0: shares, in percent */
};

/* Frame, grid, stages and notes of a plot, up to where its curves go; and what follows them. */
void html_plot_begin(const struct html *html, const struct html_plot *plot);
void html_plot_end(const struct html *html);

/* A curve in it; `id` is what the script calls it by. */
void html_plot_curve(const struct html *html, const char *id, const struct series *series,
                     int color, bool is_dashed);

/* What the probes have said of learner number i that are not always on, a section each. */
void html_probes(const struct html *html, int i);

/* R of learner number i, with the metrics after each row. */
void html_matrix(const struct html *html, int i);

/* "average 52 % · forgot 31 % · learned 94 %" of the first n_rows rows. */
void html_metrics(const struct html *html, int i, int n_rows);

/* All runs of the session, if some are over. */
void html_runs(const struct html *html);

bool html_is_note(const struct mark *mark);

/* Looks up what was written; the player stands at the end before and after.  `wrote` is owned
 * (free), NULL for other data, also when it fails. */
bool html_wrote_read(struct html_wrote **wrote, struct player *player, struct err *err)
    __attribute__((warn_unused_result));

/* As a section of the page. */
void html_wrote(const struct html *html);

/* Our own text, in the words of the data: dataset_words. */
void html_words(const struct html *html, const char *text);

/* Text from outside, as it may stand in HTML or between quotes: what means something to a browser
 * is escaped, control characters and broken UTF-8 become '?'. */
void html_text(FILE *out, const char *text);

/* A curve as the "d" of a path: x in steps, y in thousandths from the top; at most `most` points
 * (4 or more), of each stretch the lowest and the highest. */
void html_curve(FILE *out, const struct series *series, int most);

#endif
