/* SPDX-License-Identifier: MIT
 * The maker of the exhibit `writing`. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "lab/lab_inside.h"
#include "net/loss.h"
#include "tasks/alphabet.h"
#include "tasks/text.h"

enum { FORETOLD_MAX = 64 /* windows at a time */, TALK_MAX = 4096 /* characters of all turns */ };

/* The task as the network sees it: which outputs are its characters. */
struct speaker {
    const struct lab *lab;
    struct learner *learner;
    int task;
    struct range range; /* that compete */
    int shift;          /* output = symbol + shift */
};

static struct speaker speaker_of(const struct lab *lab, struct seat *seat, int task)
{
    const struct task *of = suite_task(lab->now.run->suite, task);
    return (struct speaker){.lab = lab,
                            .learner = seat->learner,
                            .task = task,
                            .range = {of->first_output, of->n_outputs},
                            .shift = suite_shift(lab->now.run->suite, task)};
}

/* Characters of a window. */
static int context_of(const struct lab *lab)
{
    return suite_n_features(lab->now.run->suite);
}

/* The probabilities of the next character after each of n windows, one behind the other in `text`:
 * p (n, outputs), borrowed from the learner. */
static real *foretell(const struct speaker *speaker, const real *theta, const uint8_t *text, int n)
{
    real x[FORETOLD_MAX * TEXT_CONTEXT_MAX];
    struct range ranges[FORETOLD_MAX];
    int width = suite_n_outputs(speaker->lab->now.run->suite), context = context_of(speaker->lab);
    for (int i = 0; i < n; i++) {
        suite_see(speaker->lab->now.run->suite, speaker->task, text + i, x + i * context);
        ranges[i] = speaker->range;
    }
    real *p = learner_logits(speaker->learner, theta, x, n);
    loss_softmax(p, p, ranges, n, width);
    return p;
}

int lab_draw_symbol(const real *p, double temperature, struct rng *rng)
{
    double share[ALPHABET_SIZE], sum = 0, most = 0;
    int best = 0;
    for (int s = 0; s < ALPHABET_SIZE; s++) {
        best = p[s] > p[best] ? s : best;
    }
    most = (double)p[best];
    for (int s = 0; s < ALPHABET_SIZE; s++) {
        share[s] = temperature > 0 ? pow((double)p[s] / most, 1 / temperature) : s == best;
        sum += share[s];
    }
    double at = rng_unit(rng) * sum;
    for (int s = 0; s < ALPHABET_SIZE; s++) {
        at -= share[s];
        if (at < 0) {
            return s;
        }
    }
    return best;
}

/* Goes on from the window that `text` begins with, at most n symbols, to the end of the last line
 * that is sure to end there; returns how many. */
static int go_on(const struct speaker *speaker, const real *theta, uint8_t *text, int n,
                 struct rng rng)
{
    double temperature = learner_params(speaker->learner)->value[PARAM_TEXT_TEMPERATURE];
    uint8_t *next = text + context_of(speaker->lab);
    for (int i = 0; i < n; i++) {
        const real *p = foretell(speaker, theta, text + i, 1) + speaker->shift;
        next[i] = (uint8_t)lab_draw_symbol(p, temperature, &rng);
        if (next[i] == ALPHABET_NEWLINE && n - (i + 1) < WRITING_TEXT_LEAST) {
            return i + 1;
        }
    }
    return n;
}

/* Marks what `own`, the weights of when the task had been learned, would hardly have written. */
static void mark(const struct speaker *speaker, const real *own, const uint8_t *text,
                 struct passage *passage)
{
    int width = suite_n_outputs(speaker->lab->now.run->suite);
    for (int first = 0; first < passage->n; first += FORETOLD_MAX) {
        int n = passage->n - first < FORETOLD_MAX ? passage->n - first : FORETOLD_MAX;
        const real *p = foretell(speaker, own, text + first, n) + speaker->shift;
        for (int i = 0; i < n; i++) {
            int symbol = text[context_of(speaker->lab) + first + i];
            passage->strange[first + i] = (double)p[(size_t)i * width + symbol] < WRITING_STRANGE;
        }
    }
}

