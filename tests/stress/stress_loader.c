/* SPDX-License-Identifier: MIT
 * The loader, left at random moments or waited for, while it reads texts, pictures and a table. A
 * plain program, because the unit test runner cannot run under ThreadSanitizer.  Exit code 0 = all
 * held. */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/wake.h"
#include "lab/trainer.h"
#include "ui/app/loader.h"
#include "ui/bench/images.h"

enum { ROUNDS = 60, PATIENCE_MS = 20000, TABLE_ROWS = 4000 };

static void fail(const char *what)
{
    fprintf(stderr, "stress_loader: %s\n", what);
    exit(1);
}

static void write_table(char *path)
{
    FILE *file = fdopen(mkstemp(path), "w");
    for (int i = 0; file && i < TABLE_ROWS; i++) {
        fprintf(file, "%d,%d,%d,%c\n", i, i * 7 % 91, i * i % 17, i % 3 ? 'a' : 'b');
    }
    if (!file || fclose(file) != 0) {
        fail("no table");
    }
}

/* Somebody who looks now and then, as the screen does, until `until`; true if it is there. */
static bool wait_until(struct loader *loader, struct loaded *loaded, int64_t until)
{
    struct err err = {0};
    struct pollfd fd = {.fd = loader_wake_fd(loader), .events = POLLIN};
    enum loader_state state = LOADER_BUSY;
    while (state == LOADER_BUSY && clock_ns() < until) {
        double part = loader_part(loader);
        if (!isnan(part) && !(part >= 0 && part <= 1)) {
            fail("a part that is none");
        }
        poll(&fd, 1, 1);
        wake_drain(fd.fd);
        state = loader_take(loader, loaded, &err);
    }
    if (state == LOADER_FAILED) {
        fail(err.msg);
    }
    return state == LOADER_DONE;
}

/* What is there trains in another thread, as it is. */
static void use(struct loaded *loaded)
{
    struct err err = {0};
    struct trainer *trainer = trainer_create(loaded->lab, &err);
    if (!trainer) {
        fail(err.msg);
    }
    poll(NULL, 0, 2);
    trainer_destroy(trainer);
    loaded_fini(loaded);
}

static void round_of(struct rng *rng, const char *data, bool is_waited_for)
{
    struct err err = {0};
    struct config config = config_default();
    struct loaded loaded = {0};
    config.data = data;
    struct loader *loader = loader_create(&(struct loader_config){.session = &config}, &err);
    if (!loader) {
        fail(err.msg);
    }
    int64_t patience = is_waited_for ? PATIENCE_MS * INT64_C(1000000)
                                     : (int64_t)(30e6 * rng_unit(rng) * rng_unit(rng));
    bool is_there = wait_until(loader, &loaded, clock_ns() + patience);
    if (is_waited_for && !is_there) {
        fail("it is not there within 20 s");
    }
    loader_destroy(loader);
    if (is_there) {
        use(&loaded);
    }
}

int main(void)
{
    struct err err = {0};
    struct rng rng = rng_stream(11, 1);
    char folder[BENCH_FOLDER_MAX], table[] = "/tmp/oubli-stress-XXXXXX";
    if (!bench_images_write(folder, 6000, 1000, &err)) {
        fail(err.msg);
    }
    write_table(table);
    const char *const data[] = {"digits", "text", folder, table};
    for (int i = 0; i < ROUNDS; i++) {
        round_of(&rng, data[i % 4], i < 8);
    }
    bench_images_remove(folder);
    unlink(table);
    puts("stress_loader: 60 rounds held");
    return 0;
}
