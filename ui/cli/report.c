/* SPDX-License-Identifier: MIT */
#include "ui/cli/report.h"

#include <math.h>
#include <string.h>

#include "lab/learner.h"
#include "strategies/table.h"
#include "tasks/clean.h"
#include "ui/cli/page.h"

enum { WIDTH = 80, LABEL = 11, CELL = 6, ROWS_MOST = 24 };
enum { TASKS_SHOWN = 10 }; /* more than that several times over would fill screens */
enum { DEEDS_MOST = 12 };

/* ---- what was run ---- */

/* What was done that changes training, and is not told by the learners' lines. */
static bool is_deed(const struct mark *mark)
{
    struct command command;
    if (mark->kind != ENTRY_COMMAND || !command_parse(mark->text, &command, NULL)) {
        return false;
    }
    switch (command.kind) {
    case COMMAND_NOTE:
    case COMMAND_FORK:
    case COMMAND_SWEEP:
    case COMMAND_ADD:
    case COMMAND_RENAME:
        return false;
    default:
        return command_is_deed(&command);
    }
}

static bool has_deeds(const struct headless *run)
{
    const struct timeline *timeline = &run->timeline;
    bool has = false;
    for (int i = 0; i < timeline->n_marks; i++) {
        has |= is_deed(&timeline->marks[i]);
    }
    return has;
}

static void print_strategies(FILE *out, const struct headless *run)
{
    struct page page = {out, WIDTH};
    const struct learner_config begun = headless_begun(run, 0), *learner = &begun;
    char text[1024];
    size_t used = (size_t)snprintf(text, sizeof text, "strategies%s: %s",
                                   has_deeds(run) ? " at first" : "", learner->on ? "" : "none");
    bool is_first = true;
    for (int i = 0; i < strategy_count() && used < sizeof text; i++) {
        if (!((learner->on >> i) & 1u)) {
            continue;
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", is_first ? "" : " + ",
                                 strategy_at(i)->name);
        is_first = false;
        for (int j = 0; j < PARAM_COUNT && used < sizeof text; j++) {
            enum param_id id = (enum param_id)j;
            char value[64];
            if (param_is_owned_by(param_at(id), strategy_at(i)->name)) {
                used +=
                    (size_t)snprintf(text + used, sizeof text - used, " %s=%s", param_at(id)->name,
                                     param_format(&learner->params, id, value, sizeof value));
            }
        }
    }
    page_wrap(&page, 0, 2, text);
}

/* "net 64-100-100-10 relu"; "transformer: ..." */
static void put_net(char *text, size_t size, const struct headless *run, int learner,
                    const struct params *params)
{
    const struct network *net = learner_network(lab_learner(run->lab, learner));
    char shape[80], word[32];
    network_text(net, shape, sizeof shape);
    if (params->value[PARAM_MODEL] == MODEL_MLP) {
        snprintf(text, size, "net %s %s", shape,
                 param_format(params, PARAM_ACTIVATION, word, sizeof word));
    } else {
        snprintf(text, size, "%s: %s", param_format(params, PARAM_MODEL, word, sizeof word), shape);
    }
}

/* "batch 32 · 10 epochs a task" */
static void put_length(char *text, size_t size, const struct params *params)
{
    char batch[32], length[32];
    bool has_steps = params->value[PARAM_STEPS] > 0;
    bool is_one = params->value[has_steps ? PARAM_STEPS : PARAM_EPOCHS] == 1;
    snprintf(text, size, "batch %s · %s %s%s a task",
             param_format(params, PARAM_BATCH, batch, sizeof batch),
             param_format(params, has_steps ? PARAM_STEPS : PARAM_EPOCHS, length, sizeof length),
             has_steps ? "step" : "epoch", is_one ? "" : "s");
}

static void print_training(FILE *out, const struct headless *run)
{
    const struct learner_config learner = headless_begun(run, 0);
    const struct params *params = &learner.params;
    struct page page = {out, WIDTH};
    char text[400], net[120], optimizer[32], rate[32], length[80];
    put_net(net, sizeof net, run, 0, params);
    put_length(length, sizeof length, params);
    snprintf(text, sizeof text, "%s · %s · lr %s · %s", net,
             param_format(params, PARAM_OPTIMIZER, optimizer, sizeof optimizer),
             param_format(params, PARAM_LR, rate, sizeof rate), length);
    page_wrap(&page, 0, 2, text);
}

/* ---- several learners ---- */

