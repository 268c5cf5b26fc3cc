/* SPDX-License-Identifier: MIT */
#include "ui/app/app.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "strategies/table.h"
#include "ui/app/actions.h"
#include "ui/app/facts.h"
#include "ui/app/mouse.h"
#include "ui/screen/present_curses.h"
#include "ui/screen/terminal.h"

/* Everything app_run owns. */
struct session {
    struct app app;
    struct lab *lab;
    struct screen *screen;
    struct grid grid;
    int8_t *levels;
    struct heatmap_memory memory;
    enum color_depth depth;
    int fps;
    bool has_fixed_size;
};

enum { KEYS_MS = 100 };
enum { LEVELS = 512 * 256, ECHO_MS = 12, SECONDS_PER_TASK = 8 };

bool app_is_possible(struct err *err)
{
    struct screen_entry entry;
    return terminal_check(STDIN_FILENO, STDOUT_FILENO, getenv("TERM"), err) &&
           screen_probe(NULL, &entry, err);
}

/* ---- drawing ---- */

/* A round number at the end of the heat ramp that does not jump about: up at once, down when it is
 * far too large. */
static void follow_scale(struct view *view)
{
    double max = (double)view->snapshot->map.max;
    if (!isfinite(max) || max <= 0) {
        return;
    }
    const struct map_request *has = &view->snapshot->map.request, *wants = &view->map;
    bool is_other =
        has->layer != wants->layer || has->what != wants->what || has->since != wants->since;
    if (is_other || max > view->map_scale || max < view->map_scale * 0.3) {
        double power = pow(10, floor(log10(max)));
        double digits[] = {1, 1.5, 2, 3, 5, 7, 10};
        size_t i = 0;
        while (i < 6 && digits[i] * power < max) {
            i++;
        }
        view->map_scale = digits[i] * power;
    }
}

/* The end shows what is left; a new beginning remembers it, so that both can be compared. */
static void follow_end(struct app *app)
{
    struct view *view = &app->frame.view;
    bool is_ended = view->snapshot->state == LAB_ENDED;
    if (is_ended == app->had_end) {
        return;
    }
    app->had_end = view->has_summary = is_ended;
    if (is_ended) {
        struct metrics metrics = chronicle_metrics(&app->chronicle, view_track(view));
        view->has_previous = app->ending.has;
        view->previous_left = app->ending.left;
        view->previous_forgotten = app->ending.forgotten;
        snprintf(view->previous_with, sizeof view->previous_with, "%s", app->ending.with);
        app->ending.has = true;
        app->ending.left = metrics.average_accuracy;
        app->ending.forgotten = isfinite(metrics.forgetting) ? metrics.forgetting : 0;
        view_strategies_text(view, app->ending.with, sizeof app->ending.with);
    }
}

/* Whoever is new has its beginning remembered; where there is somebody to compare with, the curves
 * do. */
static void follow_learners(struct app *app)
{
    struct view *view = &app->frame.view;
    const struct snapshot *snapshot = view->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        const struct learner_state *learner = &snapshot->learners[i];
        if (!app->starts[learner->slot].has || app->starts[learner->slot].id != learner->id) {
            app->starts[learner->slot].has = true;
            app->starts[learner->slot].id = learner->id;
            app->starts[learner->slot].params = learner->params;
        }
    }
    if ((snapshot->n_learners > 1) != (app->n_learners > 1)) {
        view->compare = snapshot->n_learners > 1 ? COMPARE_AVERAGE : COMPARE_NOT;
    }
    if (snapshot->n_learners != app->n_learners) {
        app->n_learners = snapshot->n_learners;
        actions_request_map(app);
    }
    int n_layers = view_learner(view)->n_layers;
    if (view->map.layer >= n_layers) {
        view->map.layer = n_layers - 1;
        actions_request_map(app);
    }
}

/* Takes in what is new; true if there is a snapshot to draw. */
static bool refresh(struct session *session)
{
    struct app *app = &session->app;
    const struct snapshot *snapshot = trainer_latest(app->trainer);
    if (!snapshot) {
        return false;
    }
    chronicle_read(&app->chronicle, lab_journal(session->lab));
    app->frame.view.snapshot = snapshot;
    follow_learners(app);
    follow_scale(&app->frame.view);
    follow_end(app);
    if (clock_ns() > app->message_until_ns) {
        app->frame.message[0] = '\0';
    }
    return true;
}

static void apply_wishes(struct session *session)
{
    struct app *app = &session->app;
    if (app->wants_theme) {
        screen_theme(session->screen, app->theme);
        app->wants_redraw = true;
    }
    if (app->wants_mouse) {
        screen_mouse(session->screen, app->has_mouse);
    }
    if (app->wants_redraw) {
        screen_redraw(session->screen);
    }
    app->wants_theme = app->wants_mouse = app->wants_redraw = false;
}

