/* SPDX-License-Identifier: MIT
 * The exhibit `writing`: what a learner writes now and wrote when it had learned a task. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/labs.h"
#include "tasks/alphabet.h"
#include "tasks/text.h"

enum { STEPS = 40, KINDS = TEXT_USUAL };

static const char *const alone[] = {"a", NULL};

/* What is written is written by both kinds of networks: other settings come behind. */
static const char *const kinds[] = {"net=6 ", LABS_TRANSFORMER " context=16 lr=0.01 "};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* In a pause all that is shown is made anew. */
static struct lab *open_paused(const char *kind, const char *more)
{
    char settings[160];
    snprintf(settings, sizeof settings, "%s%s", kind, more);
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, settings, alone);
    labs_tell(lab, "pause");
    labs_tell(lab, "show writing 40x80");
    return lab;
}

static void run_to(struct lab *lab, long step)
{
    labs_tell(lab, "resume");
    labs_run(lab, step, 1000);
    labs_tell(lab, "pause");
}

static struct writing look(struct lab *lab)
{
    const struct exhibits *exhibits = &labs_look(lab)->exhibits;
    cr_assert(exhibits->has[EXHIBIT_WRITING]);
    return exhibits->writing;
}

static bool is_same(const struct passage *a, const struct passage *b)
{
    return a->n == b->n && memcmp(a->text, b->text, (size_t)a->n) == 0 &&
           memcmp(a->strange, b->strange, (size_t)a->n * sizeof *a->strange) == 0;
}

static bool is_same_text(const struct passage *a, const struct passage *b)
{
    return a->n == b->n && memcmp(a->text, b->text, (size_t)a->n) == 0;
}

/* ---- what is asked ----------------------------------------------------------------------------
 */

static void expect_prompts(const char *kind)
{
    struct lab *lab = open_paused(kind, "");
    for (int t = 0; t < KINDS; t++) {
        run_to(lab, t * STEPS + 5);
        struct writing writing = look(lab);
        cr_expect_eq(writing.n, t + 1);
        cr_expect_eq(writing.step, t * STEPS + 5);
        for (int i = 0; i <= t; i++) {
            const struct written *row = &writing.rows[i];
            const struct group *group = suite_group(lab_suite(lab), i);
            cr_expect_eq(row->task, i);
            cr_expect_str_eq(row->prompt, group->prompt);
            cr_expect(row->now.n >= 1 && row->now.n <= WRITING_TEXT_MAX);
            cr_expect_eq(row->has_then, i < t);
        }
    }
    lab_destroy(lab);
}

Test(writing, begins_with_each_visited_tasks_prompt)
{
    for (int k = 0; k < N_KINDS; k++) {
        expect_prompts(kinds[k]);
    }
}

Test(writing, is_there_only_while_it_is_shown)
{
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, "", alone);
    labs_tell(lab, "pause");
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_WRITING]);
    labs_tell(lab, "show writing");
    cr_expect(labs_look(lab)->exhibits.has[EXHIBIT_WRITING]);
    labs_tell(lab, "hide writing");
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_WRITING]);
    lab_destroy(lab);
    lab = labs_open_plain(2, "", alone);
    labs_tell(lab, "pause");
    labs_tell(lab, "show writing");
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_WRITING], "digits are not written");
    lab_destroy(lab);
}

Test(writing, where_there_is_little_room_is_of_the_last_tasks)
{
    struct lab *lab = open_paused("", "steps=10");
    run_to(lab, 25);
    labs_tell(lab, "show writing 4x80");
    struct writing writing = look(lab);
    cr_expect_eq(writing.n, 2);
    cr_expect_eq(writing.rows[0].task, 1);
    cr_expect_eq(writing.rows[1].task, 2);
    lab_destroy(lab);
}

Test(writing, asked_for_goes_on_from_a_text_of_ones_own)
{
    struct lab *lab = open_paused("", "");
    run_to(lab, STEPS + 5);
    labs_tell(lab, "ask Où est MY parcel…");
    struct writing writing = look(lab);
    cr_assert_eq(writing.n, 3);
    cr_expect_eq(writing.rows[2].task, WRITING_ASKED);
    cr_expect_str_eq(writing.rows[2].prompt, "ou est my parcel...");
    cr_expect_geq(writing.rows[2].now.n, 1);
    cr_expect_not(writing.rows[2].has_then);
    labs_tell(lab, "ask a text that is much longer than the forty-seven characters kept");
    writing = look(lab);
    cr_expect_str_eq(writing.rows[2].prompt, "uch longer than the forty-seven characters kept");
    labs_tell(lab, "ask");
    cr_expect_eq(look(lab).n, 2);
    lab_destroy(lab);
}

