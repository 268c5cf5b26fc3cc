/* SPDX-License-Identifier: MIT */
#include "ui/cli/listing.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lab/command.h"
#include "lab/config.h"
#include "lab/probe.h"
#include "strategies/table.h"
#include "tasks/dataset.h"
#include "tasks/suite.h"
#include "ui/app/keys.h"
#include "ui/app/look.h"
#include "ui/cli/options.h"
#include "ui/screen/theme.h"

static void put(char cell[CELL_MAX], const char *text)
{
    snprintf(cell, CELL_MAX, "%s", text);
}

/* What values a parameter may have: "0.001..1", "exact|empirical", "N,N,...".  Returns buf. */
static char *param_values(const struct param *param, char *buf, size_t size)
{
    size_t used = 0;
    if (param->kind == PARAM_KIND_LAYERS) {
        snprintf(buf, size, "N,N,... or 0");
    } else if (param->kind != PARAM_KIND_CHOICE) {
        snprintf(buf, size, "%.10g..%.10g", param->min, param->max);
    }
    for (int i = 0; param->kind == PARAM_KIND_CHOICE && param->words[i] && used < size; i++) {
        used += (size_t)snprintf(buf + used, size - used, "%s%s", i ? "|" : "", param->words[i]);
    }
    return buf;
}

char *common_parameters(char *buf, size_t size)
{
    size_t used = 0;
    buf[0] = '\0';
    for (int i = 0; i < PARAM_COUNT && used < size; i++) {
        const struct param *param = param_at((enum param_id)i);
        if (param->is_common) {
            used +=
                (size_t)snprintf(buf + used, size - used, "%s%s", used ? ", " : "", param->name);
        }
    }
    return buf;
}

struct params params_of_default_session(void)
{
    struct config config = config_default();
    const struct dataset_kind *kind = dataset_kind_of(config.data, NULL);
    assert(kind);
    config_resolve(&config, kind);
    return config.learners[0].params;
}

/* ---- rows ---- */

static bool dataset_row(int i, unsigned use, struct row *row)
{
    (void)use;
    const struct dataset_kind *kind = &dataset_kinds()[i];
    if (!kind->name) {
        return false;
    }
    put(row->cell[0], kind->name);
    snprintf(row->cell[1], CELL_MAX, "%s (%s)", kind->summary, kind->source);
    return true;
}

static bool suite_row(int i, unsigned use, struct row *row)
{
    (void)use;
    const struct suite_kind *kind = suite_kind_at(i);
    if (!kind) {
        return false;
    }
    put(row->cell[0], kind->name);
    put(row->cell[1], scenario_name(kind->scenario));
    put(row->cell[2], kind->summary);
    return true;
}

static bool strategy_row(int i, unsigned use, struct row *row)
{
    (void)use;
    if (i >= strategy_count()) {
        return false;
    }
    put(row->cell[0], strategy_at(i)->name);
    put(row->cell[1], strategy_at(i)->title);
    put(row->cell[2], strategy_at(i)->summary);
    return true;
}

static bool parameter_row(int i, unsigned use, struct row *row)
{
    (void)use;
    if (i >= PARAM_COUNT) {
        return false;
    }
    enum param_id id = (enum param_id)i;
    const struct param *param = param_at(id);
    struct params params = params_of_default_session();
    put(row->cell[0], param->name);
    param_values(param, row->cell[1], CELL_MAX);
    param_format(&params, id, row->cell[2], CELL_MAX);
    bool is_fixed = param->when == PARAM_WHEN_START;
    snprintf(row->cell[3], CELL_MAX, "%s%s", param->help,
             param->is_common ? " (fixed at the start, the same for all learners)"
             : is_fixed       ? " (fixed at the start)"
                              : "");
    return true;
}

static bool probe_row(int i, unsigned use, struct row *row)
{
    static const char *const whens[] = {
        [PROBE_ALWAYS] = "always",
        [PROBE_AT_LOOKS] = "within stages, at their ends",
        [PROBE_AT_ENDS] = "ends of stages",
        [PROBE_AT_ANCHOR] = "ends of stages",
        [PROBE_AT_STEPS] = "each step after a boundary",
    };
    (void)use;
    if (i >= PROBE_COUNT) {
        return false;
    }
    const struct probe *probe = probe_at((enum probe_id)i);
    put(row->cell[0], probe->name);
    put(row->cell[1], whens[probe->when]);
    put(row->cell[2], probe->title);
    return true;
}