/* True if all learners have the same there. */
static bool is_shared(const struct headless *run, enum param_id id)
{
    const struct learner_config first = headless_begun(run, 0);
    char mine[80], other[80];
    param_format(&first.params, id, mine, sizeof mine);
    for (int i = 1; i < run->n_results; i++) {
        const struct learner_config learner = headless_begun(run, i);
        if (strcmp(mine, param_format(&learner.params, id, other, sizeof other)) != 0) {
            return false;
        }
    }
    return true;
}

/* A parameter of a strategy means something only where that is on. */
static bool is_in_use(const struct learner_config *learner, const struct param *param)
{
    if (!strchr(param->name, '.')) {
        return true;
    }
    for (int i = 0; i < strategy_count(); i++) {
        if (param_is_owned_by(param, strategy_at(i)->name)) {
            return (learner->on >> i) & 1u;
        }
    }
    return true;
}

/* What is on, and what it has otherwise than another. */
static void print_learner(FILE *out, const struct headless *run, int i, int width)
{
    const struct learner_config learner = headless_begun(run, i);
    const struct track *track = headless_track(run, i),
                       *parent = timeline_track(&run->timeline, track->parent);
    struct page page = {out, WIDTH};
    char text[1024] = "", value[80];
    size_t used = learner.on ? 0 : (size_t)snprintf(text, sizeof text, "no strategy");
    for (int j = 0; j < strategy_count(); j++) {
        if ((learner.on >> j) & 1u) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? "+" : "",
                                     strategy_at(j)->name);
        }
    }
    for (int j = 0; j < PARAM_COUNT; j++) {
        enum param_id id = (enum param_id)j;
        if (!is_shared(run, id) && is_in_use(&learner, param_at(id)) && used < sizeof text) {
            used +=
                (size_t)snprintf(text + used, sizeof text - used, " · %s %s", param_at(id)->name,
                                 param_format(&learner.params, id, value, sizeof value));
        }
    }
    if (parent && used < sizeof text) {
        snprintf(text + used, sizeof text - used, " · from %s at step %ld", parent->name,
                 track->born);
    }
    fprintf(out, "  %-*s  ", width, run->results[i].name);
    page_wrap(&page, width + 4, width + 4, text);
}

/* What all have, then a line for each. */
static void print_learners(FILE *out, const struct headless *run)
{
    const struct learner_config first = headless_begun(run, 0);
    const struct params *params = &first.params;
    struct page page = {out, WIDTH};
    char text[400], part[120], value[32];
    size_t used = 0;
    int width = 0;
    if (is_shared(run, PARAM_NET) && is_shared(run, PARAM_ACTIVATION)) {
        put_net(part, sizeof part, run, 0, params);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s · ", part);
    }
    if (is_shared(run, PARAM_OPTIMIZER)) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s · ",
                                 param_format(params, PARAM_OPTIMIZER, value, sizeof value));
    }
    if (is_shared(run, PARAM_LR)) {
        used += (size_t)snprintf(text + used, sizeof text - used, "lr %s · ",
                                 param_format(params, PARAM_LR, value, sizeof value));
    }
    put_length(part, sizeof part, params);
    snprintf(text + used, sizeof text - used, "%s", part);
    page_wrap(&page, 0, 2, text);
    fprintf(out, "%d learners on the same batches%s\n", run->n_results,
            has_deeds(run) ? ", as they began" : "");
    for (int i = 0; i < run->n_results; i++) {
        int length = (int)strlen(run->results[i].name);
        width = length > width ? length : width;
    }
    for (int i = 0; i < run->n_results; i++) {
        print_learner(out, run, i, width);
    }
}

/* ---- on the way ---- */

/* "on the way: step 900 strategy replay on; step 1800 set lr 0.05"; nothing where nothing was
 * done. */
static void print_deeds(FILE *out, const struct headless *run)
{
    const struct timeline *timeline = &run->timeline;
    struct page page = {out, WIDTH};
    char text[DEEDS_MOST * (JOURNAL_TEXT_MAX + LEARNER_NAME_MAX + 32)], clean[JOURNAL_TEXT_MAX];
    size_t used = 0;
    int n = 0;
    for (int i = 0; i < timeline->n_marks; i++) {
        const struct mark *mark = &timeline->marks[i];
        const struct track *whom = timeline_track(timeline, mark->learner);
        bool is_named = whom && run->n_results > 1;
        if (is_deed(mark) && n++ < DEEDS_MOST) {
            used +=
                (size_t)snprintf(text + used, sizeof text - used, "%s step %ld %s%s%s",
                                 used ? ";" : "on the way:", mark->step, is_named ? whom->name : "",
                                 is_named ? ": " : "", clean_copy(clean, sizeof clean, mark->text));
        }
    }
    if (n > DEEDS_MOST) {
        snprintf(text + used, sizeof text - used, "; and %d more", n - DEEDS_MOST);
    }
    if (n > 0) {
        page_wrap(&page, 0, 2, text);
    }
}

