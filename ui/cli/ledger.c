/* SPDX-License-Identifier: MIT
 * The writing half; the other is in ledger_read.c. */
#include "ui/cli/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { HOST_MAX = 64, TRIES = 10000 };
#define SYNC_NS INT64_C(1000000000)

/* ---- files of its own ---- */

static void host_name(char host[HOST_MAX])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.";
    if (gethostname(host, HOST_MAX - 1) != 0 || host[0] == '\0') {
        snprintf(host, HOST_MAX, "host");
    }
    host[HOST_MAX - 1] = '\0';
    host[strspn(host, plain)] = '\0';
}

static int open_file(const struct ledger *ledger, const char *folder, int flags)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s/%s", ledger->dir, folder, ledger->name);
    return open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0666);
}

static bool make_folder(const char *dir, const char *folder)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", dir, folder);
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

/* Runs of that name may come from elsewhere, without their events. */
static bool has_runs(const struct ledger *ledger)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/runs/%s", ledger->dir, ledger->name);
    return access(path, F_OK) == 0;
}

/* A name that nobody has had, by making the file of events; with its lock. */
static bool open_events(struct ledger *ledger)
{
    char host[HOST_MAX];
    host_name(host);
    for (int i = 0; i < TRIES && ledger->events < 0; i++) {
        snprintf(ledger->name, sizeof ledger->name, "%s-%ld-%d.jsonl", host, (long)getpid(), i);
        if (has_runs(ledger)) {
            continue;
        }
        ledger->events = open_file(ledger, "events", O_EXCL);
        if (ledger->events < 0 && errno != EEXIST) {
            return false;
        }
    }
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    /* Where there are no locks a worker that lives is taken for one that does not. */
    return ledger->events >= 0 && (fcntl(ledger->events, F_SETLK, &whole) == 0 || true);
}

bool ledger_begin(struct ledger *ledger, const char *dir, struct err *err)
{
    *ledger = (struct ledger){.lines = -1, .events = -1, .dir = strdup(dir)};
    pthread_mutex_init(&ledger->lock, NULL);
    if (ledger->dir && make_folder(dir, "runs") && make_folder(dir, "events") &&
        open_events(ledger)) {
        return true;
    }
    return err_set(err, ERR_FAILED, "--dir %.200s: cannot write there: %s", dir, strerror(errno));
}

void ledger_end(struct ledger *ledger)
{
    if (ledger->lines >= 0) {
        fdatasync(ledger->lines);
        close(ledger->lines);
    }
    if (ledger->events >= 0) {
        close(ledger->events);
    }
    free(ledger->dir);
    pthread_mutex_destroy(&ledger->lock);
    *ledger = (struct ledger){.lines = -1, .events = -1};
}

/* ---- lines ---- */

/* False and errno. */
static bool write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, text, size);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        text += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* At most once a second what was written is also safe from a machine that goes down. */
static void sync_now_and_then(struct ledger *ledger)
{
    int64_t now = clock_ns();
    if (now - ledger->synced_ns >= SYNC_NS) {
        ledger->synced_ns = now;
        fdatasync(ledger->lines);
    }
}

/* Half of a job's lines are none.  The file is made when there is something to keep. */
static bool append(struct ledger *ledger, const char *text, size_t size)
{
    if (ledger->lines < 0) {
        ledger->lines = open_file(ledger, "runs", O_EXCL);
    }
    if (ledger->is_broken || ledger->lines < 0) {
        return false;
    }
    if (!write_all(ledger->lines, text, size)) {
        int reason = errno;
        ledger->is_broken = true;
        (void)!ftruncate(ledger->lines, ledger->length);
        errno = reason;
        return false;
    }
    ledger->length += (off_t)size;
    sync_now_and_then(ledger);
    return true;
}

/* Each line with the job before its other members. */
static void print_lines(FILE *out, long job, int n_learners, const char *lines)
{
    for (const char *line = lines, *end; (end = strchr(line, '\n')); line = end + 1) {
        fprintf(out, "{\"job\":%ld,\"learners\":%d,%.*s\n", job, n_learners, (int)(end - line) - 1,
                line + 1);
    }
}

bool ledger_add(struct ledger *ledger, long job, int n_learners, const char *lines, struct err *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out) {
        print_lines(out, job, n_learners, lines);
    }
    if (!out || fclose(out) != 0) {
        free(text);
        return err_set(err, ERR_FAILED, "memory: none left for the lines of a run");
    }
    pthread_mutex_lock(&ledger->lock);
    bool ok = append(ledger, text, size);
    int reason = errno;
    pthread_mutex_unlock(&ledger->lock);
    free(text);
    return ok || err_set(err, ERR_FAILED, "%.120s/runs/%s: cannot write: %s", ledger->dir,
                         ledger->name, strerror(reason));
}

bool ledger_is_broken(struct ledger *ledger)
{
    pthread_mutex_lock(&ledger->lock);
    bool is_broken = ledger->is_broken;
    pthread_mutex_unlock(&ledger->lock);
    return is_broken;
}

void ledger_note(struct ledger *ledger, long job, const char *event, const char *why)
{
    json_t *object = json_pack("{s:I, s:s, s:I, s:s*}", "job", (json_int_t)job, "event", event,
                               "time", (json_int_t)time(NULL), "why", why);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text) {
        size_t length = strlen(text);
        text[length] = '\n'; /* in place of the NUL */
        pthread_mutex_lock(&ledger->lock);
        (void)!write_all(ledger->events, text, length + 1);
        pthread_mutex_unlock(&ledger->lock);
    }
    free(text);
    json_decref(object);
}
