/* SPDX-License-Identifier: MIT */
#include "lab/trainer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"
#include "base/wake.h"
#include "lab/channel.h"
#include "lab/handover.h"

enum {
    QUEUE_MAX = 256,
    PUBLISH_NS = 33000000, /* between snapshots while training */
    SLEEP_NS = 50000000,   /* the longest nap while there is something to do */
    WORK_NS = 4000000      /* the longest that a command waits for steps, about */
};

struct trainer {
    struct lab *lab;
    pthread_t thread;
    struct channel *channel;
    struct wake wake; /* the reader */

    pthread_mutex_t lock; /* guards the queue */
    pthread_cond_t changed;
    struct command queue[QUEUE_MAX];
    int first, n;
    uint64_t n_sent;
    atomic_bool has_work; /* commands wait, or it is time to end: looked at without the lock between
                             two pieces of work, which take about WORK_NS */
    bool is_ending;       /* under the lock */

    uint64_t n_taken;                      /* off the queue and carried out; thread's own */
    int64_t next_step_ns, next_publish_ns; /* thread's own */
};

static void publish(struct trainer *trainer)
{
    struct snapshot *draft = channel_draft(trainer->channel);
    lab_snapshot(trainer->lab, draft);
    draft->n_commands = trainer->n_taken; /* the script's are no answer to anybody */
    handover_offer(lab_handover(trainer->lab), draft);
    channel_publish(trainer->channel);
    trainer->next_publish_ns = clock_ns() + PUBLISH_NS;
}

/* Takes the next command off the queue; false if there is none. */
static bool take_command(struct trainer *trainer, struct command *command, bool *is_ending)
{
    pthread_mutex_lock(&trainer->lock);
    *is_ending = trainer->is_ending;
    bool has = trainer->n > 0 && !trainer->is_ending;
    if (has) {
        *command = trainer->queue[trainer->first];
        trainer->first = (trainer->first + 1) % QUEUE_MAX;
        trainer->n--;
    }
    if (trainer->n == 0 && !trainer->is_ending) {
        atomic_store_explicit(&trainer->has_work, false, memory_order_relaxed);
    }
    pthread_mutex_unlock(&trainer->lock);
    return has;
}

/* Carries out what waits in the queue; false when it is time to end. */
static bool drain(struct trainer *trainer)
{
    /* Relaxed: a hint; the queue itself is under the lock. */
    if (!atomic_load_explicit(&trainer->has_work, memory_order_relaxed)) {
        return true;
    }
    struct command command;
    bool is_ending = false, did_any = false;
    while (take_command(trainer, &command, &is_ending)) {
        lab_apply(trainer->lab, &command, NULL);
        trainer->n_taken++;
        did_any = true;
    }
    if (did_any) {
        trainer->next_step_ns = clock_ns(); /* a changed pace holds at once */
        publish(trainer);
        wake_up(&trainer->wake);
    }
    return !is_ending;
}

/* Sleeps until `until` or until something is put into the queue. */
static void sleep_until(struct trainer *trainer, int64_t until)
{
    pthread_mutex_lock(&trainer->lock);
    while (trainer->n == 0 && !trainer->is_ending &&
           thread_wait_until(&trainer->lock, &trainer->changed, until)) {
    }
    pthread_mutex_unlock(&trainer->lock);
}

/* The steps that are due by now, as many as fit into a short while. */
static long steps_due(const struct trainer *trainer, double speed, int64_t now)
{
    long fit = lab_steps_within(trainer->lab, WORK_NS);
    if (speed <= 0) {
        return fit;
    }
    double due = 1 + (double)(now - trainer->next_step_ns) * 1e-9 * speed;
    return due < (double)fit ? (long)due : fit;
}

