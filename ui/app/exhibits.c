/* SPDX-License-Identifier: MIT */
#include "ui/app/exhibits.h"

#include "ui/app/actions.h"
#include "ui/panels/attention.h"
#include "ui/panels/panel.h"
#include "ui/panels/samples.h"
#include "ui/panels/surface.h"
#include "ui/panels/writing.h"

/* Which panel an exhibit is for, and how much it has room for. */
static const struct {
    enum panel_id panel;
    struct exhibit_request (*room)(const struct pen *pen, const struct view *view);
} homes[EXHIBIT_COUNT] = {
    [EXHIBIT_SURFACE] = {PANEL_SURFACE, surface_room},
    [EXHIBIT_WRITING] = {PANEL_WRITING, writing_room},
    [EXHIBIT_SAMPLES] = {PANEL_SAMPLES, samples_room},
    [EXHIBIT_ATTENTION] = {PANEL_ATTENTION, attention_room},
};

static void ask(struct app *app, enum exhibit exhibit, const struct exhibit_request *request)
{
    struct exhibit_request *asked = &app->asked[exhibit];
    if (request->is_shown == asked->is_shown &&
        (!request->is_shown || (request->rows == asked->rows && request->cols == asked->cols &&
                                request->place == asked->place))) {
        return;
    }
    struct command command = {.kind = request->is_shown ? COMMAND_SHOW : COMMAND_HIDE,
                              .index = (int)exhibit,
                              .shown = *request};
    uint64_t number = trainer_send(app->trainer, &command);
    if (number) {
        app->n_sent = number;
        *asked = *request;
    }
}

void exhibits_request(struct app *app)
{
    struct grid none = {0};
    for (int i = 0; i < EXHIBIT_COUNT && app->trainer; i++) {
        if (homes[i].room) {
            struct pen pen = actions_panel_pen(app, &none, homes[i].panel);
            struct exhibit_request request = {0};
            if (panel_offers(&app->frame.view, homes[i].panel)) {
                request = homes[i].room(&pen, &app->frame.view);
            }
            ask(app, (enum exhibit)i, &request);
        }
    }
}