static bool key_row(int i, unsigned use, struct row *row)
{
    (void)use;
    const struct key_binding *binding;
    for (int at = 0; (binding = key_binding_at(at)); at++) {
        if (binding->shown && i-- == 0) {
            put(row->cell[0], binding->shown);
            put(row->cell[1], binding->help ? binding->help : "");
            return true;
        }
    }
    return false;
}

static bool theme_row(int i, unsigned use, struct row *row)
{
    (void)use;
    if (!theme_at(i)) {
        return false;
    }
    put(row->cell[0], theme_at(i)->name);
    put(row->cell[1], theme_at(i)->help);
    return true;
}

static bool command_row(int i, unsigned use, struct row *row)
{
    (void)use;
    const struct command_row *command = command_at(i);
    put(row->cell[0], command ? command->usage : "");
    put(row->cell[1], command ? command->help : "");
    return command != NULL;
}

static bool view_command_row(int i, unsigned use, struct row *row)
{
    (void)use;
    const struct look_command *command = &look_commands()[i];
    if (!command->usage) {
        return false;
    }
    put(row->cell[0], command->usage);
    put(row->cell[1], command->help);
    return true;
}

/* The parameters that are options by themselves stand behind the table's own options. */
static bool param_option_row(int i, unsigned use, struct row *row)
{
    struct params params = params_of_default_session();
    for (int j = 0; use & USE_SESSION && j < PARAM_COUNT; j++) {
        enum param_id id = (enum param_id)j;
        const struct param *param = param_at(id);
        if (!strchr(param->name, '.') && i-- == 0) {
            bool is_number = param->kind == PARAM_KIND_REAL || param->kind == PARAM_KIND_INT;
            char values[64], initial[64];
            param_values(param, values, sizeof values);
            param_format(&params, id, initial, sizeof initial);
            snprintf(row->cell[0], CELL_MAX, "--%s %s", param->name,
                     is_number                          ? "X"
                     : param->kind == PARAM_KIND_LAYERS ? "N,N,..."
                                                        : values);
            snprintf(row->cell[1], CELL_MAX, "%s%s%s [%s]", param->help, is_number ? ", " : "",
                     is_number ? values : "", initial);
            return true;
        }
    }
    return false;
}

static bool option_row(int i, unsigned use, struct row *row)
{
    use = use ? use : USE_ALL;
    const struct option *option = option_table();
    for (; option->name; option++) {
        if (!(option->uses & use) || i-- > 0) {
            continue;
        }
        const char *argument = option->argument;
        char letter[8] = "";
        if (option->letter) {
            snprintf(letter, sizeof letter, "-%c, ", option->letter);
        }
        snprintf(row->cell[0], CELL_MAX, "%s--%s%s%s", letter, option->name, argument ? " " : "",
                 argument ? argument : "");
        snprintf(row->cell[1], CELL_MAX, "%s%s%s%s", option->help, option->initial ? " [" : "",
                 option->initial ? option->initial : "", option->initial ? "]" : "");
        return true;
    }
    return param_option_row(i, use, row);
}

/* ---- the tables themselves ---- */

static const struct listing table[] = {
    {"datasets", "what --data can name", 2, dataset_row, true, NULL},
    {"suites", "how tasks are made of the data, and in which scenario", 3, suite_row, true,
     "The scenario says what is known at test time. task: which task it is; domain: not that, but "
     "all tasks share their answers; class: not that, and every task brings new answers."},
    {"strategies", "ways to keep what was learned", 3, strategy_row, true, NULL},
    {"parameters", "what --set and the command `set` can change: values, default, meaning", 4,
     parameter_row, true,
     "The defaults shown are those of the default session: net, batch and epochs follow the data, "
     "lr and ewc.lambda the optimizer."},
    {"probes", "what --probes and the command `probe` can measure: when, and what", 3, probe_row,
     true,
     "What is not always measured is taken only so often that it costs a hundredth of the work of "
     "training, or at a pace of the time that it leaves: how often follows from steps and sizes, "
     "not "
     "from the clock. i explains the one whose curves are shown (:probe NAME)."},
    {"keys", "the keys of the live screen", 2, key_row, true, NULL},
    {"themes", "colours of the screen", 2, theme_row, true, NULL},
    {"commands", "what --at and the palette (:) take", 2, command_row, false, NULL},
    {"view-commands", "what only the palette takes: it changes the picture", 2, view_command_row,
     false, NULL},
    {"options", "options", 2, option_row, false, NULL},
    {0},
};

const struct listing *listings(void)
{
    return table;
}

const struct listing *listing_find(const char *name)
{
    for (const struct listing *at = table; at->name; at++) {
        if (strcmp(at->name, name) == 0) {
            return at;
        }
    }
    return NULL;
}
