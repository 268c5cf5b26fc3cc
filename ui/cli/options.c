/* SPDX-License-Identifier: MIT */
#include "ui/cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "lab/probe.h"
#include "ui/cli/options_inside.h"

/* ---- values ---- */

bool options_whole(const char *text, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return isdigit((unsigned char)*text) && *end == '\0' && errno == 0;
}

bool options_count(int *count, const char *name, int most, const char *text, struct err *err)
{
    uint64_t value;
    if (!options_whole(text, &value) || value < 1 || value > (uint64_t)most) {
        return err_set(err, ERR_USAGE, "--%s: a whole number from 1 to %d expected, found '%.60s'",
                       name, most, text);
    }
    *count = (int)value;
    return true;
}

static bool take_data(struct options *options, const char *value, struct err *err)
{
    (void)err;
    options->config.data = value;
    return true;
}

#define READING_TAKE(id, lower, name, argument, initial, of, words, help)                          \
    static bool take_##lower(struct options *options, const char *value, struct err *err)          \
    {                                                                                              \
        options->config.reading.text[READING_##id] = value;                                        \
        return reading_check(READING_##id, value, err);                                            \
    }
READING_LIST(READING_TAKE)
#undef READING_TAKE

static bool take_suite(struct options *options, const char *value, struct err *err)
{
    (void)err; /* suite_create knows the names */
    options->config.suite = value;
    return true;
}

static bool take_tasks(struct options *options, const char *value, struct err *err)
{
    return options_count(&options->config.n_tasks, "tasks", SUITE_TASKS_MAX, value, err);
}

static bool take_scenario(struct options *options, const char *value, struct err *err)
{
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        if (strcmp(scenario_name((enum scenario)i), value) == 0) {
            options->config.scenario = i;
            return true;
        }
    }
    return err_set(err, ERR_USAGE, "--scenario: task, domain or class expected, found '%.60s'",
                   value);
}

/* Whom an option reaches, 0, 1 ...: the learners, of which a run that it is like may have several,
 * and what added ones begin from; NULL behind the last. */
static struct learner_config *reached(struct options *options, int i)
{
    struct config *config = &options->config;
    return i < config->n_learners                        ? &config->learners[i]
           : i == config->n_learners && config->has_base ? &config->base
                                                         : NULL;
}

static bool take_strategy(struct options *options, const char *value, struct err *err)
{
    struct learner_config *learner;
    bool ok = true;
    for (int i = 0; ok && (learner = reached(options, i)); i++) {
        ok = config_parse_strategies(value, &learner->on, err);
    }
    return ok || err_prefix(err, "--");
}

bool options_take_param(struct options *options, enum param_id id, const char *value,
                        struct err *err)
{
    struct learner_config *learner;
    bool ok = true;
    for (int i = 0; ok && (learner = reached(options, i)); i++) {
        ok = param_parse(&learner->params, id, value, err);
    }
    return ok;
}

static bool take_learner(struct options *options, const char *value, struct err *err)
{
    if (options->n_learners == LEARNERS_MAX) {
        return err_set(err, ERR_USAGE, "--learner: at most %d learners expected, found more",
                       LEARNERS_MAX);
    }
    options->learners[options->n_learners++] = value;
    return true;
}

static bool take_set(struct options *options, const char *value, struct err *err)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value) {
        return err_set(err, ERR_USAGE,
                       "--set: KEY=VALUE expected, as in ewc.lambda=100; found '%.80s'", value);
    }
    char key[48];
    snprintf(key, sizeof key, "%.*s", (int)(equals - value < 47 ? equals - value : 47), value);
    enum param_id id;
    if (param_find(key, &id)) {
        return options_take_param(options, id, equals + 1, err) || err_prefix(err, "--set ");
    }
    struct nearest nearest = {.typed = key};
    for (int i = 0; i < PARAM_COUNT; i++) {
        nearest_offer(&nearest, param_at((enum param_id)i)->name);
    }
    return nearest.word
               ? err_set(err, ERR_USAGE, "--set: no parameter is called '%s'; did you mean %s?",
                         key, nearest.word)
               : err_set(err, ERR_USAGE,
                         "--set: no parameter is called '%s'; see: oubli list parameters", key);
}

static bool take_probes(struct options *options, const char *value, struct err *err)
{
    return probe_parse_set(value, &options->config.probes, err) || err_prefix(err, "--probes: ");
}

