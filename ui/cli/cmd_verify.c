/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lab/probe.h"
#include "net/blas.h"
#include "session/recording.h"
#include "session/retrain.h"
#include "tasks/clean.h"
#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/cli/waiting.h"

/* Numbers that differ by less agree, where another processor or arithmetic has rounded them. */
static const double TOLERANCE = 0.02;
enum { EXIT_DIFFERS = 3 };

static bool goes_on(void *context, long n)
{
    struct waiting *waiting = context;
    return waiting_goes_on(waiting, waiting->total > 0 ? (double)n / (double)waiting->total : 0);
}

/* The config of the recording, to be trained again; its pace is the first of its commands. */
static struct lab *make_lab(const struct recording *recording, struct err *err)
{
    struct lab_options options = {.keeps_history = true};
    return lab_create(recording_config(recording), &options, err);
}

static bool read_all(struct recording *recording, struct journal *journal, struct err *err)
{
    struct recording_extent extent;
    return recording_expect_log(recording, err) && recording_extent(recording, &extent, err) &&
           recording_fill(recording, journal, extent.n_entries, err);
}

static void say_entry(FILE *out, const char *what, const struct entry *entry)
{
    char letter[4] = "-", text[COMMAND_TEXT_MAX] = "";
    if (entry->text) {
        clean_copy(text, sizeof text, entry->text);
    }
    if (entry->kind != ENTRY_LEARNER && entry->task >= 0) { /* there it is another learner */
        task_letter(entry->task, letter);
    }
    fprintf(out, "  %s: step %ld, stage %d, task %s, learner %d, value %.10g%s%s\n", what,
            entry->step, entry->stage, letter, entry->learner, entry->value,
            entry->text ? ", " : "", text);
}

static bool is_same_arithmetic(const struct recording_facts *facts)
{
    return facts->arithmetic == LAB_ARITHMETIC;
}

/* Then every bit must come out again. */
static bool is_exact(const struct recording_facts *facts)
{
    return is_same_arithmetic(facts) && strcmp(facts->blas_core, blas_core()) == 0;
}

/* Why the kernels are not those of the recording. */
static const char *hindrance(void)
{
    static const char *const texts[] = {
        [CORE_NO_HINDRANCE] = "",
        [CORE_NOT_KNOWN] = ", which oubli does not know",
        [CORE_CANNOT_RUN] = ", which this processor cannot run",
        [CORE_NOT_THERE] = ", which this OpenBLAS does not have",
        [CORE_IS_SET] = ", but OPENBLAS_CORETYPE is set",
    };
    return texts[blas_choice()->hindrance];
}

/* True if probes have said something that was not compared. */
static bool has_passed_probes(const struct journal *recorded, const struct recording_facts *facts)
{
    bool has = false;
    for (long i = 0; i < journal_length(recorded) && !has; i++) {
        struct entry entry = journal_at(recorded, i);
        has = facts->probing != LAB_PROBING && entry.kind == ENTRY_MEASURE &&
              probe_at(entry.probe)->when != PROBE_ALWAYS;
    }
    return has;
}

/* With which kernels, chosen by whom, and how close the numbers had to be. */
static void say_kernels(FILE *out, const struct verdict *verdict,
                        const struct recording_facts *facts)
{
    char kernels[200];
    core_choice_text(blas_choice(), kernels, sizeof kernels);
    fprintf(out, "BLAS kernels: %s\n", kernels);
    if (is_exact(facts)) {
        fputs("recorded with the same: compared bit for bit\n", out);
    } else if (!is_same_arithmetic(facts)) {
        fprintf(out,
                "recorded with the arithmetic of %s (%d, now %d): compared within a tolerance "
                "of %g, largest difference %.3g\n",
                facts->arithmetic < LAB_ARITHMETIC ? "before" : "a newer version",
                facts->arithmetic, LAB_ARITHMETIC, TOLERANCE, verdict->worst);
    } else {
        fprintf(out,
                "recorded with %s%s: compared within a tolerance of %g, largest difference %.3g\n",
                facts->blas_core, hindrance(), TOLERANCE, verdict->worst);
    }
}

static int print(const struct verdict *verdict, const struct journal *recorded,
                 const struct recording_facts *facts)
{
    struct err err = {0};
    struct output output = {0};
    if (!output_open(&output, &err)) {
        return output_fail(&err);
    }
    FILE *out = output.stream;
    if (verdict->is_equal) {
        fprintf(out, "reproduced: %ld entries, %ld command%s, %s\n", verdict->n_entries,
                verdict->n_commands, verdict->n_commands == 1 ? "" : "s",
                is_exact(facts) ? "every number equal to the last bit" : "within the tolerance");
    } else {
        fprintf(out, "differs at step %ld, entry %ld of %ld\n", verdict->recorded.step, verdict->at,
                journal_length(recorded));
        say_entry(out, "recorded", &verdict->recorded);
        if (verdict->has_retrained) {
            say_entry(out, "retrained", &verdict->retrained);
        } else {
            fputs("  retrained: it came to rest before that\n", out);
        }
    }
    if (has_passed_probes(recorded, facts)) {
        fputs("probes were taken at other steps when it was recorded: they are not compared\n",
              out);
    }
    say_kernels(out, verdict, facts);
    int code = output_print(&output, false);
    output_close(&output);
    return code ? code : verdict->is_equal ? 0 : EXIT_DIFFERS;
}

/* Whatever it is, it is the recording's: no bad usage, and its name stands before it. */
static int fail(const char *path, const struct err *why)
{
    struct err err = {0};
    bool is_named = strncmp(why->msg, path, strnlen(path, 140)) == 0;
    err_set(&err, ERR_FAILED, "%.140s%s%s", is_named ? "" : path, is_named ? "" : ": ", why->msg);
    return output_fail(&err);
}

static int verify(const struct options *options, struct recording *recording,
                  struct journal *recorded, struct err *err)
{
    struct waiting waiting = {0};
    struct retrain_watch watch = {goes_on, &waiting};
    const struct recording_facts *facts = recording_facts(recording);
    struct verdict verdict;
    struct lab *lab = recorded && read_all(recording, recorded, err) &&
                              blas_setup(facts->blas_core, err) &&
                              waiting_begin(&waiting, options->is_quiet, err)
                          ? make_lab(recording, err)
                          : NULL;
    waiting.unit = "entry";
    waiting.total = recorded ? journal_length(recorded) : 0;
    const struct retrain_terms terms = {.tolerance = is_exact(facts) ? 0 : TOLERANCE,
                                        .without_probes = facts->probing != LAB_PROBING};
    bool ok = lab && retrain(lab, recorded, &terms, &watch, &verdict, err);
    waiting_end(&waiting);
    int code = ok ? print(&verdict, recorded, facts) : fail(options->arguments[0], err);
    code = waiting.stop ? 128 + waiting.stop : code;
    lab_destroy(lab);
    return code;
}

int cmd_verify(const struct options *options)
{
    struct err err = {0};
    if (!options->arguments[0]) {
        err_set(&err, ERR_USAGE,
                "verify: a recording expected, found nothing; see: oubli help verify");
        return output_fail(&err);
    }
    struct recording *recording = recording_open(options->arguments[0], &err);
    struct journal *recorded = recording ? journal_create(&err) : NULL;
    int code =
        recording ? verify(options, recording, recorded, &err) : fail(options->arguments[0], &err);
    journal_destroy(recorded);
    recording_close(recording);
    return code;
}