Test(writing, of_other_data_cannot_be_asked_for)
{
    struct err err = {0};
    struct lab *lab = labs_open_plain(2, "", alone);
    cr_expect_not(labs_try(lab, "ask hello", &err));
    cr_expect(strstr(err.msg, "--data text") && strstr(err.msg, "digits"), "%s", err.msg);
    lab_destroy(lab);
}

/* ---- what is written --------------------------------------------------------------------------
 */

static void expect_the_same(const char *kind)
{
    struct lab *a = open_paused(kind, ""), *b = open_paused(kind, ""), *other = NULL;
    for (long step = 10; step <= STEPS + 20; step += 10) {
        run_to(a, step); /* is looked at all the time */
        look(a);
    }
    run_to(b, STEPS + 20);
    struct writing seen = look(a), seen_once = look(b);
    for (int i = 0; i < 2; i++) {
        cr_expect(is_same(&seen.rows[i].now, &seen_once.rows[i].now), "task %d", i);
    }
    cr_expect(is_same(&seen.rows[0].then, &seen_once.rows[0].then));
    cr_expect_eq(labs_hash(a, 0), labs_hash(b, 0), "looking changes nothing that trains");
    other = open_paused(kind, "text.temperature=1");
    run_to(other, STEPS + 20);
    seen = look(other);
    cr_expect_not(is_same_text(&seen.rows[0].now, &seen_once.rows[0].now) &&
                  is_same_text(&seen.rows[1].now, &seen_once.rows[1].now));
    lab_destroy(a);
    lab_destroy(b);
    lab_destroy(other);
}

Test(writing, is_the_same_for_the_same_seed_and_step)
{
    for (int k = 0; k < N_KINDS; k++) {
        expect_the_same(kinds[k]);
    }
}

/* How many of the last n characters a transformer sees, of which n_given were there at first: when
 * there is no room for one more, half of them. */
static int n_seen(int n, int n_given)
{
    int seen = n_given;
    for (int i = n_given; i < n; i++) {
        seen = seen == TEXT_CONTEXT ? TEXT_CONTEXT / 2 : seen + 1;
    }
    return seen;
}

/* Logits after what is seen of primer, prompt and what was written: the last 16 characters, or of a
 * transformer what it has been given and has written itself. */
static const real *logits_at(struct lab *lab, const real *theta, const struct written *row, int i)
{
    const struct group *group = suite_group(lab_suite(lab), row->task);
    struct learner *learner = lab_learner(lab, 0);
    char text[512];
    uint8_t symbols[sizeof text];
    real x[TEXT_CONTEXT];
    int n_prompt = (int)strlen(row->prompt);
    snprintf(text, sizeof text, "%s%s%.*s", group->primer, row->prompt, i, row->now.text);
    size_t n = alphabet_fold(text, strlen(text), symbols, sizeof symbols, NULL);
    cr_assert_eq(n, strlen(group->primer) + (size_t)(n_prompt + i));
    bool writes = network_writes(learner_network(learner));
    int seen = writes ? n_seen(n_prompt + i, n_prompt) : TEXT_CONTEXT;
    for (int j = 0; j < seen; j++) {
        x[j] = (real)symbols[n - (size_t)(seen - j)];
    }
    return writes ? learner_write(learner, theta, x, seen, false)
                  : learner_logits(learner, theta, x, 1);
}

static int symbol_of(char c)
{
    uint8_t symbol = 0;
    alphabet_fold(&c, 1, &symbol, 1, NULL);
    return symbol;
}