static void draw(struct session *session)
{
    struct app *app = &session->app;
    int cursor[2];
    if (!refresh(session)) {
        return;
    }
    apply_wishes(session);
    frame_draw(&app->frame, &session->grid, app->glyphs, theme_depth(app->theme, session->depth),
               cursor);
    screen_cursor(session->screen, cursor[0], cursor[1]);
    screen_show(session->screen, &session->grid);
}

static bool resize(struct session *session, struct err *err)
{
    struct app *app = &session->app;
    if (!session->has_fixed_size) {
        terminal_size(STDOUT_FILENO, &app->cols, &app->rows);
        screen_resize(session->screen, app->cols, app->rows);
    }
    if (!grid_resize(&session->grid, app->cols, app->rows, err)) {
        return false;
    }
    session->memory.w = session->memory.h = 0;
    actions_request_map(app);
    return true;
}

/* ---- the loop ---- */

static void drain_pipe(int fd)
{
    char bytes[64];
    while (read(fd, bytes, sizeof bytes) > 0) {
    }
}

/* What a wait ended with; nothing of it after a mere timeout. */
struct heard {
    bool has_news; /* the trainer has published what was asked for */
    bool is_gone;  /* the terminal does not exist any more */
};

/* Waits until something happens or `timeout_ms` are over (-1: for ever). */
static struct heard wait_for_events(const struct session *session, int timeout_ms)
{
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = terminal_wake_fd(), .events = POLLIN},
                           {.fd = trainer_wake_fd(session->app.trainer), .events = POLLIN}};
    if (poll(fds, 3, timeout_ms) <= 0) {
        return (struct heard){0};
    }
    if (fds[2].revents & POLLIN) {
        drain_pipe(fds[2].fd);
    }
    return (struct heard){.has_news = fds[2].revents != 0,
                          .is_gone = fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)};
}

/* After a key: a moment for the trainer to carry out what was sent, so that the picture shows
 * it. */
static void wait_for_echo(struct session *session)
{
    struct app *app = &session->app;
    int64_t until = clock_ns() + ECHO_MS * 1000000;
    struct pollfd fd = {.fd = trainer_wake_fd(app->trainer), .events = POLLIN};
    while (clock_ns() < until) {
        const struct snapshot *snapshot = trainer_latest(app->trainer);
        if (snapshot && snapshot->n_commands >= app->n_sent) {
            return;
        }
        poll(&fd, 1, 4);
        drain_pipe(fd.fd);
    }
}

/* All keys that wait; true if there was one. */
static bool take_keys(struct session *session)
{
    bool any = false;
    struct key key;
    int64_t until =
        clock_ns() + (int64_t)KEYS_MS * 1000000; /* a flood of keys is not waited for one by one */
    while ((key = screen_key(session->screen)).press != PRESS_NONE) {
        uint64_t n_sent = session->app.n_sent;
        if (session->app.frame.view.snapshot) {
            (key.press == PRESS_MOUSE ? mouse_click : actions_key)(&session->app, key);
        } else if (key.press == PRESS_CHAR && key.ch == 'q') {
            session->app.is_quitting = true;
        }
        any = true;
        /* The next key must start from what this one brought about: three + are three steps up. */
        if (session->app.n_sent != n_sent && clock_ns() < until) {
            wait_for_echo(session);
            refresh(session);
        }
    }
    return any;
}

static void suspend(struct session *session)
{
    struct command pause = {.kind = COMMAND_PAUSE}, resume = {.kind = COMMAND_RESUME};
    const struct snapshot *snapshot = session->app.frame.view.snapshot;
    bool was_training = snapshot && snapshot->state == LAB_TRAINING;
    if (was_training) {
        trainer_send(session->app.trainer, &pause);
    }
    screen_suspend(session->screen);
    terminal_suspend();
    screen_resume(session->screen);
    if (was_training) {
        session->app.n_sent = trainer_send(session->app.trainer, &resume);
    }
}

/* How long nothing needs to be drawn.  `is_stale`: something has happened since the last frame. */
static int frame_timeout(const struct session *session, int64_t next_frame_ns, bool is_stale)
{
    const struct snapshot *snapshot = session->app.frame.view.snapshot;
    if (snapshot && snapshot->state != LAB_TRAINING && !is_stale) {
        return session->app.frame.message[0] != '\0' ? 500 : -1;
    }
    int64_t left = next_frame_ns - clock_ns();
    return left > 0 ? (int)(left / 1000000) + 1 : 0;
}

