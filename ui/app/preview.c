/* SPDX-License-Identifier: MIT */
#include "ui/app/preview.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/timeline.h"
#include "session/player.h"
#include "strategies/table.h"
#include "tasks/clean.h"
#include "tasks/text.h"
#include "ui/app/facts.h"
#include "ui/app/still.h"

enum { TASKS_USUAL = 5, TASKS_LEAST = 2, NAME_SIZE = 64 };

struct preview {
    struct facts facts;
    struct timeline timeline;
    struct snapshot snapshot;
    char data[NAME_SIZE], suite[NAME_SIZE], detail[2 * NAME_SIZE];
    struct loading loading;
};

void preview_destroy(struct preview *preview)
{
    if (preview) {
        timeline_fini(&preview->timeline);
        free(preview);
    }
}

static struct preview *make(const struct config *config, const char *word, struct err *err)
{
    struct preview *preview = calloc(1, sizeof *preview);
    if (!preview) {
        err_set(err, ERR_FAILED, "memory: no room for the screen");
        return NULL;
    }
    clean_copy(preview->data, sizeof preview->data, facts_data_name(config->data));
    clean_copy(preview->suite, sizeof preview->suite, config->suite ? config->suite : "");
    preview->facts = (struct facts){
        .data = preview->data, .suite = preview->suite, .seed = config->seed, .pace = 1};
    preview->loading = (struct loading){
        .is_on = true, .word = word, .detail = preview->detail, .part = (double)NAN};
    return preview;
}

/* ---- of a config ---- */

/* Of files only the files know what is in them. */
static bool is_file(const struct config *config, const struct dataset_kind *kind)
{
    return kind->form != DATA_PLANE && strcmp(config->data, kind->name) != 0;
}

/* As many tasks as the suite will have (suite.h) where nobody has said a number; 0 where that is
 * only known when the data is there. */
static int usual_tasks(const struct config *config, const struct dataset_kind *kind)
{
    const char *texts = config->reading.text[READING_TEXTS];
    if (kind->form == DATA_TEXT) {
        return texts                                                         ? text_count(texts)
               : config->suite && strcmp(config->suite, "conversation") == 0 ? TEXT_SEASONS
                                                                             : TEXT_USUAL;
    }
    if (kind->form == DATA_FEATURES) {
        return SUITE_PARTS_USUAL;
    }
    if (strcmp(config->suite, "split") == 0) {
        bool has_two = kind->form == DATA_PLANE && strcmp(kind->suite, "split") != 0; /* classes */
        return is_file(config, kind) ? 0 : has_two ? TASKS_LEAST : TASKS_USUAL;
    }
    return TASKS_USUAL;
}

static void set_learner(struct learner_state *learner, const struct learner_config *config, int i)
{
    *learner = (struct learner_state){.id = i,
                                      .slot = i,
                                      .parent = -1,
                                      .params = config->params,
                                      .rate = config->params.value[PARAM_LR],
                                      .loss = (double)NAN};
    snprintf(learner->name, sizeof learner->name, "%s", config->name);
    for (int k = 0; k < strategy_count(); k++) {
        learner->strategies[k].is_on = (config->on >> k) & 1u;
        learner->strategies[k].is_observed = (config->observed >> k) & 1u;
        learner->strategies[k].gauge = (double)NAN;
    }
}

/* What is loaded, in a few words. */
static void describe(struct preview *preview, const struct config *config,
                     const struct dataset_kind *kind)
{
    const char *of_file = kind->form == DATA_IMAGES ? "a folder of pictures" : "a table of numbers";
    const char *text = is_file(config, kind)                 ? of_file
                       : config->reading.text[READING_TEXTS] ? "texts from files"
                       : kind->form == DATA_PLANE ? "points in the plane, made from the seed"
                                                  : kind->summary;
    snprintf(preview->detail, sizeof preview->detail, "%.*s", (int)strcspn(text, ";"), text);
    if (!is_file(config, kind)) {
        snprintf(preview->data, sizeof preview->data, "%s", kind->name);
    }
}

static void fill(struct preview *preview, const struct config *config,
                 const struct dataset_kind *kind)
{
    int n = config->n_tasks > 0 ? config->n_tasks : usual_tasks(config, kind);
    bool is_in_turn = strcmp(config->suite, "repeat") == 0;
    preview->facts.form = kind->form;
    preview->facts.n_tasks = is_in_turn ? TASKS_LEAST : n;
    preview->snapshot = (struct snapshot){.n_stages = n,
                                          .planned = 1,
                                          .taken_again = (double)NAN,
                                          .consolidated = (double)NAN,
                                          .n_learners = config->n_learners};
    for (int i = 0; i < config->n_learners; i++) {
        set_learner(&preview->snapshot.learners[i], &config->learners[i], i);
    }
    describe(preview, config, kind);
    preview->loading.is_bare = true;
}

struct preview *preview_of_config(const struct config *config, struct err *err)
{
    struct dataset_options data = {.reading = config->reading, .seed = config->seed};
    const struct dataset_kind *kind = dataset_check(config->data, &data, err);
    if (!kind) {
        return NULL;
    }
    struct config resolved = *config;
    config_resolve(&resolved, kind);
    struct preview *preview = make(&resolved, "loading", err);
    if (preview) {
        fill(preview, &resolved, kind);
    }
    if (preview && !timeline_init(&preview->timeline, preview->snapshot.n_stages + 1, err)) {
        preview_destroy(preview);
        return NULL;
    }
    return preview;
}

/* ---- of a recording ---- */

/* What the player knows of the end, but for what is borrowed from it. */
static bool take(struct preview *preview, struct player *player, struct err *err)
{
    struct facts facts = facts_of_player(player);
    if (!player_seek(player, player_length(player), err) ||
        !timeline_copy(&preview->timeline, player_timeline(player), err)) {
        return false;
    }
    preview->timeline.n_marks = 0; /* their texts are the player's */
    preview->snapshot = *player_snapshot(player);
    facts.data = preview->facts.data;
    facts.suite = preview->facts.suite;
    facts.task_names = NULL;
    facts.gallery = NULL;
    preview->facts = facts;
    snprintf(preview->detail, sizeof preview->detail,
             "it is trained again to step %ld, where it stood", preview->snapshot.step);
    return true;
}

struct preview *preview_of_recording(const char *path, struct err *err)
{
    struct player *player = player_open(path, err);
    struct preview *preview = player ? make(player_config(player), "going on", err) : NULL;
    bool ok = preview && take(preview, player, err);
    player_close(player);
    if (!ok) {
        preview_destroy(preview);
        return NULL;
    }
    return preview;
}

/* ---- shown ---- */

void preview_show(struct preview *preview, double part, struct view *view)
{
    bool is_new = view->snapshot != &preview->snapshot;
    view->facts = &preview->facts;
    view->timeline = &preview->timeline;
    view->snapshot = &preview->snapshot;
    view->loading = preview->loading;
    view->loading.part = part;
    if (is_new) {
        still_settle(view);
    }
}
