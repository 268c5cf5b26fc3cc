/* SPDX-License-Identifier: MIT
 * Text that people write: commands, timed commands, sets of strategies; and the defaults. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/command.h"
#include "lab/config.h"
#include "lab/learner_spec.h"
#include "lab/script.h"
#include "strategies/table.h"

/* Every kind of command, as command_format writes it. */
static const struct {
    const char *line;
    enum command_kind kind;
} lines[] = {
    {"set lr 0.01", COMMAND_SET},
    {"set ewc.form explicit", COMMAND_SET},
    {"set replay.memory 500", COMMAND_SET},
    {"strategy ewc on", COMMAND_STRATEGY},
    {"strategy joint off", COMMAND_STRATEGY},
    {"observe replay on", COMMAND_OBSERVE},
    {"observe l2 off", COMMAND_OBSERVE},
    {"next", COMMAND_NEXT},
    {"task A", COMMAND_TASK},
    {"task AB", COMMAND_TASK},
    {"consolidate", COMMAND_CONSOLIDATE},
    {"plug", COMMAND_PLUG},
    {"unplug", COMMAND_UNPLUG},
    {"putback A 1", COMMAND_PUTBACK},
    {"putback AB 17", COMMAND_PUTBACK},
    {"putback C all", COMMAND_PUTBACK},
    {"silence off", COMMAND_SILENCE},
    {"silence A@1", COMMAND_SILENCE},
    {"silence A/AB@12", COMMAND_SILENCE},
    {"silence A+E@2", COMMAND_SILENCE},
    {"silence neither@1", COMMAND_SILENCE},
    {"silence 3,7-9,12@1", COMMAND_SILENCE},
    {"pause", COMMAND_PAUSE},
    {"resume", COMMAND_RESUME},
    {"speed max", COMMAND_SPEED},
    {"speed 12.5", COMMAND_SPEED},
    {"speed 0.01", COMMAND_SPEED},
    {"rewind", COMMAND_REWIND},
    {"rewind 0", COMMAND_REWIND},
    {"rewind 123456789012", COMMAND_REWIND},
    {"restart", COMMAND_RESTART},
    {"fork", COMMAND_FORK},
    {"fork what-if", COMMAND_FORK},
    {"fork a.b_c+d-2: lr=0.05 strategy=ewc+replay ewc.lambda=3", COMMAND_FORK},
    {"sweep ewc.lambda", COMMAND_SWEEP},
    {"sweep ewc.lambda 1..1e4 5", COMMAND_SWEEP},
    {"sweep ewc.form proximal..explicit", COMMAND_SWEEP},
    {"sweep lr 3", COMMAND_SWEEP},
    {"sweep off", COMMAND_SWEEP},
    {"add x", COMMAND_ADD},
    {"fork : lr=1", COMMAND_FORK}, /* by what it does */
    {"add 2nd: optimizer=adam net=5,5 observe=none", COMMAND_ADD},
    {"add all-of-it:strategy=", COMMAND_ADD},
    {"rename new", COMMAND_RENAME},
    {"rename old new", COMMAND_RENAME},
    {"remove", COMMAND_REMOVE},
    {"remove old", COMMAND_REMOVE},
    {"learner old", COMMAND_LEARNER},
    {"learner all", COMMAND_LEARNER},
    {"note a  marker with   blanks", COMMAND_NOTE},
    {"note 42", COMMAND_NOTE},
    {"map 1 drift task 64x64", COMMAND_MAP},
    {"map 3 weights start 1x4096", COMMAND_MAP},
    {"map 2 gradient B 7x9", COMMAND_MAP},
    {"map 1 fisher task 2x2", COMMAND_MAP},
    {"map 9 update AA 2x2", COMMAND_MAP},
    {"map 1 weights start 8x8 0", COMMAND_MAP},
    {"map 2 drift task 64x64 1234", COMMAND_MAP},
    {"show writing 64x64", COMMAND_SHOW},
    {"show surface 1x4096", COMMAND_SHOW},
    {"save /home/me/base of mine.safetensors", COMMAND_SAVE},
    {"show attention 20x60", COMMAND_SHOW},
    {"show attention 20x60 71", COMMAND_SHOW},
    {"show samples 7x9", COMMAND_SHOW},
    {"probe dead on", COMMAND_PROBE},
    {"probe all off", COMMAND_PROBE},
    {"hide writing", COMMAND_HIDE},
    {"hide samples", COMMAND_HIDE},
    {"ask", COMMAND_ASK},
    {"ask int add(  a, b", COMMAND_ASK},
    {"teach the green dragon", COMMAND_TEACH},
};