static bool take_at(struct options *options, const char *value, struct err *err)
{
    struct script *script = &options->script;
    if (!script_add(script, value, err)) {
        return strncmp(err->msg, "--at", 4) != 0 ? err_prefix(err, "--at: ") : false;
    }
    const struct command *command = &script->lines[script->n - 1].command;
    if (command->kind == COMMAND_SET) {
        const struct param *param = param_at((enum param_id)command->index);
        if (param->when == PARAM_WHEN_START) {
            return err_set(
                err, ERR_USAGE,
                "--at: set: a parameter that can change while it trains expected, found '%s', "
                "which is fixed at the start; use --%s",
                param->name, param->name);
        }
    }
    return true;
}

static bool take_seed(struct options *options, const char *value, struct err *err)
{
    if (!options_whole(value, &options->config.seed) || options->config.seed > SEED_LAST) {
        return err_set(err, ERR_USAGE,
                       "--seed: a whole number from 0 to %llu expected, found '%.60s'",
                       (unsigned long long)SEED_LAST, value);
    }
    return true;
}

static bool take_seeds(struct options *options, const char *value, struct err *err)
{
    return options_count(&options->n_seeds, "seeds", SEEDS_MAX, value, err);
}

static bool take_eval_every(struct options *options, const char *value, struct err *err)
{
    int every = 0;
    bool ok = options_count(&every, "eval-every", EVAL_EVERY_MAX, value, err);
    options->config.eval_every = every;
    return ok;
}

static bool take_record(struct options *options, const char *value, struct err *err)
{
    if (*value == '\0') {
        return err_set(err, ERR_USAGE, "--record: a file expected, found ''");
    }
    options->record = value;
    return true;
}

static bool take_start(struct options *options, const char *value, struct err *err)
{
    options->config.start = value;
    return *value != '\0' || err_set(err, ERR_USAGE, "--start: a file expected, found ''");
}

bool options_moment(const char *option, char path[COMMAND_TEXT_MAX], long *step, const char *value,
                    struct err *err)
{
    const char *at = strrchr(value, '@');
    uint64_t said = 0;
    bool is_said = at && options_whole(at + 1, &said);
    size_t length = is_said ? (size_t)(at - value) : strlen(value);
    if (length == 0 || length >= COMMAND_TEXT_MAX || said > (uint64_t)LONG_MAX) {
        return err_set(err, ERR_USAGE, "--%s: FILE or FILE@STEP expected, found '%.60s'", option,
                       value);
    }
    snprintf(path, COMMAND_TEXT_MAX, "%.*s", (int)length, value);
    *step = is_said ? (long)said : *step;
    return true;
}

static bool take_save(struct options *options, const char *value, struct err *err)
{
    options->save_step = LONG_MAX;
    return options_moment("save", options->save_path, &options->save_step, value, err);
}

static bool take_json(struct options *options, const char *value, struct err *err)
{
    if (*value == '\0') {
        return err_set(err, ERR_USAGE,
                       "--json: a file, or - for the standard output expected, found ''");
    }
    options->json = value;
    return true;
}

static bool take_output(struct options *options, const char *value, struct err *err)
{
    options->output = value;
    return *value != '\0' || err_set(err, ERR_USAGE, "--output: a file expected, found ''");
}

#define SWEEP_TAKE(name)                                                                           \
    static bool take_##name(struct options *options, const char *value, struct err *err)           \
    {                                                                                              \
        return sweep_take_##name(&options->sweep, value, err);                                     \
    }
SWEEP_OPTION_LIST(SWEEP_TAKE)
#undef SWEEP_TAKE

static bool take_exported(struct options *options, const char *value, struct err *err)
{
    options->exported = value;
    return *value != '\0' || err_set(err, ERR_USAGE, "--learner: a name expected, found ''");
}

static bool take_json_flag(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->is_json = true;
    return true;
}

static bool take_headless(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->is_headless = true;
    return true;
}

static bool take_quiet(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->is_quiet = true;
    return true;
}

/* It has been read before all others. */
static bool take_like(struct options *options, const char *value, struct err *err)
{
    (void)options;
    (void)value;
    (void)err;
    return true;
}

static bool take_help(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->wants_help = true;
    return true;
}

static bool take_version(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->wants_version = true;
    return true;
}

_Static_assert(SCRIPT_MAX == 256, "as the help of --at says");