static void set_passage(struct passage *passage, const uint8_t *symbols, int n)
{
    *passage = (struct passage){.n = n};
    for (int i = 0; i < n; i++) {
        passage->text[i] = alphabet_char(symbols[i]);
    }
}

/* The window before what is to be written: the end of primer and prompt. */
static void set_window(uint8_t window[TEXT_CONTEXT_MAX], const char *primer, const char *prompt)
{
    char text[TALK_MAX + TEXT_CONTEXT_MAX];
    uint8_t symbols[3 * sizeof text];
    int length = snprintf(text, sizeof text, "%s%s", primer, prompt);
    size_t n = alphabet_fold(text, (size_t)length, symbols, sizeof symbols, NULL);
    size_t context = strlen(primer);
    memcpy(window, symbols + n - context, context);
}

/* What `theta` writes; NULL: nothing is written. */
static void write_passage(const struct speaker *speaker, const real *theta, const real *own,
                          const uint8_t window[TEXT_CONTEXT_MAX], long step, int most,
                          struct passage *passage)
{
    uint8_t text[TEXT_CONTEXT_MAX + WRITING_TEXT_MAX];
    int context = context_of(speaker->lab);
    *passage = (struct passage){0};
    if (!theta) {
        return;
    }
    struct rng rng =
        rng_stream(speaker->lab->course.config.seed, rng_stream_writing(step, speaker->task));
    memcpy(text, window, (size_t)context);
    set_passage(passage, text + context, go_on(speaker, theta, text, most, rng));
    if (own) {
        mark(speaker, own, text, passage);
    }
}

/* The step whose weights write; where none were kept, the one that was asked for. */
static long step_shown(const struct lab *lab)
{
    const struct checkpoint *shown = lab_checkpoint_shown(lab);
    long asked = lab->request.step, now = lab->now.run->at.step;
    return shown ? shown->at.step : asked == MAP_STEP_NOW || asked >= now ? now : asked;
}

/* What was written when the task had been learned stays as it is until it is learned again. */
static void write_then(struct lab *lab, const struct speaker *speaker, const struct seat *seat,
                       const uint8_t window[TEXT_CONTEXT_MAX], int most, struct written *written)
{
    const struct references *references = &seat->references;
    const real *own = references->task_end[speaker->task];
    struct writing_memory *memory = &lab->writing_memory[speaker->task % WRITING_TASKS_MAX];
    int stage = references->task_end_stage[speaker->task];
    written->has_then = own != NULL;
    if (!own) {
        return;
    }
    if (!memory->has || memory->learner != seat->facts.id || memory->task != speaker->task ||
        memory->stage != stage || memory->most != most) {
        *memory = (struct writing_memory){.has = true,
                                          .learner = seat->facts.id,
                                          .task = speaker->task,
                                          .stage = stage,
                                          .most = most};
        write_passage(speaker, own, NULL, window, stage, most, &memory->passage);
    }
    written->then = memory->passage;
}

void lab_forget_writing(struct lab *lab)
{
    memset(lab->writing_memory, 0, sizeof lab->writing_memory);
}

static void write_task(struct lab *lab, struct seat *seat, int task, int most,
                       struct written *written)
{
    const struct group *group = suite_group(lab->now.run->suite, task);
    struct speaker speaker = speaker_of(lab, seat, task);
    uint8_t window[TEXT_CONTEXT_MAX];
    written->task = task;
    snprintf(written->prompt, sizeof written->prompt, "%s", group->prompt);
    set_window(window, group->primer, group->prompt);
    const real *own = seat->references.task_end[task];
    write_then(lab, &speaker, seat, window, most, written);
    write_passage(&speaker, lab_weights_shown(lab, seat, task), own, window, step_shown(lab), most,
                  &written->now);
}

/* ---- a conversation ---- */

/* How many characters of the prompt stand before what is said, "you: ", and in *behind those after
 * it, " desk:"; 0 if it is no turn of a conversation. */
static int before_said(const char *prompt, const char **behind)
{
    size_t n = strcspn(prompt, ": "), length = strlen(prompt);
    const char *last = strrchr(prompt, ' ');
    bool is_turn = n > 0 && strncmp(prompt + n, ": ", 2) == 0 && last > prompt + n + 1 &&
                   prompt[length - 1] == ':';
    *behind = last;
    return is_turn ? (int)n + 2 : 0;
}

