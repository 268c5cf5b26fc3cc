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
#include "base/wake.h"
#include "session/recording.h"
#include "session/resume.h"
#include "strategies/table.h"
#include "tasks/dataset.h"
#include "tasks/suite.h"
#include "ui/app/actions.h"
#include "ui/app/ahead.h"
#include "ui/app/facts.h"
#include "ui/app/loader.h"
#include "ui/app/mouse.h"
#include "ui/app/playback.h"
#include "ui/app/preview.h"
#include "ui/app/recording.h"
#include "ui/app/say.h"
#include "ui/app/send.h"
#include "ui/app/still.h"
#include "ui/app/weight.h"
#include "ui/screen/message.h"
#include "ui/screen/present_curses.h"
#include "ui/screen/terminal.h"

/* Everything app_run owns. */
struct session {
    struct app app;
    const struct app_config *config;
    struct loader *loader;   /* until it has made the lab */
    struct preview *preview; /* until the lab has shown itself; NULL: nothing is shown before */
    struct ahead ahead;      /* what was typed until then */
    struct lab *lab;
    struct screen *screen;
    struct grid grid;
    int8_t *levels;
    struct heatmap_memory memory;
    enum color_depth depth;
    int fps;
    bool has_fixed_size;
};

enum { KEYS_MS = 100, FIRST_MS = 1 };
enum { LEVELS = 512 * 256, ECHO_MS = 12, END_MS = 200 };

bool app_is_possible(struct err *err)
{
    struct screen_entry entry;
    return terminal_check(STDIN_FILENO, STDOUT_FILENO, getenv("TERM"), err) &&
           screen_probe(NULL, &entry, err);
}

/* ---- drawing ---- */

/* Whoever is new has its beginning remembered; the heatmap is asked for anew where its panel or its
 * network has changed. */
static void follow_snapshot(struct app *app)
{
    struct view *view = &app->frame.view;
    const struct snapshot *snapshot = view->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        const struct learner_state *learner = &snapshot->learners[i];
        if (!app->starts[learner->slot].has || app->starts[learner->slot].id != learner->id) {
            app->starts[learner->slot].has = true;
            app->starts[learner->slot].id = learner->id;
            app->starts[learner->slot].params = learner->params;
            for (int k = 0; k < strategy_count(); k++) {
                app->starts[learner->slot].is_on[k] = learner->strategies[k].is_on;
            }
        }
    }
    if (still_follow(&app->memory, view)) {
        actions_request_map(app);
    }
    int n_parts = view_learner(view)->n_parts;
    if (view->map.part >= n_parts) {
        view->map.part = n_parts - 1;
        actions_request_map(app);
    }
}

/* Once for each time. */
static void say_saved(struct app *app, const struct saved *saved)
{
    if (saved->n != app->n_saved) {
        app->n_saved = saved->n;
        app_say(app, saved->has_failed, saved->text);
    }
}

static void forget_message(struct app *app)
{
    if (clock_ns() > app->message_until_ns) {
        app->frame.message[0] = '\0';
    }
}

/* What is to come; true if something of it can be drawn. */
static bool refresh_preview(struct session *session)
{
    double part = session->loader ? loader_part(session->loader) : 1;
    if (session->preview) {
        preview_show(session->preview, part, &session->app.frame.view);
    }
    forget_message(&session->app);
    return session->preview;
}

/* The lab takes the place of the preview, which may still be shown. */
static void show_lab(struct session *session)
{
    struct view *view = &session->app.frame.view;
    view->facts = &session->app.facts;
    view->timeline = &session->app.timeline;
    view->snapshot = NULL;
    view->loading = (struct loading){0};
}

/* Takes in what is new; true if there is a snapshot to draw. */
static bool refresh(struct session *session)
{
    struct app *app = &session->app;
    const struct snapshot *snapshot = app->player    ? playback_refresh(app)
                                      : app->trainer ? trainer_latest(app->trainer)
                                                     : NULL;
    if (!snapshot) {
        return refresh_preview(session);
    }
    if (session->preview) {
        show_lab(session);
        preview_destroy(session->preview);
        session->preview = NULL;
    }
    struct look look = {&app->frame.view, app->theme, app->glyphs};
    const struct look_state before = look_state(&look);
    if (!app->player) {
        timeline_read(&app->timeline, lab_journal(session->lab));
        timeline_see(&app->timeline, snapshot);
    }
    app->frame.view.snapshot = snapshot;
    leaving_follow(&app->leaving, clock_ns(), snapshot->step > 0);
    follow_snapshot(app);
    weight_follow(app);
    if (app->player) {
        playback_follow(app, &before);
    } else {
        recording_follow(app);
    }
    say_saved(app, &snapshot->saved);
    typing_follow(&app->typing, &app->frame.view, clock_ns());
    forget_message(app);
    return true;
}