static void expect_the_likeliest(enum scenario scenario, const char *kind)
{
    char settings[160];
    snprintf(settings, sizeof settings, "%s text.temperature=0", kind);
    struct lab *lab = labs_open_text(scenario, settings, alone);
    labs_tell(lab, "show writing 40x80");
    run_to(lab, STEPS + 10);
    struct writing writing = look(lab);
    for (int t = 0; t < 2; t++) {
        const struct written *row = &writing.rows[t];
        for (int i = 0; i < row->now.n; i++) {
            const real *z = logits_at(lab, learner_theta(lab_learner(lab, 0)), row, i) +
                            suite_shift(lab_suite(lab), t);
            int best = 0;
            for (int s = 1; s < ALPHABET_SIZE; s++) {
                best = z[s] > z[best] ? s : best;
            }
            cr_assert_eq(alphabet_char(best), row->now.text[i], "task %d, character %d", t, i);
        }
    }
    lab_destroy(lab);
}

/* Of the characters of its own task, whatever the scenario lets compete. */
Test(writing, at_temperature_zero_takes_the_likeliest)
{
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        expect_the_likeliest((enum scenario)scenario, "net=24 embedding=6");
    }
    expect_the_likeliest(SCENARIO_DOMAIN, kinds[1]);
}

/* The weights of the end of task A say what they would hardly have written. */
static void expect_marks(const char *kind)
{
    struct lab *lab = open_paused(kind, "net=24 embedding=6 batch=32 lr=0.01");
    run_to(lab, STEPS);
    size_t size = learner_network(lab_learner(lab, 0))->n_params * sizeof(real);
    real *own = malloc(size);
    memcpy(own, learner_theta(lab_learner(lab, 0)), size);
    int n_strange = 0, n = 0;
    for (long step = STEPS + 5; step < 2 * STEPS; step += 5) {
        run_to(lab, step);
        struct writing writing = look(lab);
        const struct written *row = &writing.rows[0];
        for (int i = 0; i < row->now.n; i++, n++) {
            const real *z = logits_at(lab, own, row, i);
            double sum = 0, mine = exp((double)z[symbol_of(row->now.text[i])]);
            for (int s = 0; s < ALPHABET_SIZE; s++) {
                sum += exp((double)z[s]);
            }
            if (fabs(mine / sum - WRITING_STRANGE) > 1e-5) {
                cr_assert_eq(row->now.strange[i], mine / sum < WRITING_STRANGE, "%ld %d: %g", step,
                             i, mine / sum);
            }
            n_strange += row->now.strange[i];
        }
        for (int i = 0; i < row->then.n; i++) {
            cr_expect_not(row->then.strange[i]);
        }
    }
    cr_expect(n_strange > 3 && n_strange < n, "%d of %d", n_strange, n);
    free(own);
    lab_destroy(lab);
}

Test(writing, marks_what_is_strange_to_the_network_of_then)
{
    for (int k = 0; k < N_KINDS; k++) {
        expect_marks(kinds[k]);
    }
}

/* ---- what was written -------------------------------------------------------------------------
 */

static void expect_then_to_stay(const char *kind)
{
    struct lab *lab = open_paused(kind, "");
    run_to(lab, STEPS + 1);
    struct passage then = look(lab).rows[0].then;
    run_to(lab, 2 * STEPS + 5);
    struct writing writing = look(lab);
    cr_expect(is_same(&writing.rows[0].then, &then));
    cr_expect_not(is_same_text(&writing.rows[0].now, &then), "B has written over it");
    labs_tell(lab, "fork b");
    writing = look(lab);
    cr_expect(is_same(&writing.rows[0].then, &then), "a copy remembers the same");
    labs_tell(lab, "learner a");
    labs_tell(lab, "task A");
    run_to(lab, 2 * STEPS + 10);
    writing = look(lab);
    cr_expect(is_same(&writing.rows[0].then, &then), "it is being learned");
    run_to(lab, 3 * STEPS + 20);
    cr_expect_not(is_same_text(&look(lab).rows[0].then, &then), "it has been learned again");
    lab_destroy(lab);
}

Test(writing, of_then_stays_until_the_task_is_learned_again)
{
    for (int k = 0; k < N_KINDS; k++) {
        expect_then_to_stay(kinds[k]);
    }
}

