/* SPDX-License-Identifier: MIT
 * Recordings that were spoilt, each in a way of its own, are opened, played, drawn and exported:
 * each to its end, or until one line says why not; in memory and time that are bounded.  A plain
 * program, for AddressSanitizer, which tells it of every allocation.  Exit code 0 = all held.
 *
 *   usage: stress_recordings [COUNT [FIRST]]
 *
 * A worker process does so many of them; if it ends otherwise than it should, the number it was at
 * is said, and the next one goes on behind it. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "session/player.h"
#include "support/meter.h"
#include "support/mutant.h"
#include "support/playing.h"

enum { COUNT = 200, BATCH = 2000, FAILURES_MAX = 20, SECONDS_MAX = 120 };

/* What workers have told; shared with them. */
struct told {
    uint64_t at; /* the one at work */
    char deeds[256];
    uint64_t n[PLAYING_WHOLE + 1], n_newer;
    int64_t most_bytes, most_bytes_over_size, slowest_ns;
    uint64_t largest, slowest; /* their numbers */
    int64_t size_of_largest;
};

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    /* What is freed is not kept for long: a peak is to be the program's own. */
    return "quarantine_size_mb=8:malloc_context_size=8:allocator_may_return_null=1";
}

static int64_t cpu_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void complain(const struct told *tally, const char *what)
{
    printf("mutant %" PRIu64 " (%s): %s\n", tally->at, tally->deeds, what);
    fflush(stdout);
    abort();
}

static void take(struct told *tally, struct mutants *mutants, uint64_t n)
{
    struct itimerval limit = {.it_value.tv_sec = SECONDS_MAX}, none = {0};
    const char *path = mutants_make(mutants, n);
    snprintf(tally->deeds, sizeof tally->deeds, "%s", mutants_deeds(mutants));
    int64_t size = mutants_size(mutants), begin = cpu_ns();
    setitimer(ITIMER_PROF, &limit, NULL); /* SIGPROF ends it: it hangs */
    meter_reset();
    struct played played = playing_take(path, n);
    int64_t bytes = meter_peak(), ns = cpu_ns() - begin;
    setitimer(ITIMER_PROF, &none, NULL);
    tally->n[played.how]++;
    if (bytes > tally->most_bytes) {
        tally->most_bytes = bytes;
        tally->largest = n;
        tally->size_of_largest = size;
    }
    if (ns > tally->slowest_ns) {
        tally->slowest_ns = ns;
        tally->slowest = n;
    }
    if (bytes > PLAYER_BYTES_MAX + PLAYER_BYTES_A_BYTE * size) {
        complain(tally, "more memory than is allowed");
    }
    if (mutants_is_newer(mutants)) {
        tally->n_newer++;
        if (played.how != PLAYING_REFUSED || !strstr(played.line, "use a newer one")) {
            complain(tally, played.line);
        }
    }
    if (strncmp(played.line, "memory", 6) == 0 || strstr(played.line, "memory is short")) {
        complain(tally, played.line);
    }
    if (n == 0 && played.how != PLAYING_WHOLE) {
        complain(tally, "the good one is not played");
    }
    if (getenv("VERBOSE")) {
        printf("%" PRIu64 " %d %.1f ms %.2f MB of %" PRId64 " (%s) %s\n", n, played.how,
               (double)ns * 1e-6, (double)bytes * 1e-6, size, tally->deeds, played.line);
    }
}

static void work(struct told *tally, uint64_t end)
{
    struct mutants *mutants = mutants_create();
    meter_start();
    for (; tally->at < end; tally->at++) {
        take(tally, mutants, tally->at);
    }
    mutants_destroy(mutants);
}

/* True if the worker has done all up to `end`. */
static bool run_worker(struct told *tally, uint64_t end)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        work(tally, end);
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("stress_recordings");
        exit(2);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    printf("FAILED at mutant %" PRIu64 " (%s): %s %d\n", tally->at, tally->deeds,
           WIFSIGNALED(status) ? "signal" : "exit code",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return false;
}

static void report(const struct told *tally, uint64_t done, int64_t begin_ns)
{
    struct rusage usage;
    double seconds = (double)(clock_ns() - begin_ns) * 1e-9;
    getrusage(RUSAGE_CHILDREN, &usage);
    printf("%" PRIu64 " mutants in %.0f s, %.0f a second: %" PRIu64 " refused, %" PRIu64
           " shown in part, %" PRIu64 " whole, %" PRIu64 " newer ones refused as such; at most "
           "%.1f MB taken (mutant %" PRIu64 ", a file of %.1f MB), %.2f s (mutant %" PRIu64
           "); resident at most %ld MB\n",
           done, seconds, (double)done / seconds, tally->n[PLAYING_REFUSED],
           tally->n[PLAYING_FAILED], tally->n[PLAYING_WHOLE], tally->n_newer,
           (double)tally->most_bytes * 1e-6, tally->largest, (double)tally->size_of_largest * 1e-6,
           (double)tally->slowest_ns * 1e-9, tally->slowest, usage.ru_maxrss / 1024);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : COUNT;
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, end = first + count;
    struct told *tally =
        mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int64_t begin_ns = clock_ns();
    int n_failed = 0;
    if (tally == MAP_FAILED) {
        perror("stress_recordings");
        return 2;
    }
    tally->at = first;
    while (tally->at < end && n_failed < FAILURES_MAX) {
        uint64_t stop = tally->at + BATCH < end ? tally->at + BATCH : end;
        if (!run_worker(tally, stop)) {
            n_failed++;
            tally->at++;
        }
        report(tally, tally->at - first, begin_ns);
    }
    return n_failed > 0;
}