static void apply_wishes(struct session *session)
{
    struct app *app = &session->app;
    if (app->wants_recording) {
        app->wants_recording = false;
        recording_toggle(app, session->lab);
    }
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

/* Where news of the trainer come from, and before of the loader; a recording has none. */
static int wake_fd_of(const struct session *session)
{
    return session->loader        ? loader_wake_fd(session->loader)
           : session->app.trainer ? trainer_wake_fd(session->app.trainer)
                                  : -1;
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
                           {.fd = wake_fd_of(session), .events = POLLIN}};
    if (poll(fds, 3, timeout_ms) <= 0) {
        return (struct heard){0};
    }
    if (fds[2].revents & POLLIN) {
        wake_drain(fds[2].fd);
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
    struct pollfd fd = {.fd = wake_fd_of(session), .events = POLLIN};
    while (app->trainer && clock_ns() < until) {
        const struct snapshot *snapshot = trainer_latest(app->trainer);
        if (snapshot && snapshot->n_commands >= app->n_sent) {
            return;
        }
        poll(&fd, 1, 4);
        wake_drain(fd.fd);
    }
}

/* True if there is a session that keys can do something to. */
static bool is_there(const struct session *session)
{
    return !session->loader && !session->preview && session->app.frame.view.snapshot;
}

static struct key next_key(struct session *session)
{
    return is_there(session) && ahead_has(&session->ahead) ? ahead_take(&session->ahead)
                                                           : screen_key(session->screen);
}

/* All keys that wait; true if there was one. */
static bool take_keys(struct session *session)
{
    bool any = false;
    struct key key;
    int64_t until =
        clock_ns() + (int64_t)KEYS_MS * 1000000; /* a flood of keys is not waited for one by one */
    while ((key = next_key(session)).press != PRESS_NONE) {
        uint64_t n_sent = session->app.n_sent;
        any = true;
        if (!is_there(session) && ahead_keep(&session->ahead, &session->app.frame.view, key)) {
            continue;
        }
        (key.press == PRESS_MOUSE ? mouse_click : actions_key)(&session->app, key);
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
    bool was_training = session->app.trainer && snapshot && snapshot->state == LAB_TRAINING;
    if (was_training) {
        trainer_send(session->app.trainer, &pause);
    }
    screen_suspend(session->screen);
    terminal_suspend();
    screen_resume(session->screen);
    if (was_training) {
        session->app.n_sent = trainer_send(session->app.trainer, &resume);
    }
    if (session->app.player) {
        playback_skip(&session->app);
    }
}

/* How long nothing needs to be drawn.  `is_stale`: something has happened since the last frame. */
static int frame_timeout(const struct session *session, int64_t next_frame_ns, bool is_stale)
{
    const struct snapshot *snapshot = session->app.frame.view.snapshot;
    const struct tape *tape = &session->app.frame.view.tape;
    bool is_awaited = session->loader || session->preview;
    bool is_still = is_awaited        ? true
                    : tape->is_played ? tape->is_paused
                                      : snapshot && snapshot->state != LAB_TRAINING;
    if (is_there(session) && ahead_has(&session->ahead)) {
        return 0;
    }
    if (is_still && !is_stale && !session->app.frame.view.is_typing) {
        return session->app.frame.message[0] != '\0' ? 500 : -1;
    }
    int64_t left = next_frame_ns - clock_ns();
    if (tape->is_played && tape->seconds >= tape->length && !is_stale) {
        return END_MS; /* it may still be being written */
    }
    return left > 0 ? (int)(left / 1000000) + 1 : 0;
}

/* ---- beginning and end ---- */

static bool open_screen(struct session *session, const struct app_config *config, struct err *err)
{
    struct app *app = &session->app;
    struct screen_entry entry;
    if (!screen_probe(NULL, &entry, err) || !terminal_guard(STDOUT_FILENO, err)) {
        return false;
    }
    struct depth_facts facts = {.option = config->color,
                                .no_color = getenv("NO_COLOR"),
                                .colorterm = getenv("COLORTERM"),
                                .colors = entry.colors,
                                .is_rgb = entry.is_rgb,
                                .has_tty = true};
    bool is_auto = !config->glyphs || strcmp(config->glyphs, "auto") == 0;
    app->glyphs = glyphs_find(is_auto ? terminal_glyphs(getenv("TERM")) : config->glyphs);
    app->theme = theme_find(config->theme ? config->theme : "dark");
    app->has_mouse = config->has_mouse;
    struct screen_config screen = {.depth = depth_detect(&facts),
                                   .theme = app->theme,
                                   .has_mouse = config->has_mouse,
                                   .out = terminal_out()};
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

/* Before the trainer has the lab. */
static bool record_from_the_start(struct session *session, const char *path, struct err *err)
{
    struct app *app = &session->app;
    struct snapshot *now = calloc(1, sizeof *now);
    if (!now) {
        return err_set(err, ERR_FAILED, "memory: no room for a snapshot");
    }
    lab_snapshot(session->lab, now);
    snprintf(app->record_path, sizeof app->record_path, "%s", path);
    bool ok = recording_begin_for(app, session->lab, now, err);
    free(now);
    return ok;
}

/* What the screen shows before there is anything. */
static void open_view(struct session *session)
{
    struct app *app = &session->app;
    app->frame.view = still_view(&app->facts);
    app->follow = follow_make(session->config->theme != NULL, true);
    app->frame.view.timeline = &app->timeline;
    app->frame.view.map_memory = &session->memory;
}

/* What can be said against it is said here, before the screen is taken. */
static bool begin_loading(struct session *session, struct err *err)
{
    const struct app_config *config = session->config;
    if ((config->resume && !resume_is_possible(config->resume, err)) ||
        (config->record && !recording_is_new(config->record, err))) {
        return false;
    }
    if (config->resume) {
        /* A damaged recording may be resumed nevertheless; nothing of it is shown before. */
        session->preview = preview_of_recording(config->resume, NULL);
    } else if (!(session->preview = preview_of_config(config->session, err))) {
        return false;
    }
    struct loader_config wanted = {config->session, config->resume, config->script, config->save};
    return (session->loader = loader_create(&wanted, err));
}

static bool open_session(struct session *session, struct err *err)
{
    const struct app_config *config = session->config;
    session->fps = config->fps > 0 ? config->fps : 30;
    session->levels = calloc(LEVELS, sizeof *session->levels);
    session->memory =
        (struct heatmap_memory){.level = session->levels, .capacity = session->levels ? LEVELS : 0};
    open_view(session);
    return config->play ? playback_open(&session->app, config->play, err)
                        : begin_loading(session, err);
}

/* How the data was read, if not quite as it stands. */
static void say_note(struct session *session)
{
    const struct notes *notes = &suite_dataset(lab_suite(session->lab))->notes;
    if (notes->n > 0) {
        app_say(&session->app, false, notes->line[0]);
    }
}

/* The session is there: it takes the place of its preview, and training begins. */
static bool adopt(struct session *session, struct loaded *loaded, struct err *err)
{
    struct app *app = &session->app;
    const struct app_config *config = session->config;
    session->lab = loaded->lab;
    app->facts = loaded->facts;
    app->timeline = loaded->timeline;
    app->speed_before_max = loaded->pace;
    loader_destroy(session->loader);
    session->loader = NULL;
    show_lab(session);
    if ((config->resume && !recording_resume(app, config->resume, session->lab, err)) ||
        (config->record && !record_from_the_start(session, config->record, err)) ||
        !(app->trainer = trainer_create(session->lab, err))) {
        return false;
    }
    say_note(session);
    actions_request_map(app);
    return true;
}

/* False and err if there will be no session. */
static bool take_loaded(struct session *session, struct err *err)
{
    struct loaded loaded;
    enum loader_state state =
        session->loader ? loader_take(session->loader, &loaded, err) : LOADER_BUSY;
    return state == LOADER_BUSY || (state == LOADER_DONE && adopt(session, &loaded, err));
}

/* A session that is there in a moment needs no other picture before. */
static bool wait_for_first(struct session *session, struct err *err)
{
    const struct app *app = &session->app;
    int64_t until = clock_ns() + (int64_t)FIRST_MS * 1000000;
    while (!app->player && clock_ns() < until && !(app->trainer && trainer_latest(app->trainer))) {
        wait_for_events(session, 1);
        if (!take_loaded(session, err)) {
            return false;
        }
    }
    return true;
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
        if (!take_loaded(session, err)) {
            return (int)err->code;
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

/* What was to be saved and is not: whoever has left does not see it on the screen. */
static void say_unsaved(const struct session *session)
{
    const char *path = session->config->save.path;
    struct err err = {0};
    if (session->lab && !lab_has_kept_wish(session->lab, &err)) {
        message_line("%s", err.msg);
    } else if (!session->lab && path && session->app.is_quitting) {
        message_line("--save: it was left before it began, so nothing was saved to %s", path);
    }
}

/* False if something was to be recorded and is not in the file.  The guard stays until the process
 * ends, so that there is no moment in which a signal would be its end before. */
static bool close_session(struct session *session)
{
    screen_close(session->screen);
    terminal_leave();
    loader_destroy(session->loader);
    trainer_destroy(session->app.trainer);
    bool is_recorded = recording_end(&session->app, session->lab);
    say_unsaved(session);
    playback_close(&session->app);
    preview_destroy(session->preview);
    timeline_fini(&session->app.timeline);
    lab_destroy(session->lab);
    grid_fini(&session->grid);
    free(session->levels);
    facts_fini(&session->app.facts);
    free(session);
    return is_recorded;
}

int app_run(const struct app_config *config, struct err *err)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session) {
        err_set(err, ERR_FAILED, "memory: no room for the live screen");
        return ERR_FAILED;
    }
    session->config = config;
    bool ok = open_session(session, err) && open_screen(session, config, err) &&
              resize(session, err) && wait_for_first(session, err);
    int code = ok ? loop(session, err) : (int)err->code;
    bool is_recorded = close_session(session);
    int stop = terminal_take().stop; /* it came while all was tidied up */
    return code ? code : !is_recorded ? ERR_FAILED : stop ? 128 + stop : 0;
}