/* It once stayed what it had been before the rewind. */
static void expect_then_of_the_session(const char *kind)
{
    struct lab *looked = open_paused(kind, ""), *other = open_paused(kind, "");
    struct lab *labs[] = {looked, other};
    for (int i = 0; i < 2; i++) {
        run_to(labs[i], STEPS + 5);
        if (labs[i] == looked) {
            look(looked);
        }
        labs_tell(labs[i], "rewind 10");
        labs_tell(labs[i], "set lr 0.05");
        run_to(labs[i], STEPS + 5);
    }
    struct passage a = look(looked).rows[0].then, b = look(other).rows[0].then;
    cr_expect(is_same(&a, &b), "%.*s\n%.*s", a.n, a.text, b.n, b.text);
    for (int i = 0; i < 2; i++) {
        labs_tell(labs[i], "set lr 0.01");
        labs_tell(labs[i], "restart");
        run_to(labs[i], STEPS + 5);
    }
    a = look(looked).rows[0].then;
    b = look(other).rows[0].then;
    cr_expect(is_same(&a, &b), "%.*s\n%.*s", a.n, a.text, b.n, b.text);
    lab_destroy(looked);
    lab_destroy(other);
}

Test(writing, of_then_is_that_of_the_session_as_it_went)
{
    for (int k = 0; k < N_KINDS; k++) {
        expect_then_of_the_session(kinds[k]);
    }
}

static void expect_the_past(const char *kind)
{
    struct lab *lab = open_paused(kind, "lr=0.01");
    struct writing live[4];
    int n_other = 0;
    for (int i = 0; i < 3; i++) { /* where stages began there is always a moment */
        run_to(lab, (i + 1) * STEPS - (i == 2 ? 2 : 0));
        live[i] = look(lab);
    }
    for (int i = 0; i < 2; i++) {
        char line[64];
        snprintf(line, sizeof line, "map 1 drift start 8x8 %d", (i + 1) * STEPS);
        labs_tell(lab, line);
        struct writing past = look(lab);
        cr_expect_eq(past.step, (i + 1) * STEPS);
        for (int k = 0; k < live[i].n; k++) {
            cr_expect(is_same_text(&past.rows[k].now, &live[i].rows[k].now), "step %ld, task %d",
                      past.step, k);
            n_other += !is_same_text(&past.rows[k].now, &live[2].rows[k].now);
        }
    }
    cr_expect_gt(n_other, 0, "now it writes other things");
    labs_tell(lab, "map 1 drift start 8x8");
    struct writing now = look(lab);
    cr_expect(is_same(&now.rows[0].now, &live[2].rows[0].now));
    lab_destroy(lab);
}

Test(writing, with_the_cursor_in_the_past_is_what_was_written_then)
{
    for (int k = 0; k < N_KINDS; k++) {
        expect_the_past(kinds[k]);
    }
}

/* Of a step whose weights were not kept it is that of the last ones before, and says so. */
Test(writing, in_the_past_names_the_step_of_its_weights)
{
    struct lab *lab = open_paused("", "lr=0.01 net=256,256 history.megabytes=1");
    run_to(lab, 2 * STEPS);
    struct writing then = look(lab);
    run_to(lab, 3 * STEPS - 2); /* there is room for the start of the stage alone */
    labs_tell(lab, "map 1 drift start 8x8 95");
    struct writing past = look(lab);
    cr_expect_eq(past.step, 2 * STEPS, "not %ld", past.step);
    cr_expect(is_same_text(&past.rows[0].now, &then.rows[0].now), "what was written then");
    lab_destroy(lab);
}

/* In a pause it once stayed what it was. */
static void expect_to_follow_the_adapter(const char *kind)
{
    static const char *const lora[] = {"a: strategy=lora", NULL};
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, kind, lora);
    labs_run(lab, STEPS, 1000);
    labs_tell(lab, "pause");
    labs_tell(lab, "show writing 40x80");
    run_to(lab, 2 * STEPS - 1);
    struct writing in = look(lab);
    labs_tell(lab, "unplug");
    struct writing out = look(lab);
    cr_expect_not(is_same_text(&in.rows[0].now, &out.rows[0].now));
    for (int i = 0; i < out.rows[0].now.n; i++) {
        const real *z = logits_at(lab, learner_answer(lab_learner(lab, 0), 0), &out.rows[0], i);
        cr_expect(isfinite((double)z[0]));
    }
    labs_tell(lab, "plug");
    struct writing again = look(lab);
    cr_expect(is_same(&in.rows[0].now, &again.rows[0].now));
    lab_destroy(lab);
}

