/* SPDX-License-Identifier: MIT
 * The exhibit `attention`. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "net/loss.h"
#include "tasks/alphabet.h"
#include "tasks/text.h"

enum { RESTS = 15 }; /* looks that a line stands still for when it is complete */

static const char *prompt_of(const struct lab *lab, int task)
{
    return lab->asked[0] != '\0' ? lab->asked : suite_group(lab->now.run->suite, task)->prompt;
}

static int context_of(const struct lab *lab)
{
    return suite_n_features(lab->now.run->suite);
}

/* Heads that there is room for. */
static int rows_of(const struct member *member)
{
    int n = network_n_heads(learner_params(member->learner));
    return n < ATTENDING_HEADS_MAX ? n : ATTENDING_HEADS_MAX;
}

/* The text begins with the prompt. */
static void begin_text(struct lab *lab, const struct member *member, int task)
{
    const char *prompt = prompt_of(lab, task);
    uint8_t symbols[3 * WRITING_PROMPT_MAX];
    int n = (int)alphabet_fold(prompt, strlen(prompt), symbols, sizeof symbols, NULL);
    int kept = n < 1 ? 1 : n < ATTENDING_PROMPT_MAX ? n : ATTENDING_PROMPT_MAX;
    struct attending_text *text = &lab->attending;
    *text = (struct attending_text){
        .has = true, .learner = member->facts.id, .task = task, .n_given = kept, .n = kept};
    snprintf(text->prompt, sizeof text->prompt, "%s", prompt);
    text->symbols[0] = ALPHABET_NEWLINE; /* where nothing is asked: a line begins */
    memcpy(text->symbols, symbols + (n > kept ? n - kept : 0), (size_t)(n < kept ? n : kept));
    text->rng =
        rng_stream(lab->course.config.seed, rng_stream_writing(lab->now.run->at.step, task));
}

static bool is_complete(const struct attending_text *text)
{
    return text->n - text->n_given == ATTENDING_WRITTEN_MAX ||
           (text->n > text->n_given && text->symbols[text->n - 1] == ALPHABET_NEWLINE);
}

static bool is_of(const struct lab *lab, const struct member *member, int task)
{
    const struct attending_text *text = &lab->attending;
    return text->has && text->learner == member->facts.id && text->task == task &&
           strcmp(text->prompt, prompt_of(lab, task)) == 0;
}

/* The first of the characters before number `at` that fit into a context. */
static int from_of(const struct lab *lab, int at)
{
    return at > context_of(lab) ? at - context_of(lab) : 0;
}

/* The logits of character number at >= 1, and what was looked at into `weights`. */
static const real *pass(const struct lab *lab, struct member *of, int at, real *weights)
{
    const real *theta = member_answering(of, lab->attending.task);
    real symbols[PARAM_CONTEXT_MAX];
    int from = from_of(lab, at);
    for (int i = from; i < at; i++) {
        symbols[i - from] = lab->attending.symbols[i];
    }
    const real *logits = learner_write(of->learner, theta, symbols, at - from, false);
    learner_attention(of->learner, rows_of(of), weights);
    return logits;
}

/* The text goes on by a symbol. */
static void write_symbol(struct lab *lab, const struct member *member, const real *logits)
{
    struct attending_text *text = &lab->attending;
    const struct range range = {0, ALPHABET_SIZE};
    double temperature = learner_params(member->learner)->value[PARAM_TEXT_TEMPERATURE];
    real p[ALPHABET_SIZE];
    loss_softmax(p, logits, &range, 1, ALPHABET_SIZE);
    text->symbols[text->n++] = (uint8_t)lab_draw_symbol(p, temperature, &text->rng);
}