/* What stands before the answer: all turns so far, and what is asked. */
static void set_talk(const struct lab *lab, const char *prompt, char text[TALK_MAX])
{
    const char *behind = "";
    int before = before_said(prompt, &behind), used = 0;
    for (int i = 0; i < lab->n_turns && before > 0; i++) {
        const struct turn *turn = &lab->turns[i];
        used += snprintf(
            text + used, (size_t)(TALK_MAX - used), "%.*s%s%s%.*s%s", before, prompt, turn->said,
            behind, turn->answer.n, turn->answer.text,
            turn->answer.n > 0 && turn->answer.text[turn->answer.n - 1] == '\n' ? "" : "\n");
    }
    snprintf(text + used, (size_t)(TALK_MAX - used), "%.*s%s%s", before, prompt, lab->asked,
             before > 0 ? behind : "");
}

/* What a person asks, as a text of the present task; the answer is a line. */
static void write_asked(struct lab *lab, struct seat *seat, struct written *written)
{
    int task = lab->now.run->at.task;
    const struct group *group = suite_group(lab->now.run->suite, task);
    struct speaker speaker = speaker_of(lab, seat, task);
    uint8_t window[TEXT_CONTEXT_MAX];
    char text[TALK_MAX];
    written->task = WRITING_ASKED;
    snprintf(written->prompt, sizeof written->prompt, "%s", lab->asked);
    set_talk(lab, group->prompt, text);
    set_window(window, group->primer, text);
    write_passage(&speaker, lab_weights_shown(lab, seat, task), NULL, window, step_shown(lab),
                  WRITING_TEXT_LEAST, &written->now);
}

void lab_take_turn(struct lab *lab, const char *asked)
{
    struct seat *seat = lab_selected(lab);
    if (asked[0] == '\0') {
        lab->n_turns = 0;
        return;
    }
    if (lab->asked[0] == '\0' || !lab->now.run->is_begun) {
        lab->n_turns = 0;
        lab->turns_at = lab->now.run->at.step;
        return;
    }
    struct written written = {0};
    write_asked(lab, seat, &written);
    if (lab->n_turns == WRITING_TURNS_MAX) {
        memmove(lab->turns, lab->turns + 1, sizeof lab->turns - sizeof *lab->turns);
        lab->n_turns--;
    }
    struct turn *turn = &lab->turns[lab->n_turns++];
    snprintf(turn->said, sizeof turn->said, "%s", lab->asked);
    turn->answer = written.now;
}

static void tell_turns(const struct lab *lab, struct writing *writing)
{
    writing->n_turns = lab->n_turns;
    writing->turns_at = lab->turns_at;
    memcpy(writing->turns, lab->turns, sizeof writing->turns);
}

/* Characters that each of n tasks has room for: half of its rows, but for the head. */
static int room_of(const struct exhibit_request *request, int n)
{
    int rows = n > 0 ? (request->rows / n - 1) / 2 : 0, room = rows * request->cols;
    return room < WRITING_TEXT_LEAST ? WRITING_TEXT_LEAST
           : room < WRITING_TEXT_MAX ? room
                                     : WRITING_TEXT_MAX;
}

bool lab_make_writing(struct lab *lab, const struct exhibit_request *request,
                      struct exhibits *exhibits)
{
    struct writing *writing = &exhibits->writing;
    struct seat *seat = lab_selected(lab);
    const struct schedule *schedule = &lab->now.run->schedule;
    int n = schedule->n_seen, fit = request->rows / 2; /* tasks; a head and a row each */
    fit = fit < WRITING_TASKS_MAX ? fit : WRITING_TASKS_MAX;
    *writing = (struct writing){.step = step_shown(lab)};
    if (suite_dataset(lab->now.run->suite)->n_symbols == 0 || !lab->now.run->is_begun) {
        return false;
    }
    int first = n > fit ? n - fit : 0;
    int room = room_of(request, n - first + (lab->asked[0] != '\0'));
    for (int i = first; i < n; i++) {
        write_task(lab, seat, schedule->seen[i], room, &writing->rows[writing->n++]);
    }
    if (lab->asked[0] != '\0') {
        write_asked(lab, seat, &writing->rows[writing->n++]);
        tell_turns(lab, writing);
    }
    return true;
}