#define READING_OPTION(id, lower, name, argument, initial, of, words, help)                        \
    {name, 0,           USE_SESSION | ((of)&READING_OF_TABLE ? USE_LIST : 0), argument, initial,   \
     help, take_##lower},

#define EXPORT_OPTION(name, help)                                                                  \
    {#name, 0, USE_EXPORT, "OUT|-", NULL, help, options_take_export_##name},

static const struct option table[] = {
    {"over", 0, USE_SWEEP, "'KEY=VALUES'", NULL,
     "what is varied, as in strategy=none,ewc or 'ewc.lambda=1..1e4 log 9'; may be repeated, up to "
     "8: all of one with all of the others",
     take_over},
    {"dir", 0, USE_SWEEP, "DIR", NULL, "the folder that keeps the plan and what is finished",
     take_dir},
    {"status", 0, USE_SWEEP, "DIR", NULL, "say how far it is, what failed and why; run nothing",
     take_status},
    {"jobs", 0, USE_SWEEP, "N", "all cores", "so many runs at once", take_jobs},
    {"job", 0, USE_SWEEP, "FIRST..LAST", NULL,
     "only these of the plan in --dir, counted from 0: what other machines are given", take_job},
    {"with", 0, USE_SWEEP, "parallel|slurm", "this program",
     "GNU parallel, or Slurm, starts the jobs; they see the same --dir on all machines", take_with},
    {"sshlogin", 0, USE_SWEEP, "HOSTS", NULL, "of GNU parallel: machines, as in 4/node1,node2",
     take_sshlogin},
    {"partition", 0, USE_SWEEP, "NAME", NULL, "of Slurm, passed through", take_partition},
    {"account", 0, USE_SWEEP, "NAME", NULL, "of Slurm, passed through", take_account},
    {"time", 0, USE_SWEEP, "LIMIT", NULL, "of a Slurm job, passed through, as in 30 or 2:00:00",
     take_time},
    {"output", 'o', USE_MERGE, "FILE.db", NULL,
     "the file; merged runs that are there are replaced once it is whole", take_output},
    {"like", 0, USE_LIVE | USE_RUN, "RUN", NULL,
     "all settings of a run: SWEEP.db:JOB, or FILE.json of oubli run --json (FILE.json:N, its N-th "
     "line); other options are said over them",
     take_like},
    {"data", 0, USE_SESSION, "NAME|DIR|FILE.csv", "digits",
     "what to learn from: a dataset's name, a folder of IDX files, a table", take_data},
    READING_LIST(READING_OPTION) /* --label and so on */
    {"suite", 0, USE_SESSION, "NAME", "the data's", "how tasks are made of the data", take_suite},
    {"tasks", 0, USE_SESSION, "N", "5", "how many tasks, 1 to 1000", take_tasks},
    {"scenario", 0, USE_SESSION, "task|domain|class", "the suite's own",
     "what is known at test time", take_scenario},
    {"strategy", 0, USE_SESSION, "NAMES", "none", "what is on at the start, as in ewc+replay",
     take_strategy},
    {"learner", 0, USE_SESSION, "'NAME: SETTINGS'", "one",
     "a learner, as in 'a: strategy=ewc lr=0.05'; may be repeated, up to 8", take_learner},
    {"set", 0, USE_SESSION, "KEY=VALUE", NULL, "any parameter; may be repeated", take_set},
    {"at", 0, USE_SESSION, "WHEN:COMMAND", NULL,
     "a command at a step, as in 400:'strategy ewc on', or so many steps into a task, as in "
     "B+10:'set lr 0.01'; may be repeated, 256 in all",
     take_at},
    {"probes", 0, USE_SESSION, "NAME,...|all", "none",
     "measurements to take beside the usual ones, as in cka,dead; see: oubli list probes",
     take_probes},
    {"eval-every", 0, USE_SESSION, "N", "so that it costs a third",
     "steps between two looks at accuracies, besides the ends of tasks", take_eval_every},
    {"record", 0, USE_ONE, "FILE", NULL, "record the session, to play, verify and export it",
     take_record},
    {"start", 0, USE_SESSION, "FILE", "drawn",
     "begin with the weights of a safetensors file, as --save writes it", take_start},
    {"save", 0, USE_ONE, "FILE[@STEP]", NULL,
     "write the (selected) learner's weights to a safetensors file, at the end or after so many "
     "steps",
     take_save},
    {"seed", 0, USE_SESSION, "N", "0", "the same seed gives the same run, bit for bit", take_seed},
    {"seeds", 0, USE_RUN, "N", "1",
     "N runs from --seed on, side by side on all cores: mean and deviation, 1 to 1000", take_seeds},
    {"seeds", 0, USE_SWEEP, "N", "1", "so many runs of each point, from --seed on, 1 to 1000",
     take_seeds},
    {"headless", 0, USE_RESUME, NULL, NULL,
     "without a screen, to the end of its plan; prints what oubli run prints", take_headless},
    {"json", 0, USE_RUN | USE_RESUME, "FILE|-", NULL,
     "one line of JSON for each learner and seed, when it is done; its first replaces a file",
     take_json},
    {"json", 0, USE_BENCH, "FILE|-", NULL,
     "one line of JSON for each figure, into a file or to the output", take_json},
    {"json", 0, USE_LIST, NULL, NULL, "an array of JSON objects instead of columns",
     take_json_flag},
    {"quiet", 0, USE_SESSION | USE_VERIFY | USE_EXPORT | USE_RESUME | USE_BENCH, NULL, NULL,
     "do not say on stderr how far it is; without a terminal that is a line every ten seconds at "
     "most",
     take_quiet},
    EXPORT_LIST(EXPORT_OPTION) /* --csv and so on */
    {"learner", 0, USE_EXPORT, "NAME", "the selected one",
     "whose weights, as it was called at that step", take_exported},
    {"metric", 0, USE_PLOT, "NAME", "average_accuracy",
     "which figure of the runs is drawn, by its name in JSON", options_take_metric},
    {"x", 0, USE_PLOT, "KEY", "the first with numbers", "which varied key the axis is",
     options_take_x},
    {"svg", 0, USE_PLOT, "FILE|-", NULL, "the picture instead, as SVG", options_take_plot_svg},
    {"html", 0, USE_PLOT, "FILE|-", NULL, "picture and tables as a page for any browser",
     options_take_plot_html},
    {"gnuplot", 0, USE_PLOT, "FILE.gp", NULL, "a script for gnuplot, and its data as FILE.dat",
     options_take_plot_gnuplot},
    {"cast-version", 0, USE_EXPORT, "2|3", "3", "of the asciicast; 2 for older players",
     options_take_cast_version},
    {"idle", 0, USE_EXPORT, "SECONDS", "2",
     "the longest time without a change in an asciicast; 0: as long as it was", options_take_idle},
    {"step", 0, USE_EXPORT, "N", "the end",
     "step that --svg shows; where none was drawn, the last one before, which is said",
     options_take_step},
    {"size", 0, USE_SCREEN, "COLSxROWS", "the terminal's", "size of the screen", options_take_size},
    {"size", 0, USE_EXPORT, "COLSxROWS", "120x36", "size of the picture or asciicast",
     options_take_size},
    {"size", 0, USE_PLOT, "COLSxROWS", "the terminal's, or 120x36", "size of the picture",
     options_take_size},
    {"fps", 0, USE_SCREEN, "N", "30", "frames a second while it trains, 1 to 60", options_take_fps},
    {"fps", 0, USE_EXPORT, "N", "10", "frames a second of an asciicast, 1 to 60",
     options_take_cast_fps},
    {"color", 0, USE_SCREEN | USE_PLOT, "auto|never|16|256|direct", "auto", "how many colours",
     options_take_color},
    {"color", 0, USE_EXPORT, "never|16|256|direct", "256", "how many colours an asciicast has",
     options_take_color},
    {"glyphs", 0, USE_SCREEN | USE_PLOT, "auto|braille|block|ascii", "auto",
     "what curves are drawn with", options_take_glyphs},
    {"glyphs", 0, USE_EXPORT, "auto|braille|block|ascii", "auto",
     "what curves are drawn with; auto: as the session had it", options_take_glyphs},
    {"theme", 0, USE_SESSION | USE_PLOT, "NAME", "dark", "colours of the screen",
     options_take_theme},
    {"theme", 0, USE_PLAY | USE_RESUME | USE_EXPORT, "NAME", "dark, or the recording's",
     "colours of the screen", options_take_theme},
    {"no-mouse", 0, USE_SCREEN, NULL, NULL, "leave the mouse to the terminal",
     options_take_no_mouse},
    {"help", 'h', USE_ALL, NULL, NULL, "help on this command", take_help},
    {"version", 'V', USE_ALL, NULL, NULL, "the version", take_version},
    {0},
};

const struct option *option_table(void)
{
    return table;
}

const char *options_export(const struct options *options, enum export_id format)
{
    return options->exports[format] && format == EXPORT_ID_weights ? options->weights_path
                                                                   : options->exports[format];
}

struct save_wish options_save(const struct options *options)
{
    bool is_wanted = options->save_path[0] != '\0';
    return (struct save_wish){is_wanted ? options->save_path : NULL, options->save_step};
}

struct options options_default(void)
{
    return (struct options){
        .config = config_default(), .n_seeds = 1, .fps = 30, .step = -1, .idle = -1};
}