/* ---- all of it ---- */

void report_data(const struct headless *run, char *text, size_t size)
{
    const struct suite *suite = lab_suite(run->lab);
    int n_stages = suite_n_stages(suite);
    int n_tasks = suite_n_tasks(suite) - (suite_lesson_task(suite) >= 0); /* which is not planned */
    char stages[48] = "";
    if (n_stages != n_tasks) {
        snprintf(stages, sizeof stages, " in %d stages", n_stages);
    }
    snprintf(text, size, "%s · %s, scenario %s · %d task%s%s", suite_dataset(suite)->name,
             suite_name(suite), scenario_name(suite_scenario(suite)), n_tasks,
             n_tasks == 1 ? "" : "s", stages);
}

void report_head(FILE *out, const char *data, const struct seeds *seeds)
{
    struct page page = {out, WIDTH};
    unsigned long long first = seeds->first, last = first + (unsigned long long)seeds->n - 1;
    char text[REPORT_DATA_MAX + 96], some[32] = "";
    if (seeds->n_done < seeds->n) {
        snprintf(some, sizeof some, "%d of the ", seeds->n_done);
    }
    if (seeds->n > 1) {
        snprintf(text, sizeof text, "%s · %sseeds %llu to %llu", data, some, first, last);
    } else {
        snprintf(text, sizeof text, "%s · seed %llu", data, first);
    }
    page_wrap(&page, 0, 2, text);
}

void report_session(FILE *out, const struct headless *run)
{
    if (run->n_results > 1) {
        print_learners(out, run);
    } else {
        print_training(out, run);
        print_strategies(out, run);
    }
    print_deeds(out, run);
}

/* ---- R ---- */

/* `n` things of which `most` fit: the first and the last of them, a gap between. */
struct cut {
    int n, head, tail; /* shown: 0 .. head-1 and tail .. n-1 */
};

static struct cut cut_of(int n, int most)
{
    if (n <= most) {
        return (struct cut){n, n, n};
    }
    int head = (most - 1) / 2;
    return (struct cut){n, head, n - (most - 1 - head)};
}

/* The one after `i`; -1 stands for the gap. */
static int cut_next(const struct cut *cut, int i)
{
    return i < 0 ? cut->tail : i + 1 == cut->head && cut->tail > cut->head ? -1 : i + 1;
}

static void print_cell(FILE *out, double accuracy)
{
    if (isfinite(accuracy)) {
        fprintf(out, "%*.1f", CELL, 100 * accuracy);
    } else {
        fprintf(out, "%*s", CELL, "-");
    }
}

static void print_matrix_row(FILE *out, const struct headless *run, int learner, int row,
                             const struct cut *columns)
{
    char letter[4];
    if (row < 0) {
        fprintf(out, "  ...\n");
        return;
    }
    fprintf(out, "  after %-*s", LABEL - 8, task_letter(run->timeline.stages[row].task, letter));
    for (int t = 0; t < columns->n; t = cut_next(columns, t)) {
        if (t < 0) {
            fprintf(out, "%*s", CELL, "...");
        } else {
            print_cell(out, timeline_r(&run->timeline, headless_track(run, learner), row, t));
        }
    }
    fputc('\n', out);
}

static void print_matrix(FILE *out, const struct headless *run, int learner)
{
    struct cut columns = cut_of(run->timeline.n_tasks, (WIDTH - LABEL) / CELL);
    struct cut rows = cut_of(timeline_rows(&run->timeline), ROWS_MOST);
    char letter[4];
    char what[80];
    bool is_one = run->n_results == 1;
    dataset_words(run->results[learner].kind, "accuracy on each task after each stage", what,
                  sizeof what);
    fprintf(out, "\n%s%s%s, %%\n%*s", is_one ? "" : run->results[learner].name, is_one ? "" : ": ",
            what, LABEL, "");
    for (int t = 0; t < columns.n; t = cut_next(&columns, t)) {
        fprintf(out, "%*s", CELL, t < 0 ? "..." : task_letter(t, letter));
    }
    fputc('\n', out);
    for (int row = 0; row < rows.n; row = cut_next(&rows, row)) {
        print_matrix_row(out, run, learner, row, &columns);
    }
}

void report_matrices(FILE *out, const struct headless *run)
{
    bool is_much =
        run->timeline.n_tasks > TASKS_SHOWN || timeline_rows(&run->timeline) > TASKS_SHOWN;
    for (int i = 0; i < run->n_results && (run->n_results == 1 || !is_much); i++) {
        print_matrix(out, run, i);
    }
}
