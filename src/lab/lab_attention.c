/* SPDX-License-Identifier: MIT
 * The maker of the exhibit `attention`. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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
static int rows_of(const struct seat *seat)
{
    int n = network_n_heads(learner_params(seat->learner));
    return n < ATTENDING_HEADS_MAX ? n : ATTENDING_HEADS_MAX;
}

/* The text begins with a context of what may stand before it, and the prompt. */
static void begin_text(struct lab *lab, const struct seat *seat, int task)
{
    char given[ATTENDING_PROMPT_MAX + PARAM_CONTEXT_MAX];
    uint8_t symbols[3 * sizeof given];
    int length = snprintf(given, sizeof given, "%s%s",
                          suite_group(lab->now.run->suite, task)->primer, prompt_of(lab, task));
    int n = (int)alphabet_fold(given, (size_t)length, symbols, sizeof symbols, NULL);
    int most = context_of(lab) + ATTENDING_PROMPT_MAX, kept = n < most ? n : most;
    struct attending_text *text = &lab->attending;
    *text = (struct attending_text){
        .has = true, .learner = seat->facts.id, .task = task, .n_given = kept, .n = kept};
    assert(kept >= context_of(lab));
    snprintf(text->prompt, sizeof text->prompt, "%s", prompt_of(lab, task));
    memcpy(text->symbols, symbols + n - kept, (size_t)kept);
    text->rng =
        rng_stream(lab->course.config.seed, rng_stream_writing(lab->now.run->at.step, task));
}

static bool is_complete(const struct attending_text *text)
{
    return text->n - text->n_given == ATTENDING_WRITTEN_MAX ||
           (text->n > text->n_given && text->symbols[text->n - 1] == ALPHABET_NEWLINE);
}

static bool is_of(const struct lab *lab, const struct seat *seat, int task)
{
    const struct attending_text *text = &lab->attending;
    return text->has && text->learner == seat->facts.id && text->task == task &&
           strcmp(text->prompt, prompt_of(lab, task)) == 0;
}

/* What stands behind character number at: its logits, and what was looked at into `weights`. */
static real *pass(const struct lab *lab, struct seat *seat, const real *theta, int at,
                  real *weights)
{
    real x[PARAM_CONTEXT_MAX];
    int n = rows_of(seat);
    const struct attending_text *text = &lab->attending;
    suite_see(lab->now.run->suite, text->task, text->symbols + at - context_of(lab), x);
    return learner_attend(seat->learner, theta, x, n, weights);
}

/* The text goes on by a symbol. */
static void write_symbol(struct lab *lab, const struct seat *seat, real *logits)
{
    struct attending_text *text = &lab->attending;
    struct suite *suite = lab->now.run->suite;
    const struct task *task = suite_task(suite, text->task);
    const struct range range = {task->first_output, task->n_outputs};
    double temperature = learner_params(seat->learner)->value[PARAM_TEXT_TEMPERATURE];
    loss_softmax(logits, logits, &range, 1, suite_n_outputs(suite));
    int symbol = lab_draw_symbol(logits + suite_shift(suite, text->task), temperature, &text->rng);
    text->symbols[text->n++] = (uint8_t)symbol;
}

static void tell(const struct lab *lab, const struct seat *seat, int at, const real *weights,
                 struct attending *attending)
{
    const struct attending_text *text = &lab->attending;
    const struct params *params = learner_params(seat->learner);
    int context = context_of(lab);
    *attending = (struct attending){.step = lab->now.run->at.step,
                                    .learner = text->learner,
                                    .task = text->task,
                                    .n_heads = (int)params->value[PARAM_HEADS],
                                    .n_rows = rows_of(seat),
                                    .n_given = text->n_given,
                                    .n = text->n,
                                    .from = at - context,
                                    .at = at};
    for (int i = 0; i < text->n; i++) {
        attending->text[i] = alphabet_char(text->symbols[i]);
    }
    for (int row = 0; row < attending->n_rows; row++) {
        for (int i = 0; i < context; i++) {
            double weight = (double)weights[(size_t)row * context + i];
            attending->weight[row][i] = (uint8_t)lround(255 * fmin(fmax(weight, 0), 1));
        }
    }
}

bool lab_make_attention(struct lab *lab, const struct exhibit_request *request,
                        struct exhibits *exhibits)
{
    struct seat *seat = lab_selected(lab);
    struct attending_text *text = &lab->attending;
    int task = lab->now.run->at.task;
    bool is_text = suite_dataset(lab->now.run->suite)->n_symbols > 0;
    const real *theta = is_text && rows_of(seat) > 0 && lab->now.run->is_begun
                            ? lab_weights_shown(lab, seat, task)
                            : NULL;
    if (!theta) {
        return false;
    }
    bool is_over = is_complete(text) && request->place == 0 && text->n_rested++ >= RESTS;
    if (!is_of(lab, seat, task) || is_over) {
        begin_text(lab, seat, task);
    }
    real weights[ATTENDING_HEADS_MAX * PARAM_CONTEXT_MAX];
    bool goes_on = request->place == 0 && !is_complete(text);
    int at = goes_on ? text->n : text->n - 1;
    if (request->place > 0 && request->place <= at) {
        at = request->place - 1 < context_of(lab) ? context_of(lab) : request->place - 1;
    }
    real *logits = pass(lab, seat, theta, at, weights);
    if (goes_on) {
        write_symbol(lab, seat, logits);
    }
    tell(lab, seat, at, weights, &exhibits->attending);
    return true;
}
