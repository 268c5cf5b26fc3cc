/* SPDX-License-Identifier: MIT */
#include "session/retrain.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "lab/probe.h"
#include "lab/recount.h"

static const int64_t WATCH_NS = 20000000;

struct retraining {
    struct lab *lab;
    const struct journal *recorded;
    struct retrain_terms terms;
    long n_retrained; /* entries of the lab that have been looked at */
    const struct retrain_watch *watch;
    int64_t watched_ns;
    long command; /* the next command of the recorded journal, or view that was refused; its length
                     if there is none */
};

static bool is_near(double recorded, double retrained, double tolerance, double *worst)
{
    if (!isfinite(recorded) || !isfinite(retrained)) {
        return isnan(recorded) ? isnan(retrained) : recorded == retrained;
    }
    double difference = fabs(recorded - retrained);
    *worst = fmax(*worst, difference);
    return difference <= tolerance * fmax(1, fabs(recorded));
}

static bool is_same(const struct entry *a, const struct entry *b, double tolerance, double *worst)
{
    bool is_text = a->text && b->text ? strcmp(a->text, b->text) == 0 : !a->text == !b->text;
    return a->kind == b->kind && a->probe == b->probe && a->learner == b->learner &&
           a->stage == b->stage && a->task == b->task && a->step == b->step && is_text &&
           is_near(a->value, b->value, tolerance, worst);
}

static bool is_passed_over(const struct retraining *run, const struct entry *entry)
{
    return run->terms.without_probes && entry->kind == ENTRY_MEASURE &&
           probe_at(entry->probe)->when != PROBE_ALWAYS;
}

/* The first entry from `i` on that is compared. */
static long next_compared(const struct retraining *run, const struct journal *journal, long i)
{
    for (long n = journal_length(journal); i < n; i++) {
        struct entry entry = journal_at(journal, i);
        if (!is_passed_over(run, &entry)) {
            break;
        }
    }
    return i;
}

/* Holds what is new in the lab's journal against the recorded one; false at a difference. */
static bool compare(struct retraining *run, struct verdict *verdict)
{
    const struct journal *journal = lab_journal(run->lab);
    long n = journal_length(journal), most = journal_length(run->recorded);
    for (;;) {
        verdict->n_entries = next_compared(run, run->recorded, verdict->n_entries);
        run->n_retrained = next_compared(run, journal, run->n_retrained);
        if (verdict->n_entries == most || run->n_retrained == n) {
            return true;
        }
        struct entry recorded = journal_at(run->recorded, verdict->n_entries);
        struct entry retrained = journal_at(journal, run->n_retrained);
        if (!is_same(&recorded, &retrained, run->terms.tolerance, &verdict->worst)) {
            verdict->at = verdict->n_entries;
            verdict->recorded = recorded;
            verdict->retrained = retrained;
            verdict->has_retrained = true;
            return false;
        }
        verdict->n_entries++;
        run->n_retrained++;
    }
}

static bool is_from_outside(const struct journal *recorded, long i)
{
    struct entry entry = journal_at(recorded, i);
    return entry.kind == ENTRY_COMMAND || recount_is_of_view(&entry);
}

static void find_command(struct retraining *run, long from)
{
    long n = journal_length(run->recorded);
    run->command = from;
    while (run->command < n && !is_from_outside(run->recorded, run->command)) {
        run->command++;
    }
}

/* True if the next command is due: all that the journal has before it is there again, and its step
 * has come.  Before the
 * first step the first command itself brings the session's beginning about. */
static bool is_due(const struct retraining *run, const struct verdict *verdict)
{
    bool is_begun = journal_length(lab_journal(run->lab)) > 0;
    if (run->command == journal_length(run->recorded)) {
        return false;
    }
    long step = journal_at(run->recorded, run->command).step;
    return step == lab_steps_done(run->lab) && (run->command == verdict->n_entries || !is_begun);
}

static bool carry_out(struct retraining *run, struct verdict *verdict, struct err *err)
{
    struct entry entry = journal_at(run->recorded, run->command);
    struct command command;
    if (recount_is_of_view(&entry)) {
        lab_refuse_again(run->lab, &entry);
        find_command(run, run->command + 1);
        return true;
    }
    if (!command_parse(entry.text ? entry.text : "", &command, err)) {
        return false;
    }
    if (command_is_view(&command)) { /* no lab writes those; a file of others could have one that
                                        writes a file */
        return err_set(err, ERR_FAILED, "recording: a command that trains expected, found '%.40s'",
                       entry.text);
    }
    lab_apply_to(run->lab, &command, entry.learner, NULL); /* refused again, if it was refused */
    verdict->n_commands++;
    find_command(run, run->command + 1);
    return true;
}

/* Steps until the next command, as many as fit into a look at the clock. */
static long steps_to_command(const struct retraining *run)
{
    long fit = lab_steps_within(run->lab, WATCH_NS);
    if (run->command == journal_length(run->recorded)) {
        return fit;
    }
    long left = journal_at(run->recorded, run->command).step - lab_steps_done(run->lab);
    return left < 1 ? 1 : left < fit ? left : fit;
}

static bool goes_on(struct retraining *run, long n)
{
    int64_t now = clock_ns();
    if (!run->watch || now - run->watched_ns < WATCH_NS) {
        return true;
    }
    run->watched_ns = now;
    return run->watch->goes_on(run->watch->context, n);
}

static bool follow(struct lab *lab, const struct journal *recorded,
                   const struct retrain_terms *terms, const struct retrain_watch *watch,
                   struct verdict *verdict, struct err *err)
{
    struct retraining run = {.lab = lab,
                             .recorded = recorded,
                             .terms = terms ? *terms : (struct retrain_terms){0},
                             .n_retrained = journal_length(lab_journal(lab)),
                             .watch = watch,
                             .watched_ns = clock_ns()};
    *verdict = (struct verdict){.n_entries = journal_length(lab_journal(lab))};
    find_command(&run, verdict->n_entries);
    while (verdict->n_entries < journal_length(recorded)) {
        long before = journal_length(lab_journal(lab));
        if (is_due(&run, verdict)) {
            if (!carry_out(&run, verdict, err)) {
                return false;
            }
        } else if (lab_state(lab) == LAB_TRAINING) {
            lab_advance(lab, steps_to_command(&run));
        } else if (before == journal_length(lab_journal(lab))) {
            verdict->at = verdict->n_entries; /* it has come to rest too early */
            verdict->recorded = journal_at(recorded, verdict->n_entries);
            return true;
        }
        if (!compare(&run, verdict)) {
            return true;
        }
        if (!goes_on(&run, verdict->n_entries)) {
            return err_set(err, ERR_FAILED, "stopped after %ld of %ld entries", verdict->n_entries,
                           journal_length(recorded));
        }
    }
    verdict->is_equal = true;
    return true;
}

bool retrain(struct lab *lab, const struct journal *recorded, const struct retrain_terms *terms,
             const struct retrain_watch *watch, struct verdict *verdict, struct err *err)
{
    lab_pass_script(lab, true); /* its commands are in the journal */
    bool ok = follow(lab, recorded, terms, watch, verdict, err);
    lab_pass_script(lab, false);
    return ok;
}
