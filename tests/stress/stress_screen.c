/* SPDX-License-Identifier: MIT
 * The real program in a pseudo-terminal, eight learners and somebody who presses keys and gives
 * commands at random: panels, the cursor in the past, layers put back, units silenced, copies made
 * and let go.  In the end, after going back, every learner has the bits that it had.  A plain
 * program, for sanitizers.  Exit code 0 = all held.
 *
 *   usage: stress_screen [SECONDS [SEED]]
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "support/pty.h"

enum { SECONDS = 5, LEARNERS = 8, STEP = 440, PATH = 96 };

static const char *const arguments[] = {"--tasks",   "20",
                                        "--at",      "A+440:pause",
                                        "--learner", "a:",
                                        "--learner", "b: strategy=ewc",
                                        "--learner", "c: strategy=replay",
                                        "--learner", "d: strategy=l2",
                                        "--learner", "e: strategy=ewc+replay",
                                        "--learner", "f: strategy=lora",
                                        "--learner", "g: strategy=ewc ewc.form=explicit",
                                        "--learner", "h: strategy=freeze",
                                        NULL};

/* No command of these, and no key, goes back behind the boundary; b, f and L go to the cursor. */
static const char *const lines[] = {"silence A@1",
                                    "silence A@2",
                                    "silence neither@1",
                                    "silence 1,3-9@1",
                                    "silence off",
                                    "putback A 1",
                                    "putback A 3",
                                    "putback A all",
                                    "focus network",
                                    "focus putback",
                                    "focus microscope",
                                    "focus scoreboard",
                                    "focus why",
                                    "microscope held",
                                    "microscope free:2",
                                    "microscope 1:3:5",
                                    "cursor 120",
                                    "cursor 449",
                                    "cursor 460",
                                    "cursor now",
                                    "speed max",
                                    "speed 60",
                                    "speed 500",
                                    "strategy ewc on",
                                    "strategy ewc off",
                                    "strategy replay on",
                                    "set lr 0.05",
                                    "learner a",
                                    "learner b",
                                    "learner g",
                                    "learner all",
                                    "probe cka",
                                    "probe all on",
                                    "probe all off",
                                    "fork z",
                                    "remove z",
                                    "remove h",
                                    "sweep ewc.lambda 1..1e4 3",
                                    "sweep lr 3",
                                    "sweep off",
                                    "rewind 470",
                                    "rewind 900",
                                    "consolidate",
                                    "resume",
                                    "pause"};
static const char *const keys[] = {"left", "right", "up", "down", "enter", "tab", "space",
                                   "n",    "[",     "]",  "}",    "h",     "g",   "S",
                                   "l",    "i",     "m",  "1",    "3",     "5",   "z"};

/* Where no palette opens it is not sent: as keys its letters would go back. */
static void send_line(struct pty *pty, const char *line)
{
    pty_type(pty, "\033[27u\033[27u:"); /* Escape as newer terminals send it */
    if (pty_wait(pty, "Tab completes")) {
        pty_type(pty, line);
        pty_type(pty, "\r");
        pty_wait_gone(pty, "Tab completes");
    }
}

static bool fail(struct pty *pty, const char *what)
{
    fprintf(stderr, "stress_screen: %s\n%s\n", what, pty_screen(pty));
    return false;
}

static bool is_there(struct pty *pty, const void *path)
{
    (void)pty;
    return access(path, R_OK) == 0;
}

/* Writes the weights of every learner to FOLDER/NAME.round. */
static bool save_all(struct pty *pty, const char *folder, int round)
{
    for (int i = 0; i < LEARNERS; i++) {
        char line[PATH + 16], path[PATH];
        snprintf(line, sizeof line, "learner %c", 'a' + i);
        send_line(pty, line);
        snprintf(path, sizeof path, "%s/%c.%d", folder, 'a' + i, round);
        snprintf(line, sizeof line, "save %s", path);
        send_line(pty, line);
        if (!pty_wait_for(pty, is_there, path)) {
            return fail(pty, "weights are not written");
        }
    }
    return true;
}

