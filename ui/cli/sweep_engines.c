/* SPDX-License-Identifier: MIT
 * Engines that there are: GNU parallel and Slurm start workers, `oubli sweep --dir DIR --job A..B`.
 *
 * A worker is given so many jobs that it lasts: seconds for parallel, minutes for Slurm, whose
 * arrays are bounded besides.  What it finds finished it leaves out, so ranges may hold such. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/cli/output.h"
#include "ui/cli/shell.h"
#include "ui/cli/sweep.h"

enum { ARRAY_DEFAULT = 1001, ANSWER_MAX = 256 };

static const double least_seconds = 2, parallel_seconds = 10, slurm_seconds = 300;

/* Names of what the engines need, as absolute paths. */
struct engine {
    const struct sweep_call *call;
    char dir[PATH_MAX], here[PATH_MAX], self[PATH_MAX];
    int chunk; /* missing jobs for each worker */
    int n_chunks;
};

/* ---- ranges ---- */

/* A line "FIRST..LAST" for each worker. */
static bool save_ranges(struct engine *engine, const char *name, struct err *err)
{
    const struct sweep_call *call = engine->call;
    struct output output;
    char path[PATH_MAX + 32];
    bool ok = output_open(&output, err);
    engine->n_chunks = 0;
    for (int i = 0; ok && i < call->n; i += engine->chunk) {
        int last = i + engine->chunk < call->n ? i + engine->chunk - 1 : call->n - 1;
        fprintf(output.stream, "%ld..%ld\n", call->jobs[i], call->jobs[last]);
        engine->n_chunks++;
    }
    snprintf(path, sizeof path, "%s/%s", engine->dir, name);
    ok = ok && output_save(&output, path, err);
    output_close(&output);
    return ok;
}

/* As many jobs as fill so many seconds; fewer, if there would not be `pieces` for machines to
 * share, but such that a piece lasts longer than starting it. */
static int chunk_for(const struct sweep_call *call, double seconds, double target, int pieces)
{
    seconds = fmax(seconds, 1e-3);
    double shared = fmax(ceil((double)call->n / pieces), ceil(least_seconds / seconds));
    return (int)fmin(fmax(fmin(floor(target / seconds), shared), 1), call->n);
}

static bool find_places(struct engine *engine, const struct sweep_call *call, struct err *err)
{
    engine->call = call;
    shell_self(engine->self, sizeof engine->self);
    return (realpath(call->plan->dir, engine->dir) && getcwd(engine->here, sizeof engine->here)) ||
           err_set(err, ERR_FAILED, "--dir %.200s: %s", call->plan->dir, strerror(errno));
}

/* "cd HERE && exec OUBLI sweep --dir DIR --jobs N --job " */
static void print_worker(FILE *out, const struct engine *engine, int n_cores)
{
    fputs("cd ", out);
    shell_print(out, engine->here);
    fputs(" && exec ", out);
    shell_print(out, engine->self);
    fputs(" sweep --dir ", out);
    shell_print(out, engine->dir);
    fprintf(out, " --jobs %d --job ", n_cores);
}

static void print_word(FILE *out, const char *option, const char *value)
{
    if (value) {
        fputs(option, out);
        shell_print(out, value);
    }
}

/* The text of a command, by a function that prints it.  Owned; NULL = no memory. */
static char *text_of(void (*print)(FILE *out, const struct engine *engine),
                     const struct engine *engine)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) {
        return NULL;
    }
    print(out, engine);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static int not_there(const char *what, const char *package, const char *command)
{
    struct err err;
    err_set(&err, ERR_FAILED,
            "--with: %s expected, found none; install it (Debian: %s), or run this where it is:",
            what, package);
    output_fail(&err);
    fprintf(stderr, "%s\n", command);
    return ERR_FAILED;
}

/* ---- GNU parallel ---- */

static void print_template(FILE *out, const struct engine *engine)
{
    print_worker(out, engine, 1);
    fputs("{}", out);
}

