/* SPDX-License-Identifier: MIT
 * oubli merge: finished runs of sweeps into one SQLite file. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/merged.h"
#include "ui/cli/cmd.h"
#include "ui/cli/ledger.h"
#include "ui/cli/output.h"
#include "ui/cli/sweep_plan.h"

/* A folder that is merged. */
struct merge_part {
    struct sweep_plan plan;
    struct ledger_state state;
    long first;   /* number of its first job in the file */
    bool is_copy; /* of the plan of the part before it: both have the same jobs */
};

struct merge {
    struct merged_writer *writer;
    struct merge_part *parts; /* (n_parts) */
    int n_parts;
    char *specs[MERGED_KEYS_MAX]; /* owned: of all parts */
    long n_jobs, n_done, n_rows;
};

/* ---- parts ---- */

static bool have_same_keys(const struct sweep_plan *a, const struct sweep_plan *b, struct err *err)
{
    bool are_same = a->n_overs == b->n_overs;
    for (int k = 0; are_same && k < a->n_overs; k++) {
        are_same = strcmp(a->overs[k].key, b->overs[k].key) == 0;
    }
    return are_same || err_set(err, ERR_USAGE,
                               "%.120s: the same keys as in %.120s expected, in their order, found "
                               "others; merge it into a file of its own",
                               b->dir, a->dir);
}

/* Copies of one sweep, as on two machines, share its jobs; of another one they come behind. */
static bool add_part(struct merge *merge, const char *dir, struct err *err)
{
    struct merge_part *part = &merge->parts[merge->n_parts++];
    struct err ignored;
    if (!sweep_plan_load(&part->plan, dir, err) ||
        !ledger_read(&part->state, dir, sweep_plan_jobs(&part->plan), err) ||
        !have_same_keys(&merge->parts[0].plan, &part->plan, err)) {
        return false;
    }
    for (int i = 0; i < merge->n_parts - 1 && !part->is_copy; i++) {
        part->is_copy = sweep_plan_is_same(&merge->parts[i].plan, &part->plan, &ignored);
        part->first = merge->parts[i].first;
    }
    if (!part->is_copy) {
        part->first = merge->n_jobs;
        merge->n_jobs += part->state.n;
    }
    return true;
}

/* What all parts say of a key: specs that differ, one after the other. */
static char *join_specs(const struct merge *merge, int k)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    const char *last = NULL;
    for (int i = 0; out && i < merge->n_parts; i++) {
        const char *spec = merge->parts[i].plan.overs[k].spec;
        if (!last || strcmp(last, spec) != 0) {
            fprintf(out, "%s%s", last ? "; " : "", spec);
        }
        last = spec;
    }
    return out && fclose(out) == 0 ? text : NULL;
}

static bool open_file(struct merge *merge, const char *path, struct err *err)
{
    const struct sweep_plan *plan = &merge->parts[0].plan;
    struct merged_about about = {
        .n_keys = plan->n_overs, .command = plan->command, .version = plan->version};
    for (int k = 0; k < plan->n_overs; k++) {
        struct merged_key *key = &about.keys[k];
        merge->specs[k] = join_specs(merge, k);
        if (!merge->specs[k]) {
            return err_set(err, ERR_FAILED, "memory: none left to merge");
        }
        snprintf(key->name, sizeof key->name, "%s", plan->overs[k].key);
        key->spec = merge->specs[k];
        key->is_number = true;
        for (int i = 0; i < merge->n_parts; i++) {
            key->is_number &= merge->parts[i].plan.overs[k].is_number;
        }
    }
    merge->writer = merged_create(path, &about, err);
    return merge->writer != NULL;
}

/* ---- rows ---- */