/* What is in a file, which goes then; owned. */
static unsigned char *take_file(const char *path, size_t *size)
{
    enum { BYTES_MAX = 1 << 22 };
    unsigned char *bytes = malloc(BYTES_MAX);
    FILE *file = fopen(path, "rb");
    *size = file && bytes ? fread(bytes, 1, BYTES_MAX, file) : 0;
    if (file) {
        fclose(file);
    }
    unlink(path);
    return bytes;
}

static bool are_same(const char *folder)
{
    bool all = true;
    for (int i = 0; i < LEARNERS; i++) {
        unsigned char *bytes[2];
        size_t size[2];
        for (int k = 0; k < 2; k++) {
            char path[PATH];
            snprintf(path, PATH, "%s/%c.%d", folder, 'a' + i, k);
            bytes[k] = take_file(path, &size[k]);
        }
        bool same = size[0] > 0 && size[0] == size[1] && memcmp(bytes[0], bytes[1], size[0]) == 0;
        if (!same) {
            fprintf(stderr, "stress_screen: learner %c is not what it was\n", 'a' + i);
        }
        all &= same;
        free(bytes[0]);
        free(bytes[1]);
    }
    return all;
}

static void act(struct pty *pty, struct rng *rng)
{
    if (rng_below(rng, 3) == 0) {
        send_line(pty, lines[rng_below(rng, sizeof lines / sizeof *lines)]);
    } else if (rng_below(rng, 20) == 0) {
        pty_resize(pty, 80 + (int)rng_below(rng, 130), 24 + (int)rng_below(rng, 40));
    } else {
        pty_key(pty, keys[rng_below(rng, sizeof keys / sizeof *keys)]);
    }
    pty_pump(pty, (int)rng_below(rng, 60));
}

static bool is_at(struct pty *pty, const void *step)
{
    char text[32];
    int x, y;
    snprintf(text, sizeof text, "step %d", *(const int *)step);
    return pty_find(pty, text, &x, &y);
}

static bool is_behind(struct pty *pty, const void *data)
{
    (void)data;
    int x, y;
    return pty_find(pty, "A learned", &x, &y);
}

static bool storm(struct pty *pty, const char *folder, int seconds, uint64_t seed)
{
    struct rng rng = rng_stream(seed, 1);
    const int step = STEP;
    send_line(pty, "speed max");
    if (!pty_wait_for(pty, is_at, &step) || !save_all(pty, folder, 0)) {
        return fail(pty, "the session does not begin");
    }
    send_line(pty, "resume");
    if (!pty_wait_for(pty, is_behind, NULL)) {
        return fail(pty, "the boundary is not reached");
    }
    for (int64_t end = clock_ns() + seconds * INT64_C(1000000000); clock_ns() < end;) {
        act(pty, &rng);
        if (pty_has_ended(pty)) {
            return fail(pty, "it has ended");
        }
    }
    pty_resize(pty, 120, 36);
    send_line(pty, "pause");
    send_line(pty, "rewind 440");
    if (!pty_wait_for(pty, is_at, &step)) {
        return fail(pty, "it does not go back");
    }
    return save_all(pty, folder, 1);
}

/* A session that is older than a minute is not left by one key. */
static bool has_ended_or_asks(struct pty *pty, const void *data)
{
    (void)data;
    int x, y;
    return pty_has_ended(pty) || pty_find(pty, "q again leaves", &x, &y);
}

int main(int argc, char **argv)
{
    int seconds = argc > 1 ? atoi(argv[1]) : SECONDS;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    char folder[] = "/tmp/oubli-screen-XXXXXX";
    const char *why = "";
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    printf("%d s, seed %llu\n", seconds, (unsigned long long)seed);
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    bool ok = storm(pty, folder, seconds, seed);
    ok = are_same(folder) && ok;
    if (ok) {
        pty_type(pty, "\033[27uq");
        if (pty_wait_for(pty, has_ended_or_asks, NULL) && !pty_has_ended(pty)) {
            pty_type(pty, "q");
        }
        int code = pty_wait_end(pty);
        ok = (code == 0 && pty_is_given_back(pty, &why)) || fail(pty, "it does not end well");
    }
    pty_close(pty);
    rmdir(folder);
    return ok ? 0 : 1;
}