static void print_parallel(FILE *out, const struct engine *engine)
{
    const struct sweep_options *options = engine->call->options;
    char path[PATH_MAX + 32];
    fputs("parallel --will-cite --resume-failed --joblog ", out);
    snprintf(path, sizeof path, "%s/parallel.log", engine->dir);
    shell_print(out, path);
    if (options->at_once > 0) {
        fprintf(out, " --jobs %d", options->at_once);
    }
    print_word(out, " --sshlogin ", options->sshlogin);
    char *template = text_of(print_template, engine);
    fputc(' ', out);
    shell_print(out, template ? template : "");
    free(template);
    snprintf(path, sizeof path, "%s/parallel.list", engine->dir);
    fputs(" :::: ", out);
    shell_print(out, path);
}

static bool is_gnu_parallel(void)
{
    char answer[ANSWER_MAX];
    return shell_has("parallel") &&
           shell_read("parallel --version 2>/dev/null", answer, sizeof answer) &&
           strncmp(answer, "GNU parallel", 12) == 0;
}

/* The list is new, so a log of older ones would say the wrong lines are done; what is finished
 * stands in the folder.  The log is for whoever gives the command again by hand. */
static void forget_log(const struct engine *engine)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/parallel.log", engine->dir);
    unlink(path);
}

int sweep_with_parallel(const struct sweep_call *call)
{
    struct engine engine;
    struct err err = {0};
    double seconds;
    if (!find_places(&engine, call, &err) || !sweep_seconds(call, &seconds, &err)) {
        return output_fail(&err);
    }
    engine.chunk = chunk_for(call, seconds, parallel_seconds, 32);
    if (!save_ranges(&engine, "parallel.list", &err)) {
        return output_fail(&err);
    }
    forget_log(&engine);
    char *command = text_of(print_parallel, &engine);
    int code = ERR_FAILED;
    if (command && !is_gnu_parallel()) {
        code = not_there("GNU parallel", "parallel", command);
    } else if (command) {
        fprintf(stderr, "oubli: %d runs in %d pieces: %s\n", call->n, engine.n_chunks, command);
        code = system(command) == -1 ? ERR_FAILED : 0; /* what failed stands in the folder */
    }
    free(command);
    return code;
}

/* ---- Slurm ---- */

/* "MaxArraySize            = 1001": indices end below it. */
static int array_size(void)
{
    char answer[ANSWER_MAX] = "";
    int size;
    bool is_told = shell_read("scontrol show config 2>/dev/null | grep -i '^MaxArraySize'", answer,
                              sizeof answer) &&
                   sscanf(answer, "%*[A-Za-z] = %9d", &size) == 1 && size > 0;
    return is_told ? size : ARRAY_DEFAULT;
}

/* Seconds of a limit: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S (man sbatch); 0 = it is none. */
static double limit_seconds(const char *text)
{
    int days = 0, n[3] = {0}, end = 0;
    const char *at = text ? text : "";
    bool has_days = sscanf(at, "%4d-%n", &days, &end) == 1 && end > 0;
    int n_read = sscanf(at + (has_days ? end : 0), "%6d:%2d:%2d", &n[0], &n[1], &n[2]);
    if (has_days) {
        return 86400.0 * days + 3600.0 * n[0] + 60.0 * n[1] + n[2];
    }
    return n_read == 3 ? 3600.0 * n[0] + 60.0 * n[1] + n[2] : n_read >= 1 ? 60.0 * n[0] + n[1] : 0;
}

static bool save_script(const struct engine *engine, struct err *err)
{
    const struct sweep_options *options = engine->call->options;
    char path[PATH_MAX + 32];
    struct output output;
    bool ok = output_open(&output, err);
    snprintf(path, sizeof path, "%s/slurm.list", engine->dir);
    if (ok) {
        fputs(
            "#!/bin/sh\n# One task of the array: the jobs of its line in slurm.list.\nrange=$(sed "
            "-n \"$((SLURM_ARRAY_TASK_ID + 1))p\" ",
            output.stream);
        shell_print(output.stream, path);
        fputs(")\n", output.stream);
        print_worker(output.stream, engine, options->at_once > 0 ? options->at_once : 1);
        fputs("\"$range\"\n", output.stream);
        snprintf(path, sizeof path, "%s/slurm.sh", engine->dir);
    }
    ok = ok && output_save(&output, path, err);
    output_close(&output);
    return ok;
}