static double number_at(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static double metric_at(const json_t *object, const char *name)
{
    size_t length = strlen(MERGED_VALIDATION);
    return strncmp(name, MERGED_VALIDATION, length) == 0
               ? number_at(json_object_get(object, "validation"), name + length)
               : number_at(object, name);
}

static void fill_row(struct merged_row *row, const struct merge_part *part, long job,
                     const json_t *object, const char *line)
{
    const struct sweep_plan *plan = &part->plan;
    *row = (struct merged_row){.job = part->first + job,
                               .seed = (int64_t)sweep_plan_seed(plan, job),
                               .learner = json_string_value(json_object_get(object, "learner")),
                               .json = line};
    for (int k = 0; k < plan->n_overs; k++) {
        const struct over *over = &plan->overs[k];
        const char *value = over->values[sweep_plan_value(plan, job / plan->n_seeds, k)];
        row->keys[k] = (struct merged_value){strtod(value, NULL), value};
    }
    for (int m = 0; m < MERGED_METRICS; m++) {
        row->metrics[m] = metric_at(object, merged_metric_name((enum merged_metric)m));
    }
}

static bool add_line(struct merge *merge, const struct merge_part *part, long job, char *line,
                     size_t length, struct err *err)
{
    struct merged_row row;
    const struct job_entry *entry = &part->state.jobs[job];
    line[length - 1] = '\0'; /* the newline */
    json_t *object = json_loads(line, 0, NULL);
    fill_row(&row, part, job, object, line);
    bool ok = row.learner ||
              err_set(err, ERR_FAILED,
                      "%.200s: the line of job %ld is damaged; take it out, run the sweep again",
                      part->state.files[entry->file], job);
    ok = ok && merged_add(merge->writer, &row, err);
    merge->n_rows += ok;
    json_decref(object);
    return ok;
}

/* The file that lines are read from. */
struct source {
    FILE *file;
    int number; /* -1 = none */
    char *line;
    size_t room;
};

static bool go_to(struct source *source, const struct merge_part *part,
                  const struct job_entry *entry, struct err *err)
{
    const char *path = part->state.files[entry->file];
    if (source->number != entry->file) {
        if (source->file) {
            fclose(source->file);
        }
        source->file = fopen(path, "r");
        source->number = entry->file;
    }
    return (source->file && fseeko(source->file, entry->offset, SEEK_SET) == 0) ||
           err_set(err, ERR_FAILED, "%.200s: cannot be read: %s", path, strerror(errno));
}

static bool add_job(struct merge *merge, const struct merge_part *part, struct source *source,
                    long job, struct err *err)
{
    const struct job_entry *entry = &part->state.jobs[job];
    bool ok = go_to(source, part, entry, err);
    for (int i = 0; ok && i < entry->n_learners; i++) {
        ssize_t length = getline(&source->line, &source->room, source->file);
        ok = length > 0 ? add_line(merge, part, job, source->line, (size_t)length, err)
                        : err_set(err, ERR_FAILED, "%.200s: it has become shorter; merge again",
                                  part->state.files[entry->file]);
    }
    merge->n_done += ok;
    return ok;
}

/* Another copy of the same sweep before this one has that job. */
static bool is_merged(const struct merge *merge, int i, long job)
{
    for (int j = 0; j < i; j++) {
        const struct merge_part *before = &merge->parts[j];
        if (before->first == merge->parts[i].first && before->state.jobs[job].state == JOB_DONE) {
            return true;
        }
    }
    return false;
}

/* Of one sweep, in the order of jobs, from whichever copy has each. */
static bool add_sweep(struct merge *merge, int first, struct err *err)
{
    struct source *sources = calloc((size_t)merge->n_parts, sizeof *sources);
    bool ok = sources || err_set(err, ERR_FAILED, "memory: none left to merge");
    for (int i = 0; ok && i < merge->n_parts; i++) {
        sources[i].number = -1;
    }
    for (long job = 0; ok && job < merge->parts[first].state.n; job++) {
        for (int i = first; ok && i < merge->n_parts; i++) {
            const struct merge_part *part = &merge->parts[i];
            bool is_here = part->first == merge->parts[first].first &&
                           part->state.jobs[job].state == JOB_DONE && !is_merged(merge, i, job);
            ok = !is_here || add_job(merge, part, &sources[i], job, err);
        }
    }
    for (int i = 0; sources && i < merge->n_parts; i++) {
        if (sources[i].file) {
            fclose(sources[i].file);
        }
        free(sources[i].line);
    }
    free(sources);
    return ok;
}

/* ---- all of it ---- */

static bool merge_all(struct merge *merge, const struct options *options, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < options->n_arguments; i++) {
        ok = add_part(merge, options->arguments[i], err);
    }
    ok = ok && open_file(merge, options->output, err);
    for (int i = 0; ok && i < merge->n_parts; i++) {
        ok = merge->parts[i].is_copy || add_sweep(merge, i, err);
    }
    return ok && merged_settle(merge->writer, err);
}

static void free_merge(struct merge *merge)
{
    merged_discard(merge->writer);
    for (int i = 0; i < merge->n_parts; i++) {
        ledger_state_fini(&merge->parts[i].state);
        sweep_plan_fini(&merge->parts[i].plan);
    }
    for (int k = 0; k < MERGED_KEYS_MAX; k++) {
        free(merge->specs[k]);
    }
    free(merge->parts);
}

static int say_merged(const struct merge *merge, const char *path)
{
    struct output output;
    struct err err;
    if (!output_open(&output, &err)) {
        return output_fail(&err);
    }
    fprintf(output.stream, "%s: %ld rows of %ld runs", path, merge->n_rows, merge->n_done);
    if (merge->n_done < merge->n_jobs) {
        fprintf(output.stream, "; %ld of the sweep are not finished",
                merge->n_jobs - merge->n_done);
    }
    fputc('\n', output.stream);
    int code = output_print(&output, false);
    output_close(&output);
    return code;
}

int cmd_merge(const struct options *options)
{
    struct err err = {0};
    struct merge merge = {0};
    if (options->n_arguments == 0 || !options->output) {
        err_set(&err, ERR_USAGE, "merge: DIR... -o FILE.db expected, found no %s",
                options->n_arguments == 0 ? "folder" : "-o");
        return output_fail(&err);
    }
    merge.parts = calloc((size_t)options->n_arguments, sizeof *merge.parts);
    bool ok = merge.parts || err_set(&err, ERR_FAILED, "memory: none left to merge");
    ok = ok && merge_all(&merge, options, &err);
    int code = ok ? say_merged(&merge, options->output) : output_fail(&err);
    free_merge(&merge);
    return code;
}