/* Steps when they are due; keeps the pace without ever running after lost time. */
static void train(struct trainer *trainer)
{
    double speed = lab_speed(trainer->lab);
    int64_t now = clock_ns();
    if (speed > 0 && now < trainer->next_step_ns) {
        sleep_until(trainer, trainer->next_step_ns);
        return;
    }
    long before_step = lab_steps_done(trainer->lab);
    enum lab_state before = lab_state(trainer->lab);
    enum lab_state after = lab_advance(trainer->lab, steps_due(trainer, speed, now));
    if (speed > 0) {
        int64_t period = (int64_t)(1e9 / speed);
        long done = lab_steps_done(trainer->lab) - before_step;
        trainer->next_step_ns += (done > 1 ? done : 1) * period;
        if (trainer->next_step_ns < now - SLEEP_NS) {
            trainer->next_step_ns = now + period;
        }
    }
    if (after != before) {
        publish(trainer);
        wake_up(&trainer->wake);
    } else if (clock_ns() >= trainer->next_publish_ns) {
        publish(trainer);
    }
}

static void *run(void *argument)
{
    struct trainer *trainer = argument;
    trainer->next_step_ns = clock_ns();
    publish(trainer);
    wake_up(&trainer->wake);
    while (drain(trainer)) {
        if (lab_state(trainer->lab) == LAB_TRAINING) {
            train(trainer);
        } else {
            sleep_until(trainer, clock_ns() + (int64_t)3600 * 1000000000);
        }
    }
    lab_hand_over(trainer->lab, true);
    return NULL;
}

/* While steps are taken again the screen sees how far it is, and a person may leave. */
static bool goes_on(void *context, double part)
{
    (void)part; /* the lab's snapshot says it */
    struct trainer *trainer = context;
    publish(trainer);
    wake_up(&trainer->wake); /* it may be waiting for ever, in a pause */
    pthread_mutex_lock(&trainer->lock);
    bool is_ending = trainer->is_ending;
    pthread_mutex_unlock(&trainer->lock);
    return !is_ending;
}

static bool start(struct trainer *trainer, struct err *err)
{
    thread_init_waiting(&trainer->lock, &trainer->changed);
    lab_set_watch(trainer->lab, &(struct watch){goes_on, trainer});
    if (!thread_start(&trainer->thread, run, trainer, err)) {
        thread_fini_waiting(&trainer->lock, &trainer->changed);
        return false;
    }
    return true;
}

struct trainer *trainer_create(struct lab *lab, struct err *err)
{
    struct trainer *trainer = calloc(1, sizeof *trainer);
    if (!trainer) {
        err_set(err, ERR_FAILED, "memory: no room for the trainer");
        return NULL;
    }
    trainer->lab = lab;
    trainer->wake = (struct wake){{-1, -1}};
    bool ok = (trainer->channel = channel_create(err)) && wake_open(&trainer->wake, err);
    if (!ok || !start(trainer, err)) {
        wake_close(&trainer->wake);
        channel_destroy(trainer->channel);
        free(trainer);
        return NULL;
    }
    return trainer;
}

void trainer_destroy(struct trainer *trainer)
{
    if (!trainer) {
        return;
    }
    pthread_mutex_lock(&trainer->lock);
    trainer->is_ending = true;
    atomic_store_explicit(&trainer->has_work, true, memory_order_relaxed);
    pthread_cond_signal(&trainer->changed);
    pthread_mutex_unlock(&trainer->lock);
    pthread_join(trainer->thread, NULL);
    thread_fini_waiting(&trainer->lock, &trainer->changed);
    wake_close(&trainer->wake);
    channel_destroy(trainer->channel);
    free(trainer);
}

uint64_t trainer_send(struct trainer *trainer, const struct command *command)
{
    uint64_t number = 0;
    pthread_mutex_lock(&trainer->lock);
    if (trainer->n < QUEUE_MAX) {
        trainer->queue[(trainer->first + trainer->n) % QUEUE_MAX] = *command;
        trainer->n++;
        number = ++trainer->n_sent;
        atomic_store_explicit(&trainer->has_work, true, memory_order_relaxed);
        pthread_cond_signal(&trainer->changed);
    }
    pthread_mutex_unlock(&trainer->lock);
    return number;
}

const struct snapshot *trainer_latest(struct trainer *trainer)
{
    return channel_latest(trainer->channel);
}

int trainer_wake_fd(const struct trainer *trainer)
{
    return trainer->wake.fd[0];
}
