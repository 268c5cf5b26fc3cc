/* SPDX-License-Identifier: MIT */
#include "ui/app/exhibits.h"

#include "ui/app/actions.h"
#include "ui/panels/panel.h"

static void ask(struct app *app, enum exhibit exhibit, const struct exhibit_request *request)
{
    struct exhibit_request *asked = &app->asked[exhibit];
    if (request->is_shown == asked->is_shown &&
        (!request->is_shown || (request->rows == asked->rows && request->cols == asked->cols &&
                                request->place == asked->place &&
                                weight_choice_equal(&request->weight, &asked->weight)))) {
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
    for (int i = 0; i < PANEL_COUNT && app->trainer; i++) {
        const struct panel *panel = panel_at((enum panel_id)i);
        if (panel->room) {
            struct pen pen = actions_panel_pen(app, &none, (enum panel_id)i);
            struct exhibit_request request = {0};
            if (panel_offers(&app->frame.view, (enum panel_id)i)) {
                request = panel->room(&pen, &app->frame.view);
            }
            ask(app, panel->exhibit, &request);
        }
    }
}