static void tell(const struct lab *lab, const struct member *member, int at, const real *weights,
                 struct attending *attending)
{
    const struct attending_text *text = &lab->attending;
    const struct params *params = learner_params(member->learner);
    int context = context_of(lab);
    *attending = (struct attending){.step = lab_step_shown(lab),
                                    .learner = text->learner,
                                    .task = text->task,
                                    .n_heads = (int)params->value[PARAM_HEADS],
                                    .n_rows = rows_of(member),
                                    .n_given = text->n_given,
                                    .n = text->n,
                                    .from = from_of(lab, at),
                                    .at = at};
    for (int i = 0; i < text->n; i++) {
        attending->text[i] = alphabet_char(text->symbols[i]);
    }
    for (int row = 0; row < attending->n_rows; row++) {
        for (int i = 0; i < at - attending->from; i++) {
            double weight = (double)weights[(size_t)row * context + i];
            attending->weight[row][i] = (uint8_t)lround(255 * fmin(fmax(weight, 0), 1));
        }
    }
}

static bool make(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    struct member *member = lab_selected(lab);
    struct attending_text *text = &lab->attending;
    int task = lab->now.run->at.task;
    bool is_text = suite_dataset(lab->now.run->suite)->n_symbols > 0;
    struct member *of = is_text && rows_of(member) > 0 && lab->now.run->is_begun
                            ? lab_member_shown(lab, member)
                            : NULL;
    if (!of) {
        return false;
    }
    bool is_over = is_complete(text) && request->place == 0 && text->n_rested++ >= RESTS;
    if (!is_of(lab, member, task) || is_over) {
        begin_text(lab, member, task);
    }
    real weights[ATTENDING_HEADS_MAX * PARAM_CONTEXT_MAX];
    while (request->place == 0 && lab_state(lab) != LAB_TRAINING && !is_complete(text)) {
        write_symbol(lab, member, pass(lab, of, text->n, weights));
    }
    bool goes_on = request->place == 0 && !is_complete(text);
    int at = goes_on ? text->n : text->n > 1 ? text->n - 1 : 1;
    if (request->place > 0 && request->place <= at) {
        at = request->place == 1 ? 1 : request->place - 1;
    }
    const real *logits = pass(lab, of, at, weights);
    if (goes_on || at == text->n) {
        write_symbol(lab, member, logits);
    }
    tell(lab, member, at, weights, &exhibits->attending);
    return true;
}

/* ---- as bytes ---- */

static void archive_attending(struct exhibits *exhibits, struct archive *archive)
{
    struct attending *attending = &exhibits->attending;
    archive_long(archive, &attending->step, 0, LONG_MAX);
    archive_int(archive, &attending->learner, 0, INT_MAX);
    archive_int(archive, &attending->task, 0, SUITE_TASKS_MAX - 1);
    archive_int(archive, &attending->n_heads, 1, INT_MAX);
    archive_int(archive, &attending->n_rows, 0, ATTENDING_HEADS_MAX);
    archive_int(archive, &attending->n, 1, ATTENDING_TEXT_MAX);
    archive_int(archive, &attending->n_given, 0, attending->n);
    archive_int(archive, &attending->at, 0, attending->n - 1);
    archive_int(archive, &attending->from, 0, attending->at);
    int seen = attending->at - attending->from;
    archive_check(archive, seen <= PARAM_CONTEXT_MAX);
    if (archive->has_failed) {
        return;
    }
    archive_bytes(archive, attending->text, (size_t)attending->n);
    for (int i = 0; i < attending->n; i++) {
        archive_check(archive, attending->text[i] == '\n' ||
                                   (attending->text[i] >= ' ' && attending->text[i] < 0x7f));
    }
    for (int row = 0; row < attending->n_rows; row++) {
        archive_bytes(archive, attending->weight[row], (size_t)seen);
    }
}

static int last_task(const struct exhibits *exhibits)
{
    return exhibits->attending.task;
}

/* No data is best seen in it: it is made where somebody looks. */
const struct exhibit_kind exhibit_attending = {
    .name = "attention",
    .usual = {.is_shown = true, .rows = 16, .cols = 54},
    .period_ns = 100000000,
    .make = make,
    .archive = archive_attending,
    .last_task = last_task,
};
