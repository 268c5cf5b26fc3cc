/* SPDX-License-Identifier: MIT */
#include "ui/app/loader.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"
#include "base/wake.h"
#include "session/resume.h"
#include "ui/app/facts.h"

enum { PARTS = 1000 };
static const int64_t TELL_NS = 40000000; /* between two news of how much is done */

struct loader {
    struct loader_config config;
    pthread_t thread;
    struct wake wake;
    atomic_bool is_left;   /* nobody waits any more */
    atomic_bool has_ended; /* stored with release when all below is written, read with acquire */
    atomic_int part;       /* of PARTS, -1 = not known */
    int64_t told_ns;       /* thread's own */
    bool is_joined;        /* UI's own */
    bool is_there;
    struct loaded loaded;
    struct err err;
};

static bool goes_on(void *context, double part)
{
    struct loader *loader = context;
    int64_t now = clock_ns();
    /* Relaxed: numbers by themselves, which bring nothing with them. */
    atomic_store_explicit(&loader->part, (int)(part * PARTS), memory_order_relaxed);
    if (now - loader->told_ns >= TELL_NS) {
        loader->told_ns = now;
        wake_up(&loader->wake);
    }
    return !atomic_load_explicit(&loader->is_left, memory_order_relaxed);
}

static bool open_lab(struct loader *loader, const struct watch *watch, struct err *err)
{
    const struct loader_config *config = &loader->config;
    struct loaded *loaded = &loader->loaded;
    struct lab_options options = {.script = config->script,
                                  .keeps_history = true,
                                  .can_be_taught = true,
                                  .save = config->save,
                                  .watch = watch};
    if (config->resume) {
        loaded->lab = resume_open(config->resume, watch, &loaded->pace, err);
        return loaded->lab;
    }
    loaded->lab = lab_create(config->session, &options, err);
    if (loaded->lab) {
        loaded->pace = facts_pace(loaded->lab);
        lab_apply(loaded->lab, &(struct command){.kind = COMMAND_SPEED, .speed = loaded->pace},
                  NULL);
    }
    return loaded->lab;
}

static void *run(void *argument)
{
    struct loader *loader = argument;
    struct loaded *loaded = &loader->loaded;
    struct watch watch = {goes_on, loader};
    loader->is_there =
        open_lab(loader, &watch, &loader->err) &&
        facts_init(&loaded->facts, loaded->lab, &loader->err) &&
        timeline_init(&loaded->timeline, suite_n_tasks(lab_suite(loaded->lab)), &loader->err);
    if (loader->is_there) {
        timeline_know(&loaded->timeline, lab_config(loaded->lab));
    }
    if (loader->is_there && loader->config.resume) {
        loaded->facts.pace = loaded->pace;
    }
    atomic_store_explicit(&loader->has_ended, true, memory_order_release); /* see loader_take */
    wake_up(&loader->wake);
    return NULL;
}

struct loader *loader_create(const struct loader_config *config, struct err *err)
{
    struct loader *loader = calloc(1, sizeof *loader);
    if (!loader) {
        err_set(err, ERR_FAILED, "memory: no room to load a session");
        return NULL;
    }
    loader->config = *config;
    loader->part = -1;
    loader->wake = (struct wake){{-1, -1}};
    if (!wake_open(&loader->wake, err) || !thread_start(&loader->thread, run, loader, err)) {
        wake_close(&loader->wake);
        free(loader);
        return NULL;
    }
    return loader;
}

double loader_part(const struct loader *loader)
{
    int part = atomic_load_explicit(&loader->part, memory_order_relaxed);
    return part < 0 ? (double)NAN : (double)part / PARTS;
}

static void join(struct loader *loader)
{
    if (!loader->is_joined) {
        pthread_join(loader->thread, NULL);
        loader->is_joined = true;
    }
}

enum loader_state loader_take(struct loader *loader, struct loaded *loaded, struct err *err)
{
    if (!atomic_load_explicit(&loader->has_ended, memory_order_acquire)) { /* see run */
        return LOADER_BUSY;
    }
    join(loader);
    if (!loader->is_there) {
        err_set(err, loader->err.code, "%s", loader->err.msg);
        return LOADER_FAILED;
    }
    *loaded = loader->loaded;
    loader->loaded = (struct loaded){0};
    return LOADER_DONE;
}

int loader_wake_fd(const struct loader *loader)
{
    return loader->wake.fd[0];
}

void loader_destroy(struct loader *loader)
{
    if (!loader) {
        return;
    }
    atomic_store_explicit(&loader->is_left, true, memory_order_relaxed);
    join(loader);
    loaded_fini(&loader->loaded);
    wake_close(&loader->wake);
    free(loader);
}

void loaded_fini(struct loaded *loaded)
{
    timeline_fini(&loaded->timeline);
    facts_fini(&loaded->facts); /* borrows from the lab */
    lab_destroy(loaded->lab);
    *loaded = (struct loaded){0};
}
