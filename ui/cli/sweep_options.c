/* SPDX-License-Identifier: MIT */
#include "ui/cli/sweep_options.h"

#include <stdio.h>
#include <string.h>

static bool take_text(const char **text, const char *name, const char *value, struct err *err)
{
    *text = value;
    return *value != '\0' || err_set(err, ERR_USAGE, "--%s: a value expected, found ''", name);
}

bool sweep_take_over(struct sweep_options *sweep, const char *value, struct err *err)
{
    if (sweep->n_overs == MERGED_KEYS_MAX) {
        return err_set(err, ERR_USAGE, "--over: at most %d keys expected, found more",
                       MERGED_KEYS_MAX);
    }
    sweep->overs[sweep->n_overs++] = value;
    return true;
}

bool sweep_take_dir(struct sweep_options *sweep, const char *value, struct err *err)
{
    return take_text(&sweep->dir, "dir", value, err);
}

bool sweep_take_status(struct sweep_options *sweep, const char *value, struct err *err)
{
    return take_text(&sweep->status, "status", value, err);
}

bool sweep_take_jobs(struct sweep_options *sweep, const char *value, struct err *err)
{
    char rest[2];
    bool is_number = strspn(value, "0123456789") == strlen(value) &&
                     sscanf(value, "%6d%1s", &sweep->at_once, rest) == 1;
    return (is_number && sweep->at_once >= 1 && sweep->at_once <= SWEEP_AT_ONCE_MAX) ||
           err_set(err, ERR_USAGE, "--jobs: a whole number from 1 to %d expected, found '%.60s'",
                   SWEEP_AT_ONCE_MAX, value);
}

bool sweep_take_job(struct sweep_options *sweep, const char *value, struct err *err)
{
    char rest[2];
    sweep->is_worker = true;
    int n = sscanf(value, "%7ld..%7ld%1s", &sweep->first, &sweep->last, rest);
    bool is_one = n == 1 && strspn(value, "0123456789") == strlen(value);
    sweep->last = is_one ? sweep->first : sweep->last;
    bool is_plain = strspn(value, "0123456789.") == strlen(value);
    return (is_plain && (is_one || n == 2) && sweep->first <= sweep->last &&
            sweep->last < SWEEP_JOBS_MAX) ||
           err_set(err, ERR_USAGE, "--job: numbers of jobs as FIRST..LAST expected, found '%.60s'",
                   value);
}

bool sweep_take_with(struct sweep_options *sweep, const char *value, struct err *err)
{
    bool is_parallel = strcmp(value, "parallel") == 0;
    sweep->engine = is_parallel ? ENGINE_PARALLEL : ENGINE_SLURM;
    return is_parallel || strcmp(value, "slurm") == 0 ||
           err_set(err, ERR_USAGE, "--with: parallel or slurm expected, found '%.60s'", value);
}

bool sweep_take_sshlogin(struct sweep_options *sweep, const char *value, struct err *err)
{
    return take_text(&sweep->sshlogin, "sshlogin", value, err);
}

bool sweep_take_partition(struct sweep_options *sweep, const char *value, struct err *err)
{
    return take_text(&sweep->partition, "partition", value, err);
}

bool sweep_take_account(struct sweep_options *sweep, const char *value, struct err *err)
{
    return take_text(&sweep->account, "account", value, err);
}

bool sweep_take_time(struct sweep_options *sweep, const char *value, struct err *err)
{
    return take_text(&sweep->time, "time", value, err);
}

bool sweep_options_check(const struct sweep_options *sweep, struct err *err)
{
    const struct {
        const char *name, *value, *with;
        enum sweep_engine engine;
    } rows[] = {{"sshlogin", sweep->sshlogin, "parallel", ENGINE_PARALLEL},
                {"partition", sweep->partition, "slurm", ENGINE_SLURM},
                {"account", sweep->account, "slurm", ENGINE_SLURM},
                {"time", sweep->time, "slurm", ENGINE_SLURM}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].value && sweep->engine != rows[i].engine) {
            return err_set(err, ERR_USAGE, "--%s: --with %s expected beside it", rows[i].name,
                           rows[i].with);
        }
    }
    return true;
}
