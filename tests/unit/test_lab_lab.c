/* SPDX-License-Identifier: MIT
 * The lab: the same commands at the same steps give the same bits, and every command does what it
 * says, in any state. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/learner.h"

enum { STEPS = 40, LONG_ENOUGH = 100000 };

/* 64-12-10 on the permuted digits, 40 steps a task, unless `settings` ("lr=3 net=5") say
 * otherwise. */
static struct config config_of(int n_tasks, const char *on, const char *settings)
{
    struct config config = config_default();
    struct params *params = &config.learners[0].params;
    char text[200], *rest = text;
    config.n_tasks = n_tasks;
    cr_assert(config_parse_strategies(on, &config.learners[0].on, NULL));
    config.learners[0].observed = config.learners[0].on;
    snprintf(text, sizeof text, "net=12 steps=%d %s", STEPS, settings);
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        enum param_id id;
        char *value = strchr(word, '=');
        cr_assert_not_null(value);
        *value = '\0';
        cr_assert(param_find(word, &id) && param_parse(params, id, value + 1, NULL), "%s", word);
    }
    return config;
}

static struct lab *open_lab(const struct config *config, const struct script *script)
{
    struct err err = {0};
    struct lab_options options = {.script = script, .keeps_history = true};
    struct lab *lab = lab_create(config, &options, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    return lab;
}

static bool tell(struct lab *lab, const char *line)
{
    struct command command;
    struct err err = {0}, why = {0};
    cr_assert(command_parse(line, &command, &err), "%s", err.msg);
    bool ok = lab_apply(lab, &command, &why);
    cr_assert(ok || (why.code == ERR_USAGE && strlen(why.msg) > 10), "%s: %s", line, why.msg);
    return ok;
}

/* Steps until `n` are done in all, or the lab stops. */
static void run_to(struct lab *lab, long n)
{
    for (int i = 0; i < LONG_ENOUGH && lab_steps_done(lab) < n; i++) {
        if (lab_advance(lab, 1) != LAB_TRAINING) {
            return;
        }
    }
}

static void run_out(struct lab *lab)
{
    for (int i = 0; i < LONG_ENOUGH && lab_advance(lab, 1) == LAB_TRAINING; i++) {
    }
    cr_assert_eq(lab_state(lab), LAB_ENDED);
}

static size_t size_of(struct lab *lab)
{
    return learner_network(lab_learner(lab, 0))->n_params * sizeof(real);
}

static real *keep_weights(struct lab *lab)
{
    real *kept = malloc(size_of(lab));
    cr_assert_not_null(kept);
    memcpy(kept, learner_theta(lab_learner(lab, 0)), size_of(lab));
    return kept;
}

static bool has_weights(struct lab *lab, const real *kept)
{
    return memcmp(learner_theta(lab_learner(lab, 0)), kept, size_of(lab)) == 0;
}

static bool is_same_entry(struct entry a, struct entry b)
{
    bool is_text = (!a.text && !b.text) || (a.text && b.text && strcmp(a.text, b.text) == 0);
    return a.kind == b.kind && a.stage == b.stage && a.task == b.task && a.step == b.step &&
           is_text && memcmp(&a.value, &b.value, sizeof a.value) == 0;
}

/* Entries from `i` of one lab against those from `k` of the other, to the end of both. */
static void expect_same_entries(struct lab *one, long i, struct lab *other, long k,
                                const char *what)
{
    const struct journal *a = lab_journal(one), *b = lab_journal(other);
    cr_expect_eq(journal_length(a) - i, journal_length(b) - k, "%s: as many entries", what);
    for (; i < journal_length(a) && k < journal_length(b); i++, k++) {
        struct entry x = journal_at(a, i), y = journal_at(b, k);
        cr_assert(is_same_entry(x, y),
                  "%s: entry %ld kind %d task %d step %ld, entry %ld kind %d task %d step %ld",
                  what, i, x.kind, x.task, x.step, k, y.kind, y.task, y.step);
    }
}

static long find_entry(struct lab *lab, long from, enum entry_kind kind)
{
    const struct journal *journal = lab_journal(lab);
    for (long i = from; i < journal_length(journal); i++) {
        if (journal_at(journal, i).kind == kind) {
            return i;
        }
    }
    return -1;
}

/* "ABDC": the tasks in the order in which they were visited. */
static const char *stages_of(struct lab *lab, char *text)
{
    int n = 0;
    for (long i = 0; (i = find_entry(lab, i, ENTRY_STAGE)) >= 0; i++) {
        struct entry entry = journal_at(lab_journal(lab), i);
        cr_expect_eq(entry.stage, n, "stages count up");
        text[n++] = (char)('A' + entry.task);
    }
    text[n] = '\0';
    return text;
}

/* ---- determinism ---------------------------------------------------------------------------- */

static const char *const timed[] = {
    "0:strategy replay on", "7:set lr 0.05",    "30:observe ewc on",        "B:strategy ewc on",
    "B+5:consolidate",      "60:note half way", "B+30:strategy replay off", "C+1:strategy lora on",
    "C+20:unplug",          "C+25:plug",        "C+28:strategy lora off",   "C+30:task A",
};
enum { N_TIMED = sizeof timed / sizeof *timed };

static struct script *make_script(void)
{
    struct script *script = calloc(1, sizeof *script);
    for (int i = 0; i < N_TIMED; i++) {
        struct err err = {0};
        cr_assert(script_add(script, timed[i], &err), "%s", err.msg);
    }
    return script;
}

Test(lab, same_config_and_script_give_the_same_entries_and_weights)
{
    static const char *const settings[] = {"", "optimizer=adam lr=0.001",
                                           "optimizer=momentum ewc.form=explicit"};
    struct script *script = make_script();
    for (int k = 0; k < 3; k++) {
        struct config config = config_of(4, "l2", settings[k]);
        struct lab *a = open_lab(&config, script), *b = open_lab(&config, script);
        run_out(a);
        run_out(b);
        real *weights = keep_weights(a);
        cr_expect(has_weights(b, weights), "%s", settings[k]);
        expect_same_entries(a, 0, b, 0, settings[k]);
        free(weights);
        lab_destroy(a);
        lab_destroy(b);
    }
    free(script);
}

Test(lab, another_seed_gives_other_weights)
{
    struct config config = config_of(2, "none", ""), other = config;
    other.seed = 1;
    struct lab *a = open_lab(&config, NULL), *b = open_lab(&other, NULL);
    run_out(a);
    run_out(b);
    real *weights = keep_weights(a);
    cr_expect_not(has_weights(b, weights));
    free(weights);
    lab_destroy(a);
    lab_destroy(b);
}

Test(lab, commands_between_steps_are_the_script_at_those_steps)
{
    struct config config = config_of(4, "none", "");
    struct script *script = make_script();
    struct lab *scripted = open_lab(&config, script), *told = open_lab(&config, NULL);
    run_out(scripted);
    for (int i = 0; i < N_TIMED; i++) {
        const struct script_line *line = &script->lines[i];
        char text[200];
        run_to(told, line->task < 0 ? line->step : line->task * STEPS + line->step);
        tell(told, command_format(&line->command, text, sizeof text));
    }
    run_out(told);
    real *weights = keep_weights(scripted);
    cr_expect(has_weights(told, weights));
    expect_same_entries(scripted, 0, told, 0, "script and commands");
    free(weights);
    free(script);
    lab_destroy(scripted);
    lab_destroy(told);
}

Test(lab, looking_pausing_and_pacing_change_nothing)
{
    struct config config = config_of(3, "ewc+replay", "");
    struct lab *plain = open_lab(&config, NULL), *watched = open_lab(&config, NULL);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    static const char *const maps[] = {"map 1 update task", "map 2 fisher task", "map 1 drift A",
                                       "map 2 gradient start", "map 1 weights start"};
    run_out(plain);
    lab_snapshot(watched, snapshot);
    cr_expect_eq(snapshot->step, 0);
    for (int i = 0; lab_advance(watched, 1) == LAB_TRAINING; i++) {
        tell(watched, maps[i % 5]);
        lab_snapshot(watched, snapshot);
        cr_assert_eq(snapshot->step, lab_steps_done(watched));
        if (i % 10 == 3) {
            tell(watched, "pause");
            cr_assert_eq(lab_advance(watched, 1), LAB_PAUSED);
            tell(watched, i % 20 == 3 ? "speed 100" : "speed max");
            tell(watched, "resume");
        }
    }
    real *weights = keep_weights(plain);
    cr_expect(has_weights(watched, weights));
    cr_expect_eq(lab_steps_done(watched), 3 * STEPS);
    free(weights);
    free(snapshot);
    lab_destroy(plain);
    lab_destroy(watched);
}

/* ---- going back ----------------------------------------------------------------------------- */

static void check_rewind(const char *on, const char *settings)
{
    struct config config = config_of(3, on, settings);
    struct lab *lab = open_lab(&config, NULL), *fresh = open_lab(&config, NULL);
    for (int stage = 0; stage < 3; stage++) {
        run_to(lab, stage * STEPS);
        real *start = keep_weights(lab);
        run_to(lab, stage * STEPS + STEPS / 2);
        tell(lab, "rewind");
        cr_expect_eq(lab_steps_done(lab), stage * STEPS);
        cr_expect(has_weights(lab, start), "%s: stage %d begins with the same bits", on, stage);
        free(start);
    }
    long after = find_entry(lab, 0, ENTRY_REWIND);
    for (long next = after; next >= 0; next = find_entry(lab, after + 1, ENTRY_REWIND)) {
        after = next;
    }
    run_out(lab);
    run_out(fresh);
    real *weights = keep_weights(fresh);
    cr_expect(has_weights(lab, weights), "%s %s: the same end", on, settings);
    long from = -1; /* the last stage of the fresh run */
    for (long i = 0; (i = find_entry(fresh, i, ENTRY_STAGE)) >= 0; i++) {
        from = i;
    }
    expect_same_entries(lab, after + 2, fresh, from + 1, on); /* one learner is called up */
    free(weights);
    lab_destroy(lab);
    lab_destroy(fresh);
}

Test(lab, rewinding_gives_the_same_bits_again)
{
    static const char *const sets[] = {"none",           "ewc",         "replay", "lora",
                                       "l2+freeze",      "decay+lowlr", "joint",  "ewc+replay+lora",
                                       "replay+l2+decay"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        check_rewind(sets[i], "");
        check_rewind(sets[i], "optimizer=adam lr=0.001 lora.mode=per-task ewc.form=explicit");
        check_rewind(sets[i], "optimizer=momentum lr=0.01 lora.mode=shared ewc.mode=online");
    }
}

Test(lab, rewinding_keeps_the_switches_and_knobs_of_now)
{
    struct config config = config_of(2, "ewc", "");
    struct lab *lab = open_lab(&config, NULL);
    run_to(lab, STEPS + 10);
    tell(lab, "set lr 0.03");
    tell(lab, "strategy replay on");
    tell(lab, "strategy ewc off");
    tell(lab, "rewind");
    const struct learner *learner = lab_learner(lab, 0);
    cr_expect_eq(learner_params(learner)->value[PARAM_LR], 0.03);
    cr_expect_eq(learner_rate(learner), 0.03);
    cr_expect_eq(learner_on(learner), 1u << strategy_find("replay"));
    lab_destroy(lab);
}

Test(lab, rewinding_while_paused_stays_paused)
{
    struct config config = config_of(2, "none", "");
    struct lab *lab = open_lab(&config, NULL);
    run_to(lab, STEPS + 10);
    tell(lab, "pause");
    tell(lab, "rewind");
    cr_expect_eq(lab_state(lab), LAB_PAUSED);
    tell(lab, "resume");
    run_out(lab);
    cr_expect_eq(lab_steps_done(lab), 2 * STEPS);
    lab_destroy(lab);
}

static void check_restart(const char *on, const char *settings, long at)
{
    struct config config = config_of(3, on, settings);
    struct lab *lab = open_lab(&config, NULL), *fresh = open_lab(&config, NULL);
    run_to(lab, at);
    tell(lab, "restart");
    cr_expect_eq(lab_steps_done(lab), 0);
    long after = find_entry(lab, 0, ENTRY_REWIND) + 1;
    run_out(lab);
    run_out(fresh);
    real *weights = keep_weights(fresh);
    cr_expect(has_weights(lab, weights), "%s %s", on, settings);
    expect_same_entries(lab, after, fresh, 0, on);
    for (int l = 0; l < 2; l++) {
        cr_expect_eq(lab_total_drift(lab, 0, l), lab_total_drift(fresh, 0, l));
    }
    free(weights);
    lab_destroy(lab);
    lab_destroy(fresh);
}

Test(lab, restarting_is_a_fresh_run)
{
    static const char *const sets[] = {"none", "ewc+replay", "lora", "joint+l2", "freeze+decay"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        check_restart(sets[i], "", 17);
        check_restart(sets[i], "optimizer=adam lr=0.001", 2 * STEPS + 5);
        check_restart(sets[i], "", LONG_ENOUGH); /* after the end */
    }
}

/* ---- divergence ----------------------------------------------------------------------------- */

Test(lab, divergence_is_reported_and_can_be_left)
{
    struct config config = config_of(2, "l2", "net=50,50 steps=300 l2.lambda=10");
    struct lab *lab = open_lab(&config, NULL);
    run_to(lab, 320);
    tell(lab, "set lr 10");
    run_to(lab, 600);
    cr_assert_eq(lab_state(lab), LAB_DIVERGED);
    long step = lab_steps_done(lab), at = find_entry(lab, 0, ENTRY_DIVERGED);
    cr_expect(step > 320 && step < 600, "%ld", step);
    struct entry entry = journal_at(lab_journal(lab), at);
    cr_expect(entry.step == step && entry.stage == 1 && entry.task == 1 && entry.value == 10);
    cr_expect_eq(lab_advance(lab, 1), LAB_DIVERGED);
    cr_expect_eq(lab_steps_done(lab), step, "no step is taken");
    cr_expect_not(tell(lab, "resume"));
    tell(lab, "pause");
    cr_expect_eq(lab_state(lab), LAB_DIVERGED, "pausing does not hide it");
    tell(lab, "set lr 0.1");
    tell(lab, "set l2.lambda 0.001");
    tell(lab, "rewind");
    cr_expect(lab_state(lab) == LAB_TRAINING && lab_steps_done(lab) == 300);
    run_out(lab);
    cr_expect(learner_score(lab_learner(lab, 0), 1, 1).accuracy > 0.8);
    lab_destroy(lab);
}

/* ---- the sequence --------------------------------------------------------------------------- */

Test(lab, next_and_task_lead_through_the_sequence)
{
    struct config config = config_of(4, "none", "");
    struct lab *lab = open_lab(&config, NULL);
    char text[100];
    run_to(lab, 5);
    tell(lab, "next");
    lab_advance(lab, 1);
    cr_expect_str_eq(stages_of(lab, text), "AB");
    run_to(lab, 5 + 10);
    tell(lab, "task D");
    run_to(lab, 5 + 10 + STEPS + 3);
    cr_expect_str_eq(stages_of(lab, text), "ABDC", "after a detour the sequence goes on");
    tell(lab, "task C");
    run_to(lab, 5 + 10 + STEPS + 3 + 1);
    cr_expect_str_eq(stages_of(lab, text), "ABDCC", "the same task anew");
    run_out(lab);
    cr_expect_str_eq(stages_of(lab, text), "ABDCCD");
    cr_expect_eq(lab_steps_done(lab), 5 + 10 + STEPS + 3 + STEPS + STEPS);
    cr_expect_eq(lab_total_steps(lab), lab_steps_done(lab));
    long end = find_entry(lab, 0, ENTRY_END);
    cr_expect_eq(end, journal_length(lab_journal(lab)) - 1);
    tell(lab, "task A");
    cr_expect_eq(lab_state(lab), LAB_TRAINING);
    run_out(lab);
    cr_expect_str_eq(stages_of(lab, text), "ABDCCDA", "one more after the end");
    cr_expect(find_entry(lab, end + 1, ENTRY_END) > 0);
    lab_destroy(lab);
}

Test(lab, every_stage_ends_with_a_row_of_r)
{
    struct config config = config_of(4, "none", "");
    struct lab *lab = open_lab(&config, NULL);
    run_out(lab);
    int cells[4][4] = {{0}}, baselines = 0;
    for (long i = 0; i < journal_length(lab_journal(lab)); i++) {
        struct entry entry = journal_at(lab_journal(lab), i);
        baselines += entry.kind == ENTRY_BASELINE;
        if (entry.kind == ENTRY_MATRIX) {
            cells[entry.stage][entry.task]++;
            cr_expect(entry.step == (entry.stage + 1) * STEPS && entry.value >= 0 &&
                      entry.value <= 1);
        }
    }
    cr_expect_eq(baselines, 4);
    for (int i = 0; i < 16; i++) {
        cr_expect_eq(cells[i / 4][i % 4], 1);
    }
    lab_destroy(lab);
}

static int looks_in_stage(int n_tasks, int stage, double speed)
{
    struct config config = config_of(n_tasks, "none", "net=0 steps=100");
    struct err err = {0};
    struct lab *lab = lab_create(&config, &(struct lab_options){.speed = speed}, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    run_to(lab, (stage + 1) * 100);
    int n = 0;
    for (long i = 0; i < journal_length(lab_journal(lab)); i++) {
        struct entry entry = journal_at(lab_journal(lab), i);
        n += entry.kind == ENTRY_MEASURE && entry.probe == PROBE_ACCURACY && entry.stage == stage;
    }
    lab_destroy(lab);
    return n;
}

Test(lab, evaluations_of_a_stage_do_not_grow_with_the_tasks)
{
    cr_expect_eq(looks_in_stage(10, 9, 0), looks_in_stage(25, 24, 0));
    cr_expect_eq(looks_in_stage(10, 9, 1000), looks_in_stage(25, 24, 1000));
    cr_expect(looks_in_stage(10, 9, 1000) > looks_in_stage(10, 0, 1000));
}

/* ---- refusals ------------------------------------------------------------------------------- */

Test(lab, script_that_names_a_missing_task_is_refused)
{
    static const char *const bad[] = {"E+1:next", "5:task E", "A+1:task F", "AA:next",
                                      "E+1:task A"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        static struct script script;
        struct config config = config_of(4, "none", "");
        struct err err = {0};
        script.n = 0;
        cr_assert(script_add(&script, bad[i], &err));
        cr_expect_null(lab_create(&config, &(struct lab_options){.script = &script}, &err), "%s",
                       bad[i]);
        cr_expect(err.code == ERR_USAGE && strstr(err.msg, "A to D"), "%s: %s", bad[i], err.msg);
    }
}

static const char *const refused[] = {"set batch 16", "set net 5", "set optimizer adam",
                                      "set epochs 3", "task E",    "task ZZ",
                                      "plug",         "unplug",    "map 3 drift task"};

Test(lab, refused_commands_change_nothing)
{
    struct config config = config_of(4, "ewc", "");
    struct lab *plain = open_lab(&config, NULL), *lab = open_lab(&config, NULL);
    run_out(plain);
    for (long at = 0; at < 4 * STEPS; at += 23) {
        run_to(lab, at);
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            cr_expect_not(tell(lab, refused[i]), "%s", refused[i]);
            long last = journal_length(lab_journal(lab)) - 1;
            cr_expect_eq(journal_at(lab_journal(lab), last).kind, ENTRY_REFUSED);
            cr_expect(journal_at(lab_journal(lab), last).text);
        }
    }
    run_out(lab);
    char a[100], b[100];
    real *weights = keep_weights(plain);
    cr_expect(has_weights(lab, weights));
    cr_expect_str_eq(stages_of(lab, a), stages_of(plain, b));
    cr_expect_not(tell(lab, "next"), "after the end");
    cr_expect_not(tell(lab, "rewind"), "after the end");
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    cr_expect(has_weights(lab, weights));
    free(weights);
    lab_destroy(plain);
    lab_destroy(lab);
}

Test(lab, what_cannot_be_opened_is_refused)
{
    struct err err = {0};
    struct lab_options options = {0};
    struct config config = config_of(2, "none", "");
    config.data = "no-such-data";
    cr_expect(!lab_create(&config, &options, &err) && err.code == ERR_USAGE);
    config = config_of(2, "none", "");
    config.suite = "no-such-suite";
    err = (struct err){0};
    cr_expect(!lab_create(&config, &options, &err) && err.code == ERR_USAGE);
    config = config_of(2, "none", "net=65536,65536,65536");
    err = (struct err){0};
    cr_expect(!lab_create(&config, &options, &err) && err.code == ERR_USAGE);
    lab_destroy(NULL);
}

/* ---- snapshots ------------------------------------------------------------------------------ */

/* LoRA does without the gradient of the weights, but not while it is shown; what is shown changes
 * nothing. */
Test(lab, gradient_is_there_from_the_next_step_on_when_the_map_shows_it)
{
    struct config config = config_of(2, "lora", "lora.mode=shared");
    struct lab *shown = open_lab(&config, NULL), *plain = open_lab(&config, NULL);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    run_to(shown, STEPS + 5);
    cr_assert(tell(shown, "map 1 gradient start 8x8"));
    lab_snapshot(shown, snapshot);
    cr_expect_eq(snapshot->map.max, 0, "not known yet");
    run_to(shown, STEPS + 6);
    lab_snapshot(shown, snapshot);
    cr_expect_eq(snapshot->map.rows, 8);
    cr_expect_gt(snapshot->map.max, 0);
    run_to(plain, STEPS + 6);
    real *kept = keep_weights(plain);
    cr_expect(has_weights(shown, kept));
    free(kept);
    free(snapshot);
    lab_destroy(shown);
    lab_destroy(plain);
}

Test(lab, snapshot_shows_what_is)
{
    struct config config = config_of(3, "ewc", "");
    struct lab *lab = open_lab(&config, NULL);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    tell(lab, "map 2 weights start 4x5");
    run_to(lab, STEPS + 7);
    lab_snapshot(lab, snapshot);
    cr_expect(snapshot->step == STEPS + 7 && snapshot->stage == 1 && snapshot->task == 1);
    cr_expect(snapshot->stage_step == 7 && snapshot->stage_steps == STEPS &&
              snapshot->total_steps == 3 * STEPS);
    cr_expect(snapshot->n_stages == 3 && snapshot->n_commands == 1 &&
              snapshot->state == LAB_TRAINING);
    const struct learner_state *state = &snapshot->learners[0];
    int ewc = strategy_find("ewc");
    for (int i = 0; i < strategy_count(); i++) {
        cr_expect_eq(state->strategies[i].is_on, i == ewc);
    }
    cr_expect_str_eq(state->strategies[ewc].status, "1 anchor");
    cr_expect(state->strategies[ewc].gauge > 0 && isnan(state->strategies[ewc + 1].gauge));
    cr_expect(state->n_parts == 2 && state->drift[0] > 0 && state->drift[1] > 0 &&
              state->rate == 0.1);
    cr_expect(snapshot->map.rows == 4 && snapshot->map.cols == 5 && snapshot->map.is_signed);
    cr_expect(snapshot->map.max > 0);
    lab_snapshot(lab, snapshot);
    cr_expect_eq(snapshot->number, 2);
    free(snapshot);
    lab_destroy(lab);
}

/* ---- once wrong ----------------------------------------------------------------------------- */

Test(lab, rewinding_keeps_what_is_observed_now)
{
    struct config config = config_of(2, "none", "");
    struct lab *lab = open_lab(&config, NULL);
    run_to(lab, 10);
    tell(lab, "observe replay on");
    tell(lab, "rewind");
    cr_expect_eq(learner_observed(lab_learner(lab, 0)), 1u << strategy_find("replay"));
    lab_destroy(lab);
}

Test(lab, rewinding_takes_a_detour_back)
{
    struct config config = config_of(4, "none", "");
    struct lab *lab = open_lab(&config, NULL);
    char text[100];
    run_to(lab, 10);
    tell(lab, "task D");
    tell(lab, "rewind");
    run_out(lab);
    cr_expect_str_eq(stages_of(lab, text), "ABCD");
    lab_destroy(lab);
}

/* With many tasks the others have their turns: those go back as well. */
Test(lab, rewinding_gives_the_same_looks_again)
{
    struct config config = config_of(7, "none", "net=0");
    struct lab *lab = open_lab(&config, NULL), *fresh = open_lab(&config, NULL);
    run_to(lab, 6 * STEPS + STEPS / 4);
    tell(lab, "rewind");
    long after = find_entry(lab, 0, ENTRY_REWIND) + 2, from = -1; /* one learner is called up */
    run_out(lab);
    run_out(fresh);
    for (long i = 0; (i = find_entry(fresh, i, ENTRY_STAGE)) >= 0; i++) {
        from = i;
    }
    expect_same_entries(lab, after, fresh, from + 1, "seventh stage");
    lab_destroy(lab);
    lab_destroy(fresh);
}

Test(lab, restarting_forgets_where_tasks_ended)
{
    struct config config = config_of(2, "none", "");
    struct lab *lab = open_lab(&config, NULL);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    tell(lab, "map 1 drift A 2x2");
    run_to(lab, STEPS + 5);
    lab_snapshot(lab, snapshot);
    cr_expect(snapshot->map.cells[0] > 0);
    tell(lab, "restart");
    run_to(lab, 5);
    lab_snapshot(lab, snapshot);
    cr_expect(isnan(snapshot->map.cells[0]), "task A has not ended yet");
    free(snapshot);
    lab_destroy(lab);
}