Test(writing, follows_the_adapter_at_once)
{
    for (int k = 0; k < N_KINDS; k++) {
        expect_to_follow_the_adapter(kinds[k]);
    }
}

/* ---- how long it is ---------------------------------------------------------------------------
 */

Test(writing, is_longer_where_there_is_room_and_begins_the_same)
{
    struct lab *lab = open_paused("", "text.temperature=1");
    run_to(lab, STEPS + 10);
    labs_tell(lab, "show writing 4x40");
    struct writing few = look(lab);
    labs_tell(lab, "show writing 16x100");
    struct writing many = look(lab);
    cr_assert(few.n == 2 && many.n == 2);
    int longest = 0;
    for (int i = 0; i < 2; i++) {
        const struct passage *a = &few.rows[i].now, *b = &many.rows[i].now;
        cr_expect(a->n <= WRITING_TEXT_LEAST && b->n <= WRITING_TEXT_MAX && b->n >= a->n);
        cr_expect_eq(memcmp(a->text, b->text, (size_t)a->n), 0);
        cr_expect(b->n == WRITING_TEXT_MAX || b->text[b->n - 1] == '\n');
        longest = b->n > longest ? b->n : longest;
    }
    cr_expect_gt(longest, WRITING_TEXT_LEAST);
    const struct passage *was = &few.rows[0].then, *is = &many.rows[0].then;
    cr_expect(is->n >= was->n && memcmp(was->text, is->text, (size_t)was->n) == 0);
    cr_expect_gt(is->n, WRITING_TEXT_LEAST, "what it wrote then, too");
    lab_destroy(lab);
}

/* ---- a conversation ---------------------------------------------------------------------------
 */

Test(writing, what_was_said_is_kept_turn_after_turn)
{
    struct lab *lab = open_paused("", "");
    run_to(lab, STEPS + 10);
    cr_expect_eq(look(lab).n_turns, 0);
    labs_tell(lab, "ask where is my");
    struct writing first = look(lab);
    cr_expect(first.n_turns == 0 && first.turns_at == STEPS + 10);
    labs_tell(lab, "ask int add(");
    struct writing second = look(lab);
    cr_assert_eq(second.n_turns, 1);
    cr_expect_str_eq(second.turns[0].said, "where is my");
    cr_expect(is_same_text(&second.turns[0].answer, &first.rows[first.n - 1].now));
    cr_expect_str_eq(second.rows[second.n - 1].prompt, "int add(");
    for (int i = 0; i < WRITING_TURNS_MAX + 2; i++) {
        char line[32];
        snprintf(line, sizeof line, "ask number %d", i);
        labs_tell(lab, line);
    }
    struct writing last = look(lab);
    cr_expect_eq(last.n_turns, WRITING_TURNS_MAX);
    cr_expect_str_eq(last.turns[WRITING_TURNS_MAX - 1].said, "number 6");
    cr_expect_eq(last.turns_at, first.turns_at);
    labs_tell(lab, "ask");
    last = look(lab);
    cr_expect(last.n_turns == 0 && last.rows[last.n - 1].task != WRITING_ASKED);
    lab_destroy(lab);
}

/* It sees a turn as those that it has learned: "you: ... desk:". */
Test(writing, who_is_asked_in_a_conversation_answers_as_in_one)
{
    struct lab *lab = open_paused("", "suite=conversation text.temperature=0");
    run_to(lab, 30);
    const char *prompt = suite_group(lab_suite(lab), 0)->prompt;
    cr_assert_str_eq(prompt, "you: when do you open in spring? desk:");
    labs_tell(lab, "ask when do you open in spring?");
    struct writing seen = look(lab);
    const struct passage *own = &seen.rows[0].now, *asked = &seen.rows[seen.n - 1].now;
    cr_assert(asked->n > 0 && asked->n <= own->n);
    cr_expect_eq(memcmp(own->text, asked->text, (size_t)asked->n), 0, "the same turn");
    labs_tell(lab, "ask when do you open in spring?");
    seen = look(lab);
    cr_expect_eq(seen.n_turns, 1);
    lab_destroy(lab);
}
