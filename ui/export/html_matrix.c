/* SPDX-License-Identifier: MIT
 * The matrix R as a table. */
#include <math.h>

#include "ui/export/html_inside.h"

#include "ui/widgets/percent.h"

enum { COLUMNS_MAX = 30, ROWS_MAX = 60 }; /* more cannot be read; the CSV has them */

void html_metrics(const struct html *html, int i, int n_rows)
{
    struct metrics metrics =
        timeline_metrics_after(html->timeline, html->learners[i].track, n_rows);
    const struct {
        const char *name;
        double value;
    } parts[] = {{"average", metrics.average_accuracy},
                 {"forgotten", metrics.forgetting},
                 {"learned", metrics.learning_accuracy}};
    int n = 0;
    for (int k = 0; k < 3; k++) {
        if (isfinite(parts[k].value)) {
            fprintf(html->out, "%s%s %d\u202f%%", n++ ? " · " : "", parts[k].name,
                    percent(parts[k].value));
        }
    }
}

static void write_letter(FILE *out, const char *scope, int task)
{
    char letter[4];
    fprintf(out, "<th scope=\"%s\" class=\"letter\" style=\"--c:var(--task%d)\">%s</th>", scope,
            task % STYLE_TASKS, task_letter(task, letter));
}

static void write_row(const struct html *html, int i, int row)
{
    const struct timeline *timeline = html->timeline;
    const struct stage *stage = &timeline->stages[row];
    fprintf(html->out, "<tr%s data-begin=\"%ld\" data-end=\"%ld\" data-metrics=\"",
            stage->has_row ? "" : " class=\"now\"", stage->begin, stage->has_row ? stage->end : -1);
    html_metrics(html, i, row + 1);
    fputs("\">", html->out);
    write_letter(html->out, "row", stage->task);
    for (int t = 0; t < html->n_tasks; t++) {
        double value = timeline_r(timeline, html->learners[i].track, row, t);
        if (isfinite(value) && timeline_had_begun(timeline, t, row)) {
            fprintf(html->out, "<td class=\"s%d\" data-of=\"c%d-%d\">%d</td>",
                    (int)style_score(value) - (int)ROLE_SCORE0, i, t, percent(value));
        } else {
            fprintf(html->out, "<td data-of=\"c%d-%d\">·</td>", i, t);
        }
    }
    fputs("</tr>\n", html->out);
}

void html_matrix(const struct html *html, int i)
{
    const struct timeline *timeline = html->timeline;
    if (html->n_tasks > COLUMNS_MAX || timeline->n_stages > ROWS_MAX) {
        fprintf(html->out, "<p>R has %d rows and %d columns; oubli export --csv writes them.</p>\n",
                timeline->n_stages, html->n_tasks);
        return;
    }
    fputs("<table><caption>", html->out);
    html_words(html, "R: accuracy in % after ↓ on →");
    fputs("</caption>\n<thead><tr><td></td>", html->out);
    for (int t = 0; t < html->n_tasks; t++) {
        write_letter(html->out, "col", t);
    }
    fputs("</tr></thead>\n<tbody>\n", html->out);
    for (int row = 0; row < timeline->n_stages; row++) {
        write_row(html, i, row);
    }
    fputs("</tbody></table>\n", html->out);
}