Test(command, every_command_reads_back_as_it_is_written)
{
    bool is_seen[COMMAND_TEACH + 1] = {0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct command command, again;
        struct err err = {0};
        char text[200];
        cr_assert(command_parse(lines[i].line, &command, &err), "%s", err.msg);
        cr_expect_eq(command.kind, lines[i].kind, "%s", lines[i].line);
        cr_expect_str_eq(command_format(&command, text, sizeof text), lines[i].line);
        cr_assert(command_parse(text, &again, &err));
        cr_expect_eq(memcmp(&command, &again, sizeof command), 0, "%s", text);
        is_seen[command.kind] = true;
    }
    for (size_t kind = 0; kind < sizeof is_seen; kind++) {
        cr_expect(is_seen[kind], "kind %zu has no line here", kind);
    }
}

Test(command, every_strategy_parameter_and_word_can_be_named)
{
    struct params params = params_default();
    for (int i = 0; i < strategy_count(); i++) {
        struct command command;
        char line[80];
        snprintf(line, sizeof line, "strategy %s on", strategy_at(i)->name);
        cr_assert(command_parse(line, &command, NULL));
        cr_expect(command.index == i && command.on);
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        struct command command;
        char line[120], value[60];
        param_format(&params, (enum param_id)i, value, sizeof value);
        snprintf(line, sizeof line, "set %s %s", param_at((enum param_id)i)->name, value);
        cr_assert(command_parse(line, &command, NULL), "%s", line);
        cr_expect(command.index == i);
        cr_expect_str_eq(command.text, value);
    }
}

Test(command, blanks_around_words_do_not_matter)
{
    struct command command;
    char text[100];
    cr_assert(command_parse("  strategy \t ewc   on  ", &command, NULL));
    cr_expect_str_eq(command_format(&command, text, sizeof text), "strategy ewc on");
}

Test(command, what_changes_only_what_is_looked_at_is_a_view)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct command command;
        cr_assert(command_parse(lines[i].line, &command, NULL));
        enum command_kind is = lines[i].kind;
        bool is_view = is == COMMAND_MAP || is == COMMAND_LEARNER || is == COMMAND_SHOW ||
                       is == COMMAND_HIDE || is == COMMAND_ASK || is == COMMAND_SAVE;
        cr_expect_eq(command_is_view(&command), is_view, "%s", lines[i].line);
    }
}

Test(command, help_has_a_line_for_every_command)
{
    int n = 0;
    for (; command_at(n); n++) {
        cr_expect(strlen(command_at(n)->help) > 0 && strlen(command_at(n)->usage) > 0);
    }
    cr_expect_eq(n, COMMAND_COUNT);
}

