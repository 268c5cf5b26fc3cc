/* SPDX-License-Identifier: MIT
 * All runs of the session as a table: those that are over, and those that went on to the end. */
#include <math.h>

#include "ui/export/html_inside.h"
#include "ui/panels/board.h"
#include "ui/widgets/percent.h"

static struct board_row row_of_track(const struct html *html, const struct track *track)
{
    struct metrics metrics = timeline_metrics_now(html->timeline, track);
    double on = series_at(&track->on, (double)html->steps);
    struct board_row row = {.name = track->name,
                            .knows_on = on >= 0,
                            .on = on >= 0 ? (uint32_t)on : 0,
                            .average = metrics.average_accuracy,
                            .forgetting = metrics.forgetting,
                            .learning = metrics.learning_accuracy,
                            .steps = html->steps};
    for (int i = 0; i < track->on.n && track->on.step[i] <= (double)html->steps; i++) {
        row.ever_on |= (uint32_t)track->on.value[i];
    }
    return row;
}

static void write_share(FILE *out, double share)
{
    if (isfinite(share)) {
        fprintf(out, "<td>%d</td>", percent(share));
    } else {
        fputs("<td>·</td>", out);
    }
}

static void write_run(const struct html *html, const struct board_row *row)
{
    char with[BOARD_WITH_MAX];
    if (row->score) {
        fprintf(html->out, "<tr><td>%d</td><td>", row->score->number);
    } else {
        fputs("<tr><td>end</td><td>", html->out);
    }
    html_text(html->out, row->name);
    fputs("</td><td>", html->out);
    html_text(html->out, board_with(row, with));
    fputs("</td>", html->out);
    write_share(html->out, row->average);
    write_share(html->out, row->forgetting);
    write_share(html->out, row->learning);
    fprintf(html->out, "<td>%ld</td></tr>\n", row->steps);
}

void html_runs(const struct html *html)
{
    const struct scoreboard *board = &html->timeline->board;
    if (board->n == 0) {
        return;
    }
    fputs("<section class=\"runs\"><h2>all runs of the session<small>in % of the tests; those "
          "that are over first</small></h2>\n<table><thead><tr><th>run</th><th>learner</th>"
          "<th>with</th><th>average</th><th>forgot</th><th>learned</th><th>steps</th></tr></thead>"
          "\n<tbody>\n",
          html->out);
    for (int i = 0; i < board->n; i++) {
        const struct board_row row = board_row_of(&board->scores[i]);
        write_run(html, &row);
    }
    for (int i = 0; i < html->n_learners; i++) {
        const struct board_row row = row_of_track(html, html->learners[i].track);
        write_run(html, &row);
    }
    fputs("</tbody></table></section>\n", html->out);
}