static void print_slurm(FILE *out, const struct engine *engine)
{
    const struct sweep_options *options = engine->call->options;
    char path[PATH_MAX + 32];
    fprintf(out, "sbatch --parsable --job-name=oubli --ntasks=1 --cpus-per-task=%d --array=0-%d",
            options->at_once > 0 ? options->at_once : 1, engine->n_chunks - 1);
    print_word(out, " --partition=", options->partition);
    print_word(out, " --account=", options->account);
    print_word(out, " --time=", options->time);
    snprintf(path, sizeof path, "%s/slurm/%%A_%%a.out", engine->dir);
    print_word(out, " --output=", path);
    snprintf(path, sizeof path, "%s/slurm.sh", engine->dir);
    print_word(out, " ", path);
}

/* The number of the job that is still in the queue, of those that this folder submitted last; 0 =
 * none. */
static long queued_job(const struct engine *engine)
{
    char path[PATH_MAX + 32], command[96], answer[ANSWER_MAX];
    long job = 0;
    snprintf(path, sizeof path, "%s/slurm.job", engine->dir);
    FILE *file = fopen(path, "r");
    bool is_known = file && fscanf(file, "%12ld", &job) == 1 && job > 0;
    if (file) {
        fclose(file);
    }
    snprintf(command, sizeof command, "squeue --noheader --jobs=%ld --format=%%T 2>/dev/null", job);
    bool is_queued = is_known && shell_read(command, answer, sizeof answer) && answer[0] != '\0';
    return is_queued ? job : 0;
}

static int note_submitted(const struct engine *engine, const char *answer)
{
    char path[PATH_MAX + 32];
    struct output output;
    struct err err;
    long job = strtol(answer, NULL, 10);
    snprintf(path, sizeof path, "%s/slurm.job", engine->dir);
    bool ok = output_open(&output, &err) && fprintf(output.stream, "%ld\n", job) > 0 &&
              output_save(&output, path, &err);
    output_close(&output);
    if (ok && output_open(&output, &err)) {
        fprintf(output.stream,
                "submitted as job %ld: %d runs in %d tasks of %d; how far it is: oubli sweep "
                "--status %s\n",
                job, engine->call->n, engine->n_chunks, engine->chunk, engine->call->plan->dir);
        int code = output_print(&output, false);
        output_close(&output);
        return code;
    }
    return output_fail(&err);
}

static int submit(const struct engine *engine, const char *command)
{
    char answer[ANSWER_MAX];
    struct err err;
    if (!shell_has("sbatch")) {
        return not_there("Slurm's sbatch", "slurm-client", command);
    }
    if (!shell_read(command, answer, sizeof answer)) {
        err_set(&err, ERR_FAILED,
                "--with slurm: sbatch has refused it; what it was given is in "
                "%.160s/slurm.sh",
                engine->call->plan->dir);
        return output_fail(&err);
    }
    return note_submitted(engine, answer);
}

static bool prepare_slurm(struct engine *engine, const struct sweep_call *call, struct err *err)
{
    double seconds, limit = limit_seconds(call->options->time), target = slurm_seconds;
    char path[PATH_MAX + 32];
    if (!find_places(engine, call, err)) {
        return false;
    }
    long queued = queued_job(engine);
    if (queued != 0) {
        return err_set(
            err, ERR_FAILED,
            "--dir %.120s: job %ld is in Slurm's queue for it; wait for that, or scancel "
            "%ld",
            call->plan->dir, queued, queued);
    }
    if (!sweep_seconds(call, &seconds, err)) {
        return false;
    }
    target = limit > 0 && limit / 2 < target ? limit / 2 : target;
    int least = (int)ceil((double)call->n / array_size()); /* so that one array holds all */
    engine->chunk = chunk_for(call, seconds, target, 1);
    engine->chunk = engine->chunk > least ? engine->chunk : least;
    snprintf(path, sizeof path, "%s/slurm", engine->dir);
    mkdir(path, 0777);
    return save_ranges(engine, "slurm.list", err) && save_script(engine, err);
}

int sweep_with_slurm(const struct sweep_call *call)
{
    struct engine engine;
    struct err err = {0};
    if (!prepare_slurm(&engine, call, &err)) {
        return output_fail(&err);
    }
    char *command = text_of(print_slurm, &engine);
    int code = command ? submit(&engine, command) : (int)ERR_FAILED;
    free(command);
    return code;
}