/* What is wrong, and a word the message must have: what was found, or what was expected. */
static const char *const malformed[][2] = {
    {"", "not a command"},
    {"   ", "not a command"},
    {"fly", "fly"},
    {"Set lr 0.1", "Set"},
    {"set", "KEY VALUE"},
    {"set lr", "KEY VALUE"},
    {"set lr 0.1 0.2", "KEY VALUE"},
    {"set speed 3", "speed"},
    {"set lr fast", "fast"},
    {"set lr nan", "nan"},
    {"set lr inf", "inf"},
    {"set lr -1", "-1"},
    {"set lr 0.1x", "0.1x"},
    {"set ewc.form proximate", "proximal"},
    {"set replay.memory 2.5", "2.5"},
    {"set net 100,,100", "100,,100"},
    {"strategy", "on|off"},
    {"strategy ewc", "on|off"},
    {"strategy ewc maybe", "maybe"},
    {"strategy ewx on", "ewx"},
    {"observe nothing off", "nothing"},
    {"next please", "next"},
    {"task", "LETTER"},
    {"task 3", "3"},
    {"task ABCD", "ABCD"},
    {"silence", "UNITS"},
    {"silence on", "'on'"},
    {"silence A", "'A'"},
    {"silence A@0", "'A@0'"},
    {"silence A@1x", "'A@1x'"},
    {"silence A/A@1", "'A/A@1'"},
    {"silence A/@1", "'A/@1'"},
    {"silence ABCD@1", "'ABCD@1'"},
    {"silence 0@1", "'0@1'"},
    {"silence 3,@1", "'3,@1'"},
    {"silence 3-@1", "'3-@1'"},
    {"silence 3 4@1", "UNITS"},
    {"silence neither", "'neither'"},
    {"silence @1", "'@1'"},
    {"speed", "STEPS"},
    {"speed 0", "0"},
    {"speed -3", "-3"},
    {"speed nan", "nan"},
    {"speed 3x", "3x"},
    {"speed fast", "fast"},
    {"note", "TEXT"},
    {"map 1 drift", "LAYER"},
    {"map 0 drift task", "0"},
    {"map 9999 drift task", "99"},
    {"map one drift task", "one"},
    {"map 1 heat task", "heat"},
    {"map 1 drift yesterday", "yesterday"},
    {"map 1 drift task 3", "ROWSxCOLS"},
    {"map 1 drift task 0x3", "0x3"},
    {"map 1 drift task 3x9999", "3x9999"},
    {"map 1 drift task 3x4x5", "3x4x5"},
    {"map 1 drift task 3x4 5 6", "LAYER"},
    {"map 1 drift task 3x4 -5", "-5"},
    {"map 1 drift task 3x4 5x", "5x"},
    {"map 1 drift task 3x4 99999999999999999999", "step from 0"},
    {"rewind 1 2", "[STEP]"},
    {"rewind -1", "-1"},
    {"rewind 1.5", "1.5"},
    {"fork all", "'all'"},
    {"fork a b", "'a b'"},
    {"fork a/b", "'a/b'"},
    {"fork a: lr", "KEY=VALUE"},
    {"fork a: speed=3", "speed"},
    {"fork a: batch=3", "same for all"},
    {"add", "NAME"},
    {"add all: lr=1", "'all'"},
    {"add four-and-twenty-letters-", "four-and-twenty-letters-"},
    {"add a: lr=fast", "fast"},
    {"add a: strategy=ewc+ewx", "ewx"},
    {"rename", "[OLD] NEW"},
    {"rename a b c", "[OLD] NEW"},
    {"rename all", "'all'"},
    {"rename a all", "'all'"},
    {"rename all a", "'all'"},
    {"rename b/ a", "b/"},
    {"remove a b", "[NAME]"},
    {"remove all", "'all'"},
    {"learner", "NAME|all"},
    {"learner a b", "NAME|all"},
    {"learner a:", "a:"},
    {"show", "WHAT"},
    {"show everything", "'everything'"},
    {"show writing 3", "ROWSxCOLS"},
    {"show writing 0x3", "0x3"},
    {"show writing 3x9999", "3x9999"},
    {"show writing 3x4 x", "number"},
    {"show attention 3x4 -1", "number"},
    {"show writing 3x4 5 6", "WHAT"},
    {"hide", "WHAT"},
    {"hide nothing", "'nothing'"},
    {"hide writing 3x4", "WHAT"},
};

Test(command, malformed_lines_are_refused_with_what_was_expected)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        struct command command;
        struct err err = {0};
        cr_expect_not(command_parse(malformed[i][0], &command, &err), "'%s'", malformed[i][0]);
        cr_expect_eq(err.code, ERR_USAGE, "'%s'", malformed[i][0]);
        cr_expect(strstr(err.msg, malformed[i][1]), "'%s': %s", malformed[i][0], err.msg);
    }
}

Test(command, endless_words_are_cut_not_overrun)
{
    static char line[4096];
    struct command command;
    memset(line, 'x', sizeof line - 1);
    cr_expect_not(command_parse(line, &command, NULL));
    memcpy(line, "note ", 5);
    cr_assert(command_parse(line, &command, NULL));
    cr_expect_eq(strlen(command.text), COMMAND_TEXT_MAX - 1);
    memcpy(line, "set lr ", 7);
    cr_expect_not(command_parse(line, &command, NULL));
    for (size_t i = 0; i + 1 < sizeof line; i++) {
        line[i] = i % 2 ? ' ' : 'w';
    }
    cr_expect_not(command_parse(line, &command, NULL));
}

/* ---- script --------------------------------------------------------------------------------- */

Test(script, moments)
{
    static const struct {
        const char *text;
        int task;
        long step;
    } good[] = {{"0:next", -1, 0},
                {"400:strategy ewc on", -1, 400},
                {"B+10:set lr 0.01", 1, 10},
                {"B:next", 1, 0},
                {"b+3:pause", 1, 3},
                {"AA+1:note x: y", 26, 1},
                {"2000000000:next", -1, 2000000000}};
    static struct script script;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct err err = {0};
        cr_assert(script_add(&script, good[i].text, &err), "%s", err.msg);
        cr_expect_eq(script.n, (int)i + 1);
        cr_expect_eq(script.lines[i].task, good[i].task, "%s", good[i].text);
        cr_expect_eq(script.lines[i].step, good[i].step, "%s", good[i].text);
    }
    cr_expect_str_eq(script.lines[5].command.text, "x: y");
}

