/* SPDX-License-Identifier: MIT
 * The reading half of ledger.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/cli/ledger.h"

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left for what was done of the sweep");
}

/* ---- files of a folder, in the order of their names ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_lines(const char *name)
{
    size_t length = strlen(name);
    return length > 6 && strcmp(name + length - 6, ".jsonl") == 0;
}

static bool add_path(char ***paths, int *n, const char *folder, const char *name)
{
    char path[PATH_MAX + 512];
    char **more = realloc(*paths, ((size_t)*n + 1) * sizeof *more);
    if (!more) {
        return false;
    }
    *paths = more;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    more[*n] = strdup(path);
    return more[(*n)++] != NULL;
}

static void free_paths(char **paths, int n)
{
    for (int i = 0; i < n; i++) {
        free(paths[i]);
    }
    free(paths);
}

/* No folder: no files. */
static bool list_files(const char *dir, const char *name, char ***paths, int *n, struct err *err)
{
    char folder[PATH_MAX + 64];
    snprintf(folder, sizeof folder, "%s/%s", dir, name);
    DIR *open_dir = opendir(folder);
    if (!open_dir) {
        return errno == ENOENT ||
               err_set(err, ERR_FAILED, "%.200s: cannot be read: %s", folder, strerror(errno));
    }
    bool ok = true;
    for (struct dirent *at; ok && (at = readdir(open_dir));) {
        ok = !is_lines(at->d_name) || add_path(paths, n, folder, at->d_name);
    }
    closedir(open_dir);
    if (*n > 0) {
        qsort(*paths, (size_t)*n, sizeof **paths, compare_names);
    }
    return ok || no_memory(err);
}

/* ---- lines ---- */

/* Calls `see` with each whole line and where it begins. */
static bool for_each_line(const char *path,
                          void (*see)(void *context, char *line, size_t length, off_t offset),
                          void *context, struct err *err)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    off_t offset = 0;
    ssize_t length;
    if (!file) {
        return err_set(err, ERR_FAILED, "%.200s: cannot be read: %s", path, strerror(errno));
    }
    while ((length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n') {
            see(context, line, (size_t)length, offset);
        }
        offset += length;
    }
    bool ok = !ferror(file);
    free(line);
    fclose(file);
    return ok || err_set(err, ERR_FAILED, "%.200s: cannot be read to its end", path);
}

/* ---- finished runs ---- */

/* A file that is read; the job whose lines come now. */
struct reading {
    struct ledger_state *state;
    int file;
    long job; /* -1 = none */
    int n_seen;
    off_t begin;
};

/* The head that ledger_add writes.  A line that two halves make has another head in it. */
static bool read_head(const char *line, size_t length, long *job, int *n_learners)
{
    static const char head[] = "{\"job\":";
    int n = 0;
    if (strncmp(line, head, sizeof head - 1) != 0 ||
        sscanf(line, "{\"job\":%9ld,\"learners\":%3d,\"%n", job, n_learners, &n) != 2 || n == 0) {
        return false;
    }
    return length > 2 && line[length - 2] == '}' && strlen(line) == length &&
           !strstr(line + 1, head) && *job >= 0 && *n_learners > 0;
}

static void see_run(void *context, char *line, size_t length, off_t offset)
{
    struct reading *reading = context;
    long job;
    int n_learners;
    if (!read_head(line, length, &job, &n_learners) || job >= reading->state->n) {
        reading->job = -1;
        return;
    }
    if (job != reading->job) {
        reading->job = job;
        reading->n_seen = 0;
        reading->begin = offset;
    }
    struct job_entry *entry = &reading->state->jobs[job];
    if (++reading->n_seen == n_learners && entry->state != JOB_DONE) {
        entry->state = JOB_DONE;
        entry->file = reading->file;
        entry->offset = reading->begin;
        entry->n_learners = n_learners;
    }
    if (reading->n_seen == n_learners) {
        reading->job = -1;
    }
}

static bool read_runs(struct ledger_state *state, const char *dir, struct err *err)
{
    bool ok = list_files(dir, "runs", &state->files, &state->n_files, err);
    for (int i = 0; ok && i < state->n_files; i++) {
        struct reading reading = {.state = state, .file = i, .job = -1};
        ok = for_each_line(state->files[i], see_run, &reading, err);
    }
    return ok;
}

/* ---- events ---- */

struct listening {
    struct ledger_state *state;
    bool is_alive; /* who wrote the file */
};

static enum job_state state_after(const char *event, bool is_alive)
{
    return strcmp(event, "failed") == 0    ? JOB_FAILED
           : strcmp(event, "stopped") == 0 ? JOB_STOPPED
           : is_alive                      ? JOB_AT_WORK
                                           : JOB_INTERRUPTED;
}

/* The last word counts; of the same second, the later line. */
static void see_event(void *context, char *line, size_t length, off_t offset)
{
    const struct listening *listening = context;
    (void)offset;
    json_t *object = json_loadb(line, length, 0, NULL);
    json_t *number = json_object_get(object, "job");
    json_int_t job = json_is_integer(number) ? json_integer_value(number) : -1;
    json_int_t time = json_integer_value(json_object_get(object, "time"));
    const char *event = json_string_value(json_object_get(object, "event"));
    const char *why = json_string_value(json_object_get(object, "why"));
    if (event && job >= 0 && job < listening->state->n) {
        struct job_entry *entry = &listening->state->jobs[job];
        if (entry->state != JOB_DONE && time >= entry->time) {
            entry->state = state_after(event, listening->is_alive);
            entry->time = time;
            free(entry->why);
            entry->why = why ? strdup(why) : NULL;
        }
    }
    json_decref(object);
}

static bool is_held(const char *path)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int file = open(path, O_RDWR | O_CLOEXEC);
    bool is = file >= 0 && fcntl(file, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    if (file >= 0) {
        close(file);
    }
    return is;
}

static bool read_events(struct ledger_state *state, const char *dir, struct err *err)
{
    char **paths = NULL;
    int n = 0;
    bool ok = list_files(dir, "events", &paths, &n, err);
    for (int i = 0; ok && i < n; i++) {
        struct listening listening = {state, is_held(paths[i])};
        ok = for_each_line(paths[i], see_event, &listening, err);
    }
    free_paths(paths, n);
    return ok;
}

bool ledger_read(struct ledger_state *state, const char *dir, long n, struct err *err)
{
    *state = (struct ledger_state){.n = n, .jobs = calloc((size_t)n, sizeof *state->jobs)};
    if (!state->jobs) {
        return no_memory(err);
    }
    bool ok = read_runs(state, dir, err) && read_events(state, dir, err);
    for (long i = 0; i < n; i++) {
        state->count[state->jobs[i].state]++;
    }
    return ok;
}

void ledger_state_fini(struct ledger_state *state)
{
    for (long i = 0; state->jobs && i < state->n; i++) {
        free(state->jobs[i].why);
    }
    free(state->jobs);
    free_paths(state->files, state->n_files);
    *state = (struct ledger_state){0};
}
