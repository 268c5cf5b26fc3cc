/* SPDX-License-Identifier: MIT */
#include "ui/app/facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"

bool facts_init(struct facts *facts, const struct lab *lab, struct err *err)
{
    const struct suite *suite = lab_suite(lab);
    const struct network *net = learner_network(lab_learner(lab, 0));
    const struct params *params = learner_params(lab_learner(lab, 0));
    const struct param *optimizer = param_at(PARAM_OPTIMIZER);
    int n = suite_n_tasks(suite);
    const char **names = calloc((size_t)n, sizeof *names);
    if (!names) {
        return err_set(err, ERR_FAILED, "memory: no room for the names of %d tasks", n);
    }
    for (int t = 0; t < n; t++) {
        names[t] = suite_task(suite, t)->name;
    }
    *facts = (struct facts){.data = suite_dataset(suite)->name,
                            .suite = suite_name(suite),
                            .scenario = scenario_name(suite_scenario(suite)),
                            .optimizer = optimizer->words[(int)params->value[PARAM_OPTIMIZER]],
                            .form = suite_dataset(suite)->kind->form,
                            .kind = suite_dataset(suite)->kind,
                            .n_tasks = n - (suite_lesson_task(suite) >= 0),
                            .task_names = names,
                            .own_names = names,
                            .n_inputs = net->n_inputs,
                            .n_symbols = net->n_symbols,
                            .n_outputs = net->n_outputs,
                            .seed = lab_config(lab)->seed,
                            .pace = lab_speed(lab)};
    network_text(net, facts->net, sizeof facts->net);
    if (gallery_is_possible(suite_dataset(suite))) {
        facts->gallery = facts->own = gallery_create(suite, err);
    }
    return !gallery_is_possible(suite_dataset(suite)) || facts->gallery;
}

double facts_pace(const struct lab *lab)
{
    const struct suite *suite = lab_suite(lab);
    double steps = (double)lab_total_steps(lab) / suite_n_stages(suite);
    enum model model = config_model(lab_config(lab));
    return fmax(round(steps / suite_dataset(suite)->kind->seconds[model]), 1);
}

const char *facts_data_name(const char *data)
{
    const char *name = data;
    for (const char *at = data; *at; at++) {
        name = at[0] == '/' && at[1] != '\0' ? at + 1 : name;
    }
    return name;
}

/* What the session said, or the suite's own; NULL if that is none of today's. */
static const char *scenario_of(const struct config *config)
{
    if (config->scenario >= 0 && config->scenario < SCENARIO_COUNT) {
        return scenario_name((enum scenario)config->scenario);
    }
    int i = 0;
    while (suite_kind_at(i) && strcmp(suite_kind_at(i)->name, config->suite) != 0) {
        i++;
    }
    return suite_kind_at(i) ? scenario_name(suite_kind_at(i)->scenario) : NULL;
}

struct facts facts_of_player(const struct player *player)
{
    const struct config *config = player_config(player);
    double pace = player_facts(player)->pace;
    const struct dataset_kind *kind = dataset_kind_of(config->data, NULL); /* may be gone */
    struct facts facts = {.data = facts_data_name(config->data),
                          .suite = config->suite,
                          .scenario = scenario_of(config),
                          .task_names = player_task_names(player),
                          .form = kind ? kind->form : DATA_TABLE,
                          .kind = kind,
                          .n_tasks = player_timeline(player)->n_tasks - config->can_be_taught,
                          .n_inputs = player_facts(player)->n_inputs,
                          .n_symbols = player_facts(player)->n_symbols,
                          .n_outputs = player_facts(player)->n_outputs,
                          .seed = config->seed,
                          .pace = pace > 0 ? pace : 1,
                          .gallery = player_gallery(player)};
    snprintf(facts.net, sizeof facts.net, "%s", player_layers(player));
    return facts;
}

void facts_fini(struct facts *facts)
{
    free(facts->own_names);
    gallery_destroy(facts->own);
    *facts = (struct facts){0};
}