Test(script, malformed_lines_are_refused_and_not_added)
{
    static const char *const bad[] = {"",          "400",
                                      ":next",     "-1:next",
                                      "B-1:next",  "B+:next",
                                      "B+x:next",  "ABCD+1:next",
                                      "4 00:next", " 400:next",
                                      "1.5:next",  "400:",
                                      "400:fly",   "99999999999999999999:next"};
    static struct script script;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = {0};
        cr_expect_not(script_add(&script, bad[i], &err), "'%s'", bad[i]);
        cr_expect_eq(err.code, ERR_USAGE);
        cr_expect(strlen(err.msg) > 10);
    }
    cr_expect_eq(script.n, 0);
}

Test(script, has_an_end)
{
    static struct script script;
    struct err err = {0};
    for (int i = 0; i < SCRIPT_MAX; i++) {
        cr_assert(script_add(&script, "1:next", &err));
    }
    cr_expect_not(script_add(&script, "1:next", &err));
    cr_expect(err.code == ERR_USAGE && script.n == SCRIPT_MAX);
}

/* ---- config --------------------------------------------------------------------------------- */

Test(config, sets_of_strategies)
{
    uint32_t set = 77;
    struct err err = {0};
    cr_expect(config_parse_strategies("", &set, &err) && set == 0);
    cr_expect(config_parse_strategies("none", &set, &err) && set == 0);
    cr_expect(config_parse_strategies("replay+ewc", &set, &err));
    cr_expect_eq(set, 1u << strategy_find("ewc") | 1u << strategy_find("replay"));
    static const char *const bad[] = {"ewc+",
                                      "+ewc",
                                      "ewc++replay",
                                      "ewx",
                                      "ewc+none",
                                      "ewc replay",
                                      "ewcewcewcewcewcewcewcewcewcewcewcewcewcewcewcewcewc"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t before = set;
        err = (struct err){0};
        cr_expect_not(config_parse_strategies(bad[i], &set, &err), "%s", bad[i]);
        cr_expect(err.code == ERR_USAGE && strstr(err.msg, "replay, "), "%s", err.msg);
        cr_expect_eq(set, before);
    }
}

Test(config, observed_by_default_are_those_that_say_so)
{
    uint32_t set = config_observed_by_default();
    for (int i = 0; i < strategy_count(); i++) {
        cr_expect_eq((set >> i) & 1u, (uint32_t)strategy_at(i)->is_observed, "%s",
                     strategy_at(i)->name);
    }
    cr_expect((set >> strategy_find("replay")) & 1u);
}

static const struct dataset_kind kind = {
    .name = "x", .suite = "permuted", .net = "30,20", .batch = 64, .epochs = 3, .epochs_split = 7};

static double resolved(const char *optimizer, const char *suite, enum param_id id)
{
    struct config config = config_default();
    config.suite = suite;
    cr_assert(param_parse(&config.learners[0].params, PARAM_OPTIMIZER, optimizer, NULL));
    config_resolve(&config, &kind);
    return config.learners[0].params.value[id];
}

Test(config, defaults_follow_the_data_the_suite_and_the_optimizer)
{
    cr_expect_eq(resolved("sgd", "permuted", PARAM_LR), 0.1);
    cr_expect_eq(resolved("momentum", "permuted", PARAM_LR), 0.01);
    cr_expect_eq(resolved("adam", "permuted", PARAM_LR), 0.001);
    cr_expect_eq(resolved("sgd", "permuted", PARAM_EWC_LAMBDA), 10);
    cr_expect_eq(resolved("adam", "permuted", PARAM_EWC_LAMBDA), 100);
    cr_expect_eq(resolved("sgd", "permuted", PARAM_BATCH), 64);
    cr_expect_eq(resolved("sgd", "permuted", PARAM_EPOCHS), 3);
    cr_expect_eq(resolved("sgd", "split", PARAM_EPOCHS), 7);
}