/* Returns 0, 128 + signal, or the code of err. */
static int loop(struct session *session, struct err *err)
{
    int64_t next_frame_ns = 0;
    bool is_stale = false;
    draw(session);
    while (!session->app.is_quitting) {
        struct heard heard =
            wait_for_events(session, frame_timeout(session, next_frame_ns, is_stale));
        struct terminal_events events = terminal_take();
        if (events.stop) {
            return 128 + events.stop;
        }
        if (events.is_suspend) {
            suspend(session);
        }
        if ((events.is_resized || events.is_resumed || events.is_suspend) &&
            !resize(session, err)) {
            return (int)err->code;
        }
        if (events.is_resumed) {
            screen_redraw(session->screen);
        }
        if (take_keys(session)) {
            wait_for_echo(session);
            next_frame_ns = 0;
        } else if (heard.is_gone) {
            return 128 + SIGHUP;
        }
        is_stale = is_stale || heard.has_news || events.is_resumed;
        if (clock_ns() >= next_frame_ns || events.is_resized) {
            draw(session);
            next_frame_ns = clock_ns() + 1000000000 / session->fps;
            is_stale = false;
        }
    }
    return 0;
}

/* ---- beginning and end ---- */

static bool open_screen(struct session *session, const struct app_config *config, struct err *err)
{
    struct app *app = &session->app;
    struct screen_entry entry;
    if (!screen_probe(NULL, &entry, err) || !terminal_guard(STDIN_FILENO, err)) {
        return false;
    }
    struct depth_facts facts = {.option = config->color,
                                .no_color = getenv("NO_COLOR"),
                                .colorterm = getenv("COLORTERM"),
                                .colors = entry.colors,
                                .is_rgb = entry.is_rgb,
                                .has_tty = true};
    bool is_auto = !config->glyphs || strcmp(config->glyphs, "auto") == 0;
    app->glyphs = glyphs_find(!is_auto ? config->glyphs : terminal_is_utf8() ? "braille" : "ascii");
    app->theme = theme_find(config->theme ? config->theme : "dark");
    app->has_mouse = config->has_mouse;
    struct screen_config screen = {
        .depth = depth_detect(&facts), .theme = app->theme, .has_mouse = config->has_mouse};
    session->screen = screen_open(&screen, err);
    if (!session->screen) {
        return false;
    }
    session->depth = screen_depth(session->screen);
    session->has_fixed_size = config->cols > 0;
    app->cols = config->cols;
    app->rows = config->rows;
    return true;
}

/* The strategy to explain at first: one that is on, else EWC. */
static int first_on(const struct config *session)
{
    uint32_t on = session->learners[0].on;
    return on ? __builtin_ctz(on) : strategy_find("ewc");
}

static bool open_session(struct session *session, const struct app_config *config, struct err *err)
{
    struct app *app = &session->app;
    struct lab_options options = {.script = config->script, .keeps_history = true};
    session->lab = lab_create(config->session, &options, err);
    if (!session->lab) {
        return false;
    }
    /* x1: a task takes about eight seconds, so that a class can follow. */
    long steps = lab_total_steps(session->lab) / suite_n_stages(lab_suite(session->lab));
    double pace = fmax(round((double)steps / SECONDS_PER_TASK), 1);
    struct command speed = {.kind = COMMAND_SPEED, .speed = pace};
    lab_apply(session->lab, &speed, NULL);
    app->speed_before_max = pace;
    if (!facts_init(&app->facts, session->lab, err) ||
        !chronicle_init(&app->chronicle, app->facts.n_tasks, err)) {
        return false;
    }
    session->fps = config->fps > 0 ? config->fps : 30;
    session->levels = calloc(LEVELS, sizeof *session->levels);
    session->memory =
        (struct heatmap_memory){.level = session->levels, .capacity = session->levels ? LEVELS : 0};
    app->frame.view = (struct view){.facts = &app->facts,
                                    .chronicle = &app->chronicle,
                                    .focus = PANEL_KNOBS,
                                    .map = {.since = MAP_SINCE_TASK, .step = MAP_STEP_NOW},
                                    .map_scale = 0.01,
                                    .map_memory = &session->memory,
                                    .strategy = first_on(config->session),
                                    .knob = PARAM_LR};
    app->trainer = trainer_create(session->lab, err);
    return app->trainer != NULL;
}

static void close_session(struct session *session)
{
    screen_close(session->screen);
    terminal_release();
    trainer_destroy(session->app.trainer);
    chronicle_fini(&session->app.chronicle);
    lab_destroy(session->lab);
    grid_fini(&session->grid);
    free(session->levels);
    facts_fini(&session->app.facts);
    free(session);
}

int app_run(const struct app_config *config, struct err *err)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session) {
        err_set(err, ERR_FAILED, "memory: no room for the live screen");
        return ERR_FAILED;
    }
    bool ok = open_session(session, config, err) && open_screen(session, config, err) &&
              resize(session, err);
    int code = ok ? loop(session, err) : (int)err->code;
    close_session(session);
    return code;
}
