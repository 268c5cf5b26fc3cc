/* SPDX-License-Identifier: MIT
 * The exhibit `writing`; it is there for data that is text. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "lab/lab_inside.h"
#include "net/loss.h"
#include "tasks/alphabet.h"
#include "tasks/text.h"

enum { TALK_MAX = 4096 }; /* characters of all turns */

/* The task as the network sees it: which outputs are its characters. */
struct speaker {
    const struct lab *lab;
    struct learner *learner; /* of the moment that is looked at ... */
    const real *theta;       /* (P) ... which answered with these; NULL: they were not kept */
    double temperature;      /* of now */
    int task;
    struct range range; /* that compete */
    int shift;          /* output = symbol + shift */
};

static struct speaker speaker_of(struct lab *lab, struct member *member, int task)
{
    const struct task *outputs = suite_task(lab->now.run->suite, task);
    const struct params *params = learner_params(member->learner);
    struct member *of = lab_member_shown(lab, member);
    return (struct speaker){.lab = lab,
                            .learner = (of ? of : member)->learner,
                            .theta = of ? member_answering(of, task) : NULL,
                            .temperature = params->value[PARAM_TEXT_TEMPERATURE],
                            .task = task,
                            .range = {outputs->first_output, outputs->n_outputs},
                            .shift = suite_shift(lab->now.run->suite, task)};
}

