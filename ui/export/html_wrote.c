/* SPDX-License-Identifier: MIT
 * What the network wrote, prompt by prompt: at the end of each stage, as it was recorded then. */
#include <stdlib.h>
#include <string.h>

#include "tasks/suite.h"
#include "ui/export/html_inside.h"

enum { STAGES_MOST = 12 }; /* the last ones */

struct html_wrote {
    int n;
    struct moment_wrote {
        int task;                    /* whose stage is over then ... */
        bool is_over;                /* ... or goes on where the session ends */
        long step;                   /* of the text */
        unsigned seen;               /* bit i: row i is of a task that had begun */
        char name[LEARNER_NAME_MAX]; /* who wrote; "" where there was one learner */
        struct writing writing;
    } moments[STAGES_MOST];
};

/* ---- looking it up ---- */

/* When the stage was over, the last time it was; the end of the recording if it is not. */
static int64_t end_time(const struct player *player, int i, const struct stage *stage)
{
    const struct journal *journal = player_journal(player);
    for (long n = stage->end < 0 ? 0 : journal_length(journal); n > 0; n--) {
        struct entry entry = journal_at(journal, n - 1);
        if (entry.kind == ENTRY_STAGE_END && entry.stage == i && entry.step == stage->end) {
            return player_entry_time(player, n - 1);
        }
    }
    return player_length(player);
}

/* Takes what stands in the snapshot, if it is of the stage and later than what was found. */
static void take(struct moment_wrote *moment, const struct player *player,
                 const struct stage *stage)
{
    const struct snapshot *snapshot = player_snapshot(player);
    const struct writing *writing = &snapshot->exhibits.writing;
    bool is_its = snapshot->exhibits.has[EXHIBIT_WRITING] && writing->step > stage->begin &&
                  (stage->end < 0 || writing->step <= stage->end);
    if (!is_its || writing->step < moment->step) {
        return;
    }
    moment->step = writing->step;
    moment->writing = *writing;
    if (snapshot->n_learners > 1) {
        snprintf(moment->name, sizeof moment->name, "%s",
                 snapshot->learners[snapshot->selected].name);
    }
}

/* Bits of the rows of tasks that had begun with stage number `i`. */
static unsigned rows_seen(const struct timeline *timeline, const struct writing *writing, int i)
{
    unsigned seen = 0;
    for (int k = 0; k < writing->n; k++) {
        seen |= timeline_had_begun(timeline, writing->rows[k].task, i) ? 1u << k : 0;
    }
    return seen;
}

/* A little before the end, at it, and when a recorder has come round. */
static bool read_moment(struct moment_wrote *moment, struct player *player, int i,
                        const struct stage *stage, struct err *err)
{
    static const int64_t offsets[] = {-1, 0, 250000000};
    int64_t end = end_time(player, i, stage);
    *moment = (struct moment_wrote){.task = stage->task, .is_over = stage->end >= 0};
    for (size_t k = 0; k < sizeof offsets / sizeof *offsets; k++) {
        if (!player_seek(player, end + offsets[k], err)) {
            return false;
        }
        take(moment, player, stage);
    }
    return true;
}

bool html_wrote_read(struct html_wrote **wrote, struct player *player, struct err *err)
{
    struct stage stages[STAGES_MOST];
    const struct dataset_kind *kind = dataset_kind_of(player_config(player)->data, NULL);
    const struct timeline *timeline = player_timeline(player);
    int n = timeline->n_stages < STAGES_MOST ? timeline->n_stages : STAGES_MOST;
    int first = timeline->n_stages - n;
    *wrote = NULL;
    if (!kind || kind->form != DATA_TEXT || n == 0) {
        return true;
    }
    memcpy(stages, timeline->stages + first, (size_t)n * sizeof *stages); /* before it moves */
    *wrote = calloc(1, sizeof **wrote);
    if (!*wrote) {
        return err_set(err, ERR_FAILED, "memory: none left for the page");
    }
    for (int i = 0; i < n; i++) {
        struct moment_wrote *moment = &(*wrote)->moments[(*wrote)->n];
        if (!read_moment(moment, player, first + i, &stages[i], err)) {
            return false;
        }
        moment->seen = rows_seen(player_timeline(player), &moment->writing, first + i);
        (*wrote)->n += moment->seen != 0;
    }
    return player_seek(player, player_length(player), err);
}

/* ---- writing it down ---- */

/* Runs of characters, underlined where it would hardly have written them. */
static void write_passage(FILE *out, const struct passage *passage)
{
    char run[WRITING_TEXT_MAX + 1];
    int length = passage->n;
    length -= length > 0 && passage->text[length - 1] == '\n'; /* where it ends is seen */
    for (int i = 0, n; i < length; i += n) {
        for (n = 0; i + n < length && passage->strange[i + n] == passage->strange[i]; n++) {
            run[n] = passage->text[i + n];
        }
        run[n] = '\0';
        fputs(passage->strange[i] ? "<u>" : "", out);
        html_text(out, run);
        fputs(passage->strange[i] ? "</u>" : "", out);
    }
}

static void write_letter(FILE *out, int task)
{
    char letter[4];
    fprintf(out, "<b class=\"letter\" style=\"--c:var(--task%d)\">%s</b>", task % STYLE_TASKS,
            task_letter(task, letter));
}

static void write_line(const struct html *html, const struct moment_wrote *moment,
                       const struct written *row)
{
    fprintf(html->out, "<li data-step=\"%ld\"><span>%s ", moment->step,
            moment->is_over ? "after" : "in");
    write_letter(html->out, moment->task);
    fprintf(html->out, " <small>%ld</small>", moment->step);
    if (moment->name[0] != '\0') {
        fputs(" <i>", html->out);
        html_text(html->out, moment->name);
        fputs("</i>", html->out);
    }
    fputs("</span><code><i>", html->out);
    html_text(html->out, row->prompt);
    fputs("</i>", html->out);
    write_passage(html->out, &row->now);
    fputs("</code></li>\n", html->out);
}

/* What was written after the task's prompt, moment by moment. */
static void write_task(const struct html *html, int task)
{
    const char *const *names = player_task_names(html->player);
    bool has_any = false;
    for (int i = 0; i < html->wrote->n; i++) {
        const struct moment_wrote *moment = &html->wrote->moments[i];
        for (int k = 0; k < moment->writing.n; k++) {
            if (moment->writing.rows[k].task != task || !((moment->seen >> k) & 1u)) {
                continue;
            }
            if (!has_any) {
                fputs("<h3>", html->out);
                write_letter(html->out, task);
                fputc(' ', html->out);
                html_text(html->out, names ? names[task] : "");
                fputs("</h3>\n<ol>\n", html->out);
                has_any = true;
            }
            write_line(html, moment, &moment->writing.rows[k]);
        }
    }
    fputs(has_any ? "</ol>\n" : "", html->out);
}

void html_wrote(const struct html *html)
{
    if (!html->wrote || html->wrote->n == 0) {
        return;
    }
    fputs("<section class=\"wrote\"><h2>what it wrote, asked to go on from each task's "
          "beginning</h2>\n<p>At the end of each task, with the step. Underlined: what it would "
          "hardly have written when it had just learned that task.</p>\n",
          html->out);
    for (int t = 0; t < html->timeline->n_tasks; t++) {
        write_task(html, t);
    }
    fputs("</section>\n", html->out);
}
