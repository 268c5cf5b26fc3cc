/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <string.h>

#include "lab/probe.h"
#include "strategies/table.h"
#include "tasks/dataset.h"
#include "tasks/suite.h"
#include "ui/app/keys.h"
#include "ui/cli/json.h"
#include "ui/cli/listing.h"
#include "ui/screen/theme.h"

static const char *model_name(enum model model)
{
    return param_at(PARAM_MODEL)->words[model];
}

/* By kind of network. */
static json_t *settings_of(const struct dataset_kind *kind)
{
    json_t *object = json_object();
    for (int i = 0; i < MODEL_COUNT; i++) {
        if (kind->settings[i]) {
            json_object_set_new(object, model_name((enum model)i), json_string(kind->settings[i]));
        }
    }
    return object;
}

static json_t *datasets(void)
{
    json_t *array = json_array();
    for (const struct dataset_kind *kind = dataset_kinds(); kind->name; kind++) {
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:o}",
                                               "name", kind->name, "summary", kind->summary,
                                               "source", kind->source, "model",
                                               model_name(kind->model), "net", kind->net, "batch",
                                               kind->batch, "epochs", kind->epochs, "epochs_split",
                                               kind->epochs_split, "settings", settings_of(kind)));
    }
    return array;
}

static json_t *suites(void)
{
    json_t *array = json_array();
    const struct suite_kind *kind;
    for (int i = 0; (kind = suite_kind_at(i)); i++) {
        json_array_append_new(array,
                              json_pack("{s:s, s:s, s:s}", "name", kind->name, "scenario",
                                        scenario_name(kind->scenario), "summary", kind->summary));
    }
    return array;
}

static json_t *owned_parameters(const char *owner)
{
    json_t *array = json_array();
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct param *param = param_at((enum param_id)i);
        if (param_is_owned_by(param, owner)) {
            json_array_append_new(array, json_string(param->name));
        }
    }
    return array;
}

static json_t *strategies(void)
{
    json_t *array = json_array();
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "name",
                                               strategy->name, "title", strategy->title, "summary",
                                               strategy->summary, "equation", strategy->equation,
                                               "cost", strategy->cost, "source", strategy->source,
                                               "parameters", owned_parameters(strategy->name)));
    }
    return array;
}

static json_t *words_of(const struct param *param)
{
    json_t *array = json_array();
    for (int i = 0; param->kind == PARAM_KIND_CHOICE && param->words[i]; i++) {
        json_array_append_new(array, json_string(param->words[i]));
    }
    return array;
}

static json_t *default_of(const struct param *param, const struct params *params, enum param_id id)
{
    char text[64];
    switch (param->kind) {
    case PARAM_KIND_REAL:
        return json_real(params->value[id]);
    case PARAM_KIND_INT:
        return json_integer((json_int_t)params->value[id]);
    case PARAM_KIND_CHOICE:
    case PARAM_KIND_LAYERS:
        break;
    }
    return json_string(param_format(params, id, text, sizeof text));
}

static json_t *parameters(void)
{
    static const char *const kinds[] = {"real", "integer", "choice", "layers"};
    json_t *array = json_array();
    struct params params = params_of_default_session();
    for (int i = 0; i < PARAM_COUNT; i++) {
        enum param_id id = (enum param_id)i;
        const struct param *param = param_at(id);
        bool is_choice = param->kind == PARAM_KIND_CHOICE;
        json_array_append_new(
            array, json_pack("{s:s, s:s, s:s, s:b, s:b, s:o, s:o, s:o, s:o, s:s, s:s}", "name",
                             param->name, "title", param->title, "kind", kinds[param->kind], "live",
                             param->when == PARAM_WHEN_LIVE, "common", param->is_common, "min",
                             is_choice ? json_null() : json_real(param->min), "max",
                             is_choice ? json_null() : json_real(param->max), "default",
                             default_of(param, &params, id), "words", words_of(param), "unit",
                             param->unit ? param->unit : "", "help", param->help));
    }
    return array;
}

static json_t *probes(void)
{
    static const char *const whens[] = {[PROBE_ALWAYS] = "always",
                                        [PROBE_AT_LOOKS] = "looks",
                                        [PROBE_AT_ENDS] = "ends",
                                        [PROBE_AT_ANCHOR] = "ends",
                                        [PROBE_AT_STEPS] = "steps"};
    json_t *array = json_array();
    for (int i = 0; i < PROBE_COUNT; i++) {
        const struct probe *probe = probe_at((enum probe_id)i);
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name",
                                               probe->name, "title", probe->title, "when",
                                               whens[probe->when], "unit", probe->unit, "metric",
                                               probe->metric, "about", probe->about));
    }
    return array;
}

static json_t *keys(void)
{
    json_t *array = json_array();
    const struct key_binding *binding;
    for (int i = 0; (binding = key_binding_at(i)); i++) {
        if (binding->shown) {
            json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "keys", binding->keys,
                                                   "shown", binding->shown, "help",
                                                   binding->help ? binding->help : ""));
        }
    }
    return array;
}

static json_t *themes(void)
{
    json_t *array = json_array();
    for (int i = 0; theme_at(i); i++) {
        json_array_append_new(array,
                              json_pack("{s:s, s:s, s:b, s:b}", "name", theme_at(i)->name, "help",
                                        theme_at(i)->help, "light", theme_at(i)->is_light, "mono",
                                        theme_at(i)->is_mono));
    }
    return array;
}

static const struct {
    const char *topic;
    json_t *(*make)(void);
} topics[] = {
    {"datasets", datasets},     {"suites", suites}, {"strategies", strategies},
    {"parameters", parameters}, {"probes", probes}, {"keys", keys},
    {"themes", themes},
};

bool json_list(FILE *out, const char *topic, struct err *err)
{
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        if (strcmp(topics[i].topic, topic) == 0) {
            json_t *array = topics[i].make();
            bool ok =
                array && json_dumpf(array, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) == 0;
            json_decref(array);
            fputc('\n', out);
            return ok || err_set(err, ERR_FAILED, "memory: none left for the JSON of %s", topic);
        }
    }
    return err_set(err, ERR_USAGE, "list: no JSON for %s", topic);
}