Test(config, what_was_named_stays)
{
    struct config config = config_default();
    struct params *params = &config.learners[0].params;
    static const char *const named[][2] = {
        {"optimizer", "adam"}, {"lr", "0.25"}, {"ewc.lambda", "3"}, {"batch", "5"},
        {"epochs", "2"},       {"net", "9"},   {"context", "32"}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        enum param_id id;
        cr_assert(param_find(named[i][0], &id) && param_parse(params, id, named[i][1], NULL));
    }
    struct params before = *params;
    config_resolve(&config, &kind);
    cr_expect_eq(memcmp(&before, params, sizeof before), 0);
}

Test(config, network_of_the_data_where_none_was_named)
{
    struct config config = config_default();
    config.n_learners = 2;
    config.learners[1] = config.learners[0];
    cr_assert(param_parse(&config.learners[1].params, PARAM_NET, "0", NULL));
    config_resolve(&config, &kind);
    const struct params *params = &config.learners[0].params;
    cr_expect(params->n_hidden == 2 && params->hidden[0] == 30 && params->hidden[1] == 20);
    cr_expect_not(params->is_set[PARAM_NET]);
    cr_expect_eq(config.learners[1].params.n_hidden, 0);
}

/* ---- a dataset's own settings --------------------------------------------------------------- */

/* The parameters of a session of text with these settings named, "lr=0.1 epochs=2". */
static struct params of_text(const char *named)
{
    struct config config = config_default();
    struct learner_config *learner = &config.learners[0];
    struct err err = {0};
    char line[120];
    snprintf(line, sizeof line, "a: %s", named);
    cr_assert(learner_spec_parse(line, learner, &err), "%s", err.msg);
    config_resolve(&config, dataset_kind_of("text", &err));
    config_resolve(&config, dataset_kind_of("text", &err)); /* as often as one likes */
    cr_expect_str_eq(config.suite, "kinds");
    return learner->params;
}

Test(config, text_has_settings_of_its_own)
{
    struct params params = of_text("model=mlp");
    cr_expect_eq(params.value[PARAM_OPTIMIZER], OPTIMIZER_ADAM);
    cr_expect_eq(params.value[PARAM_LR], 0.002);
    cr_expect_eq(params.value[PARAM_STEPS], 600);
    cr_expect_eq(params.value[PARAM_REPLAY_MEMORY], 10000);
    cr_expect_eq(params.value[PARAM_EWC_LAMBDA], 10000);
    cr_expect_eq(params.value[PARAM_LORA_RANK], 16);
    cr_expect_eq(params.value[PARAM_BATCH], 128);
    cr_expect(params.n_hidden == 2 && params.hidden[0] == 256);
    cr_expect_not(params.is_set[PARAM_OPTIMIZER] || params.is_set[PARAM_LR] ||
                  params.is_set[PARAM_STEPS]);
}

Test(config, text_is_learned_by_a_transformer_with_settings_of_its_own)
{
    struct params params = of_text("");
    cr_expect_eq(params.value[PARAM_MODEL], MODEL_TRANSFORMER);
    cr_expect_not(params.is_set[PARAM_MODEL]);
    cr_expect_eq(params.value[PARAM_CLIP], 1);
    cr_expect_eq(params.value[PARAM_ADAM_BETA2], 0.99);
    cr_expect_eq(params.value[PARAM_LR], 0.003);
    cr_expect_eq(params.value[PARAM_BATCH], 16);
    cr_expect_eq(params.value[PARAM_STEPS], 250);
    cr_expect_eq(params.value[PARAM_CONTEXT], 64);
    params = of_text("clip=0 adam.beta2=0.9");
    cr_expect_eq(params.value[PARAM_CLIP], 0);
    cr_expect_eq(params.value[PARAM_ADAM_BETA2], 0.9);
}

Test(config, who_names_what_only_a_perceptron_has_means_one)
{
    static const char *const named[] = {"net=24", "embedding=4", "activation=tanh"};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        cr_expect_eq(of_text(named[i]).value[PARAM_MODEL], MODEL_MLP, "%s", named[i]);
    }
    cr_expect_eq(of_text("net=24 model=transformer").value[PARAM_MODEL], MODEL_TRANSFORMER);
    struct config config = config_default();
    config.scenario = SCENARIO_CLASS;
    config_resolve(&config, dataset_kind_of("text", NULL));
    cr_expect_eq(config.learners[0].params.value[PARAM_MODEL], MODEL_MLP);
}