/* Characters of a window. */
static int context_of(const struct lab *lab)
{
    return suite_n_features(lab->now.run->suite);
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

/* p: the probabilities of character number i behind the window that `text` begins with, of which
 * the last n_given were asked for; of those before i, one after the other.  What stands before what
 * was asked is for networks that see nothing but full windows. */
static void foretell_next(const struct speaker *speaker, const real *theta, const uint8_t *text,
                          int n_given, int i, real p[ALPHABET_SIZE])
{
    const struct suite *suite = speaker->lab->now.run->suite;
    real symbols[TEXT_CONTEXT_MAX];
    if (!network_writes(learner_network(speaker->learner))) {
        suite_see(suite, speaker->task, text + i, symbols);
        real *z = learner_logits(speaker->learner, theta, symbols, 1);
        loss_softmax(z, z, &speaker->range, 1, suite_n_outputs(suite));
        memcpy(p, z + speaker->shift, ALPHABET_SIZE * sizeof *p);
        return;
    }
    int n = i == 0 ? n_given : 1;
    const uint8_t *from = text + context_of(speaker->lab) + i - n;
    for (int k = 0; k < n; k++) {
        symbols[k] = from[k];
    }
    const real *logits = learner_write(speaker->learner, theta, symbols, n, i > 0);
    loss_softmax(p, logits, &speaker->range, 1, ALPHABET_SIZE);
}

/* Goes on from the window that `text` begins with, at most n symbols, to the end of the last line
 * that is sure to end there; returns how many. */
static int go_on(const struct speaker *speaker, const real *theta, uint8_t *text, int n_given,
                 int n, struct rng rng)
{
    uint8_t *next = text + context_of(speaker->lab);
    real p[ALPHABET_SIZE];
    for (int i = 0; i < n; i++) {
        foretell_next(speaker, theta, text, n_given, i, p);
        next[i] = (uint8_t)lab_draw_symbol(p, speaker->temperature, &rng);
        if (next[i] == ALPHABET_NEWLINE && n - (i + 1) < WRITING_TEXT_LEAST) {
            return i + 1;
        }
    }
    return n;
}

/* Marks what `own`, the weights of when the task had been learned, would hardly have written. */
static void mark(const struct speaker *speaker, const real *own, const uint8_t *text, int n_given,
                 struct passage *passage)
{
    real p[ALPHABET_SIZE];
    for (int i = 0; i < passage->n; i++) {
        foretell_next(speaker, own, text, n_given, i, p);
        int symbol = text[context_of(speaker->lab) + i];
        passage->strange[i] = (double)p[symbol] < WRITING_STRANGE;
    }
}

static void set_passage(struct passage *passage, const uint8_t *symbols, int n)
{
    *passage = (struct passage){.n = n};
    for (int i = 0; i < n; i++) {
        passage->text[i] = alphabet_char(symbols[i]);
    }
}

/* What stands before what is to be written: the end of primer and prompt. */
struct window {
    uint8_t symbols[TEXT_CONTEXT_MAX];
    int n_given; /* of the prompt, at least 1 */
};

static struct window window_of(const char *primer, const char *prompt)
{
    struct window window = {.n_given = 1};
    char text[TALK_MAX + TEXT_CONTEXT_MAX];
    uint8_t symbols[3 * sizeof text];
    int length = snprintf(text, sizeof text, "%s%s", primer, prompt);
    size_t n = alphabet_fold(text, (size_t)length, symbols, sizeof symbols, NULL);
    size_t context = strlen(primer);
    memcpy(window.symbols, symbols + n - context, context);
    n = alphabet_fold(prompt, strlen(prompt), symbols, sizeof symbols, NULL);
    n = n < context ? n : context;
    window.n_given = n > 1 ? (int)n : 1;
    return window;
}

/* What `theta` writes; NULL: nothing is written. */
static void write_passage(const struct speaker *speaker, const real *theta, const real *own,
                          const struct window *window, long step, int most, struct passage *passage)
{
    uint8_t text[TEXT_CONTEXT_MAX + WRITING_TEXT_MAX];
    int context = context_of(speaker->lab);
    *passage = (struct passage){0};
    if (!theta) {
        return;
    }
    struct rng rng =
        rng_stream(speaker->lab->course.config.seed, rng_stream_writing(step, speaker->task));
    memcpy(text, window->symbols, (size_t)context);
    int n = go_on(speaker, theta, text, window->n_given, most, rng);
    set_passage(passage, text + context, n);
    if (own) {
        mark(speaker, own, text, window->n_given, passage);
    }
}

/* What was written when the task had been learned stays as it is until it is learned again. */
static void write_then(struct lab *lab, const struct speaker *speaker, const struct member *member,
                       const struct window *window, int most, struct written *written)
{
    const struct end *end = member_learned(member, speaker->task);
    struct writing_memory *memory = &lab->writing_memory[speaker->task % WRITING_TASKS_MAX];
    written->has_then = end != NULL;
    if (!end) {
        return;
    }
    if (!memory->has || memory->learner != member->facts.id || memory->task != speaker->task ||
        memory->stage != end->stage || memory->most != most) {
        *memory = (struct writing_memory){.has = true,
                                          .learner = member->facts.id,
                                          .task = speaker->task,
                                          .stage = end->stage,
                                          .most = most};
        write_passage(speaker, end->theta, NULL, window, end->stage, most, &memory->passage);
    }
    written->then = memory->passage;
}

void lab_forget_writing(struct lab *lab)
{
    memset(lab->writing_memory, 0, sizeof lab->writing_memory);
}

static void write_task(struct lab *lab, struct member *member, int task, int most,
                       struct written *written)
{
    const struct group *group = suite_group(lab->now.run->suite, task);
    struct speaker speaker = speaker_of(lab, member, task);
    struct window window = window_of(group->primer, group->prompt);
    written->task = task;
    snprintf(written->prompt, sizeof written->prompt, "%s", group->prompt);
    const struct end *end = member_learned(member, task);
    write_then(lab, &speaker, member, &window, most, written);
    write_passage(&speaker, speaker.theta, end ? end->theta : NULL, &window, lab_step_shown(lab),
                  most, &written->now);
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
static void write_asked(struct lab *lab, struct member *member, struct written *written)
{
    int task = lab->now.run->at.task;
    const struct group *group = suite_group(lab->now.run->suite, task);
    struct speaker speaker = speaker_of(lab, member, task);
    char text[TALK_MAX];
    written->task = WRITING_ASKED;
    snprintf(written->prompt, sizeof written->prompt, "%s", lab->asked);
    set_talk(lab, group->prompt, text);
    struct window window = window_of(group->primer, text);
    write_passage(&speaker, speaker.theta, NULL, &window, lab_step_shown(lab), WRITING_TEXT_LEAST,
                  &written->now);
}

void lab_take_turn(struct lab *lab, const char *asked)
{
    struct member *member = lab_selected(lab);
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
    write_asked(lab, member, &written);
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

static bool make(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    struct writing *writing = &exhibits->writing;
    struct member *member = lab_selected(lab);
    const struct schedule *schedule = &lab->now.run->schedule;
    int n = schedule->n_seen, fit = request->rows / 2; /* tasks; a head and a row each */
    fit = fit < WRITING_TASKS_MAX ? fit : WRITING_TASKS_MAX;
    *writing = (struct writing){.step = lab_step_shown(lab)};
    if (suite_dataset(lab->now.run->suite)->n_symbols == 0 || !lab->now.run->is_begun) {
        return false;
    }
    int first = n > fit ? n - fit : 0;
    int room = room_of(request, n - first + (lab->asked[0] != '\0'));
    for (int i = first; i < n; i++) {
        write_task(lab, member, schedule->seen[i], room, &writing->rows[writing->n++]);
    }
    if (lab->asked[0] != '\0') {
        write_asked(lab, member, &writing->rows[writing->n++]);
        tell_turns(lab, writing);
    }
    return true;
}

/* ---- as bytes ---- */

static bool is_written(unsigned char byte)
{
    return byte == '\n' || (byte >= ' ' && byte < 0x7f);
}

/* The characters, those that are strange with the highest bit set. */
static void archive_passage(struct archive *archive, struct passage *passage)
{
    archive_int(archive, &passage->n, 0, WRITING_TEXT_MAX);
    for (int i = 0; i < passage->n && !archive->has_failed; i++) {
        unsigned char byte = (unsigned char)(passage->text[i] | (passage->strange[i] ? 0x80 : 0));
        archive_bytes(archive, &byte, 1);
        archive_check(archive, is_written(byte & 0x7f));
        if (archive->is_reading) {
            passage->text[i] = (char)(archive->has_failed ? ' ' : byte & 0x7f);
            passage->strange[i] = byte >> 7;
        }
    }
}

/* Of the alphabet alone: it goes to a terminal. */
static void archive_said(struct archive *archive, char said[WRITING_PROMPT_MAX])
{
    archive_text(archive, said, WRITING_PROMPT_MAX);
    for (const char *at = said; *at; at++) {
        archive_check(archive, is_written((unsigned char)*at));
    }
}

static void archive_turns(struct archive *archive, struct writing *writing)
{
    archive_int(archive, &writing->n_turns, 0, WRITING_TURNS_MAX);
    archive_long(archive, &writing->turns_at, 0, LONG_MAX);
    for (int i = 0; i < writing->n_turns && !archive->has_failed; i++) {
        archive_said(archive, writing->turns[i].said);
        archive_passage(archive, &writing->turns[i].answer);
    }
}

static void archive_writing(struct exhibits *exhibits, struct archive *archive)
{
    struct writing *writing = &exhibits->writing;
    archive_long(archive, &writing->step, 0, LONG_MAX);
    archive_int(archive, &writing->n, 0, WRITING_TASKS_MAX + 1);
    for (int i = 0; i < writing->n && !archive->has_failed; i++) {
        struct written *written = &writing->rows[i];
        archive_int(archive, &written->task, i == writing->n - 1 ? WRITING_ASKED : 0,
                    SUITE_TASKS_MAX - 1);
        archive_said(archive, written->prompt);
        archive_passage(archive, &written->now);
        archive_bool(archive, &written->has_then);
        if (written->has_then) {
            archive_passage(archive, &written->then);
        }
    }
    archive_turns(archive, writing);
}

static int last_task(const struct exhibits *exhibits)
{
    const struct writing *writing = &exhibits->writing;
    int last = -1;
    for (int i = 0; i < writing->n; i++) {
        last = writing->rows[i].task > last ? writing->rows[i].task : last;
    }
    return last;
}

const struct exhibit_kind exhibit_writing = {
    .name = "writing",
    .forms = 1u << DATA_TEXT,
    .usual = {.is_shown = true, .rows = 16, .cols = 54},
    .period_ns = 2500000000,
    .make = make,
    .archive = archive_writing,
    .last_task = last_task,
};
