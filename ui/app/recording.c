/* SPDX-License-Identifier: MIT */
#include "ui/app/recording.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "net/blas.h"
#include "session/recorder.h"
#include "ui/app/say.h"
#include "ui/screen/message.h"

static void name_by_time(char *path, size_t size)
{
    time_t now = time(NULL);
    struct tm tm;
    localtime_r(&now, &tm);
    strftime(path, size, "oubli-%Y%m%d-%H%M%S.oubli", &tm);
}

bool recording_begin_for(struct app *app, const struct lab *lab, const struct snapshot *now,
                         struct err *err)
{
    app->looked = (struct look_state){0};
    if (app->record_path[0] == '\0') {
        name_by_time(app->record_path, sizeof app->record_path);
    }
    const struct suite *suite = lab_suite(lab);
    struct recording_facts facts = {.version = OUBLI_VERSION,
                                    .build = OUBLI_BUILD,
                                    .blas_core = blas_core(),
                                    .cols = app->cols,
                                    .rows = app->rows,
                                    .pace = app->facts.pace,
                                    .n_inputs = suite_n_features(suite),
                                    .n_symbols = suite_dataset(suite)->n_symbols,
                                    .n_outputs = suite_n_outputs(suite),
                                    .gallery = app->facts.gallery,
                                    .task_names = app->facts.task_names,
                                    .n_tasks = suite_n_tasks(suite)};
    app->recorder = recorder_create(app->record_path, lab, &facts, app->facts.net, now, err);
    app->frame.view.tape.is_recording = app->recorder != NULL;
    app->frame.view.tape.has_failed = false;
    return app->recorder != NULL;
}

bool recording_resume(struct app *app, const char *path, const struct lab *lab, struct err *err)
{
    app->recorder = recorder_resume(path, lab, err);
    app->frame.view.tape.is_recording = app->recorder != NULL;
    return app->recorder != NULL;
}

void recording_toggle(struct app *app, const struct lab *lab)
{
    struct err err = {0};
    char text[RECORD_PATH_MAX + 80];
    if (app->player) {
        app_say(app, false, "this is a recording already");
    } else if (app->recorder) {
        snprintf(text, sizeof text, "recorded into *%s*: oubli play shows it again",
                 recorder_path(app->recorder));
        bool ok = recorder_finish(app->recorder, NULL, &err);
        app->recorder = NULL;
        app->frame.view.tape.is_recording = false;
        app_say(app, !ok, ok ? text : err.msg);
    } else if (recording_begin_for(app, lab, app->frame.view.snapshot, &err)) {
        snprintf(text, sizeof text, "recording into *%s*, from the beginning; *r* ends it",
                 app->record_path);
        app_say(app, false, text);
    } else {
        app_say(app, true, err.msg);
    }
}

/* What is looked at is recorded, too, as the lines that would do it. */
static void follow_view(struct app *app)
{
    struct look look = {&app->frame.view, app->theme, app->glyphs};
    const struct look_state now = look_state(&look);
    char line[2 * LOOK_ARGUMENT_MAX];
    for (int i = 0; look_commands()[i].usage; i++) {
        if (strcmp(now.argument[i], app->looked.argument[i]) != 0) {
            recorder_view(app->recorder, look_format(&now, i, line, sizeof line));
        }
    }
    app->looked = now;
}

void recording_follow(struct app *app)
{
    struct err err = {0};
    if (!app->recorder) {
        return;
    }
    follow_view(app);
    if (recorder_has_failed(app->recorder, &err) && !app->frame.view.tape.has_failed) {
        app->frame.view.tape.is_recording = false;
        app->frame.view.tape.has_failed = true;
        app_say(app, true, err.msg);
    }
}

bool recording_end(struct app *app, struct lab *lab)
{
    struct err err = {0};
    if (!app->recorder) {
        return true;
    }
    char path[RECORD_PATH_MAX];
    snprintf(path, sizeof path, "%s", recorder_path(app->recorder));
    bool ok = recorder_finish(app->recorder, lab, &err);
    app->recorder = NULL;
    if (ok) {
        message_line("recorded into %s; oubli play shows it again", path);
    } else {
        message_line("%s", err.msg);
    }
    return ok;
}