/* What is the same for all is a transformer's where there is one; what is one's own is not. */
Test(config, learners_of_both_kinds_share_batch_steps_and_context)
{
    for (int first = 0; first < 2; first++) {
        struct config config = config_default();
        config.learners[1] = config.learners[0];
        config.n_learners = 2;
        for (int i = 0; i < 2; i++) {
            const char *model = i == first ? "mlp" : "transformer";
            cr_assert(param_parse(&config.learners[i].params, PARAM_MODEL, model, NULL));
        }
        config_resolve(&config, dataset_kind_of("text", NULL));
        cr_expect_eq(config_model(&config), MODEL_TRANSFORMER);
        for (int i = 0; i < 2; i++) {
            const struct params *params = &config.learners[i].params;
            cr_expect_eq(params->value[PARAM_BATCH], 16);
            cr_expect_eq(params->value[PARAM_STEPS], 250);
            cr_expect_eq(params->value[PARAM_CONTEXT], 64);
            cr_expect_eq(params->value[PARAM_CLIP], i == first ? 0 : 1);
            cr_expect_eq(params->value[PARAM_LR], i == first ? 0.002 : 0.003);
        }
    }
}

/* As of a recording that was made when defaults were others. */
Test(config, one_that_says_everything_stays_as_it_is)
{
    struct config config = config_default();
    struct params *params = &config.learners[0].params;
    config.suite = "kinds";
    config.is_complete = true;
    struct params before = *params;
    config_resolve(&config, dataset_kind_of("text", NULL));
    cr_expect_arr_eq(params->value, before.value, sizeof before.value);
    cr_expect_str_eq(config.learners[0].name, "naive");
}

Test(config, what_a_person_names_goes_before_settings)
{
    struct params params = of_text("model=mlp lr=0.5 replay.memory=77 ewc.lambda=3");
    cr_expect_eq(params.value[PARAM_LR], 0.5);
    cr_expect_eq(params.value[PARAM_REPLAY_MEMORY], 77);
    cr_expect_eq(params.value[PARAM_EWC_LAMBDA], 3);
    cr_expect_eq(params.value[PARAM_OPTIMIZER], OPTIMIZER_ADAM);
}

/* A rate for Adam is none for SGD. */
Test(config, rate_and_lambda_give_way_to_an_optimizer_that_is_named)
{
    static const struct {
        const char *named;
        double lr, lambda;
    } cases[] = {{"optimizer=sgd", 0.1, 10},
                 {"optimizer=momentum", 0.01, 10},
                 {"optimizer=adam", 0.002, 10000},
                 {"optimizer=sgd lr=0.3", 0.3, 10}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char named[80];
        snprintf(named, sizeof named, "model=mlp %s", cases[i].named);
        struct params params = of_text(named);
        cr_expect_eq(params.value[PARAM_LR], cases[i].lr, "%s", cases[i].named);
        cr_expect_eq(params.value[PARAM_EWC_LAMBDA], cases[i].lambda, "%s", cases[i].named);
        cr_expect_eq(params.value[PARAM_REPLAY_MEMORY], 10000, "%s", cases[i].named);
    }
}

Test(config, steps_give_way_to_epochs_that_are_named)
{
    struct config config = config_default();
    struct params *params = &config.learners[0].params;
    cr_assert(param_parse(params, PARAM_EPOCHS, "2", NULL));
    config_resolve(&config, dataset_kind_of("text", NULL));
    cr_expect_eq(params->value[PARAM_STEPS], 0);
    cr_expect_eq(params->value[PARAM_EPOCHS], 2);
    config = config_default();
    cr_assert(param_parse(params, PARAM_EPOCHS, "2", NULL));
    cr_assert(param_parse(params, PARAM_STEPS, "50", NULL));
    config_resolve(&config, dataset_kind_of("text", NULL));
    cr_expect_eq(params->value[PARAM_STEPS], 50);
}

/* A hundred and more epochs of few points would be a few steps more here and thousands there. */
Test(config, points_in_the_plane_are_learned_for_so_many_steps_whatever_the_tasks)
{
    static const char *const data[] = {"plane", "plane:spirals", "plane:rings", "plane:blobs"};
    static const char *const suites[] = {NULL, "split", "permuted", "stream"};
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 4; k++) {
            struct config config = config_default();
            config.suite = suites[k];
            config_resolve(&config, dataset_kind_of(data[i], NULL));
            double steps = config.learners[0].params.value[PARAM_STEPS];
            cr_expect_eq(steps, i < 3 ? 1600 : 1000, "%s %s", data[i], config.suite);
        }
    }
}
