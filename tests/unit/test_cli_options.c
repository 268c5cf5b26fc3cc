/* SPDX-License-Identifier: MIT
 * The command line: what is read, and the one line for what is wrong. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "strategies/table.h"
#include "ui/cli/command_line.h"

enum { WORDS_MAX = 24 };

/* Parses words separated by '|', so that values may hold blanks. */
static bool parse(struct options *options, enum use use, const char *words, struct err *err)
{
    static char text[1024]; /* options borrow from it; every test is a process of its own */
    char *argv[WORDS_MAX];
    int argc = 0;
    snprintf(text, sizeof text, "%s", words);
    for (char *at = text; *words && at && argc < WORDS_MAX; argc++) {
        argv[argc] = at;
        at = strchr(at, '|');
        if (at) {
            *at++ = '\0';
        }
    }
    struct command_line line = {.command = use == USE_LIVE  ? "live"
                                           : use == USE_RUN ? "run"
                                                            : "list",
                                .use = use,
                                .arguments_max = use == USE_LIST,
                                .argc = argc,
                                .argv = argv};
    *options = options_default();
    *err = (struct err){0};
    return options_parse(options, &line, err);
}

static struct options parsed(enum use use, const char *words)
{
    struct options options;
    struct err err;
    cr_assert(parse(&options, use, words, &err), "%s: %s", words, err.msg);
    return options;
}

Test(cli_options, defaults_are_those_of_the_default_session)
{
    struct options options = parsed(USE_RUN, "");
    cr_expect_str_eq(options.config.data, "digits");
    cr_expect_null(options.config.suite); /* the data's own */
    cr_expect_eq(options.n_seeds, 1);
    cr_expect_eq(options.fps, 30);
    cr_expect_null(options.json);
    cr_expect_eq(options.cols, 0);
    cr_expect_eq(options.config.learners[0].observed, 0);
}

Test(cli_options, values_stand_behind_a_blank_or_an_equals_sign)
{
    const char *const lines[] = {"--lr|0.5|--tasks|7|--strategy|ewc+replay|--seed|3|--net|20,30",
                                 "--lr=0.5|--tasks=7|--strategy=ewc+replay|--seed=3|--net=20,30"};
    for (int i = 0; i < 2; i++) {
        struct options options = parsed(USE_RUN, lines[i]);
        const struct learner_config *learner = &options.config.learners[0];
        cr_expect_eq(learner->params.value[PARAM_LR], 0.5);
        cr_expect_eq(learner->params.n_hidden, 2);
        cr_expect_eq(learner->params.hidden[1], 30);
        cr_expect_eq(options.config.n_tasks, 7);
        cr_expect_eq(options.config.seed, 3);
        cr_expect_eq(learner->on, 1u << strategy_find("ewc") | 1u << strategy_find("replay"));
    }
}

Test(cli_options, the_last_of_an_option_counts_and_set_and_at_add_up)
{
    struct options options =
        parsed(USE_RUN, "--lr|0.5|--lr|0.25|--set|ewc.lambda=7|--set|lora.rank=2|"
                        "--at|5:next|--at|B+3:strategy ewc on|--suite|split|--suite|rotated");
    const struct params *params = &options.config.learners[0].params;
    cr_expect_eq(params->value[PARAM_LR], 0.25);
    cr_expect_eq(params->value[PARAM_EWC_LAMBDA], 7);
    cr_expect_eq(params->value[PARAM_LORA_RANK], 2);
    cr_expect_str_eq(options.config.suite, "rotated");
    cr_assert_eq(options.script.n, 2);
    cr_expect_eq(options.script.lines[1].task, 1);
    cr_expect_eq(options.script.lines[1].step, 3);
}

Test(cli_options, set_takes_what_is_an_option_too)
{
    struct options options = parsed(USE_LIVE, "--set|lr=0.5|--set|net=0|--set=optimizer=adam");
    const struct params *params = &options.config.learners[0].params;
    cr_expect_eq(params->value[PARAM_LR], 0.5);
    cr_expect_eq(params->n_hidden, 0);
    cr_expect_eq(params->value[PARAM_OPTIMIZER], OPTIMIZER_ADAM);
}

Test(cli_options, the_screen_can_be_chosen)
{
    struct options options = parsed(
        USE_LIVE, "--size|120x36|--fps|60|--color|never|--glyphs|ascii|--theme|dark|--no-mouse");
    cr_expect_eq(options.cols, 120);
    cr_expect_eq(options.rows, 36);
    cr_expect_eq(options.fps, 60);
    cr_expect_str_eq(options.color, "never");
    cr_expect_str_eq(options.glyphs, "ascii");
    cr_expect_str_eq(options.theme, "dark");
    cr_expect(options.has_no_mouse);
    cr_expect_null(parsed(USE_LIVE, "--glyphs|auto").glyphs);
}

Test(cli_options, help_and_version_end_the_reading)
{
    cr_expect(parsed(USE_RUN, "--help|--nonsense").wants_help);
    cr_expect(parsed(USE_RUN, "-h").wants_help);
    cr_expect(parsed(USE_LIST, "-V").wants_version);
    cr_expect(parsed(USE_RUN, "--version|foo").wants_version);
}

Test(cli_options, json_takes_a_file_for_run_and_nothing_for_list)
{
    cr_expect_str_eq(parsed(USE_RUN, "--json|-").json, "-");
    struct options list = parsed(USE_LIST, "suites|--json");
    cr_expect(list.is_json);
    cr_expect_str_eq(list.arguments[0], "suites");
    cr_expect_str_eq(parsed(USE_LIST, "--|suites").arguments[0], "suites");
}

static const struct {
    enum use use;
    const char *words, *a, *b; /* both parts stand in the message */
} wrong[] = {
    {USE_RUN, "--stratgy|ewc", "unknown option --stratgy", "did you mean --strategy?"},
    {USE_RUN, "--optimiser|sgd", "unknown option --optimiser", "--optimizer?"},
    {USE_RUN, "-seed|3", "unknown option -seed", "--seed?"},
    {USE_RUN, "-x", "unknown option -x", "oubli help options"},
    {USE_RUN, "--ewc.lambda=3", "unknown option --ewc.lambda", "--set ewc.lambda=3?"},
    {USE_LIVE, "--seeds|3", "--seeds: not an option of oubli live", "oubli run"},
    {USE_LIVE, "--json|-", "--json: not an option of oubli live", "oubli run"},
    {USE_LIST, "--data|digits", "--data: not an option of oubli list",
     "oubli live, oubli run and oubli sweep"},
    {USE_RUN, "foo", "only options expected", "'foo'"},
    {USE_RUN, "--|--lr", "only options expected", "'--lr'"},
    {USE_LIST, "suites|themes", "one topic expected", "'themes'"},
    {USE_RUN, "--lr", "--lr: a value expected", "found nothing"},
    {USE_RUN, "--data", "--data: NAME|DIR|FILE.csv expected", "found nothing"},
    {USE_RUN, "--lr|--seed|3", "--lr: a value expected", "'--seed'"},
    {USE_RUN, "--lr|abc", "--lr: a number from 1e-06 to 10 expected", "'abc'"},
    {USE_RUN, "--lr=", "--lr: a number", "''"},
    {USE_RUN, "--lr|nan", "--lr: a number", "'nan'"},
    {USE_RUN, "--batch|2.5", "--batch: a whole number", "'2.5'"},
    {USE_RUN, "--net|100,,3", "--net: ", "'100,,3'"},
    {USE_RUN, "--optimizer|foo", "--optimizer: one of sgd, momentum, adam expected", "'foo'"},
    {USE_RUN, "--epochs|2|--steps|3", "either --epochs or --steps expected", "found both"},
    {USE_RUN, "--set|steps=3|--epochs|2", "either --epochs or --steps expected", "found both"},
    {USE_RUN, "--seed|-1", "--seed: a whole number from 0 to 9007199254740992 expected", "'-1'"},
    {USE_RUN, "--seed|9007199254740993", "--seed: ", "'9007199254740993'"},
    {USE_RUN, "--seed|99999999999999999999999", "--seed: ", "expected, found"},
    {USE_RUN, "--seeds|0", "--seeds: a whole number from 1 to 1000 expected", "'0'"},
    {USE_RUN, "--seeds|1001", "--seeds: ", "'1001'"},
    {USE_RUN, "--seed|9007199254740992|--seeds|2", "--seeds: seeds up to", "found 2"},
    {USE_RUN, "--tasks|0", "--tasks: a whole number from 1 to 1000 expected", "'0'"},
    {USE_RUN, "--tasks|1001", "--tasks: ", "'1001'"},
    {USE_RUN, "--tasks| 3", "--tasks: ", "' 3'"},
    {USE_RUN, "--scenario|open", "--scenario: task, domain or class expected", "'open'"},
    {USE_RUN, "--strategy|ewc+foo", "--strategy: none, lowlr, ewc", "'foo'"},
    {USE_RUN, "--strategy|ewc+", "--strategy: ", "''"},
    {USE_RUN, "--set|lr", "--set: KEY=VALUE expected", "'lr'"},
    {USE_RUN, "--set|=3", "--set: KEY=VALUE expected", "'=3'"},
    {USE_RUN, "--set|ewc.lamda=3", "no parameter is called 'ewc.lamda'",
     "did you mean ewc.lambda?"},
    {USE_RUN, "--set|zzz=3", "no parameter is called 'zzz'", "oubli list parameters"},
    {USE_RUN, "--set|ewc.mode=foo", "--set ewc.mode: one of separate, online expected", "'foo'"},
    {USE_RUN, "--at|400", "--at: STEP:COMMAND", "'400'"},
    {USE_RUN, "--at|x+3:next", "--at: ", "" /* a task far beyond the suite's; the lab says so */},
    {USE_RUN, "--at|-1:next", "--at: STEP:COMMAND", "'-1:next'"},
    {USE_RUN, "--at|4:jump", "--at: 'jump' is not a command", "oubli help commands"},
    {USE_RUN, "--at|4:set lr 99", "--at: lr: a number from", "'99'"},
    {USE_RUN, "--at|4:set net 5", "fixed at the start", "--net"},
    {USE_RUN, "--at|4:add", "--at: add: expected: add NAME", "'add'"},
    {USE_RUN, "--at|4:fork a b", "--at: learner: a name of 1 to 23", "'a b'"},
    {USE_RUN, "--at|4:fork a: batch=3", "--at: learner a: batch is the same", "--batch"},
    {USE_RUN, "--at|4:rewind x", "--at: rewind: a step from 0 expected", "'x'"},
    {USE_RUN, "--learner", "--learner: 'NAME: SETTINGS' expected", "found nothing"},
    {USE_RUN, "--learner=", "--learner: a name of 1 to 23", "''"},
    {USE_RUN, "--learner|strategy=ewc", "--learner: a name of 1 to 23", "'strategy=ewc'"},
    {USE_RUN, "--learner|all", "--learner: 'all' means all", "another name"},
    {USE_RUN, "--learner|a: lr", "--learner a: KEY=VALUE expected", "'lr'"},
    {USE_RUN, "--learner|a: lr=x", "--learner a: lr: a number", "'x'"},
    {USE_RUN, "--learner|a: lrr=1", "--learner a: no setting is called 'lrr'", "did you mean lr?"},
    {USE_RUN, "--learner|a: ewc.lamda=1", "'ewc.lamda'", "did you mean ewc.lambda?"},
    {USE_RUN, "--learner|a: stratgy=ewc", "'stratgy'", "did you mean strategy?"},
    {USE_RUN, "--learner|a: zzz=1", "--learner a: strategy, observe or a parameter", "'zzz'"},
    {USE_RUN, "--learner|a: strategy=foo", "--learner a: strategy: none, lowlr", "'foo'"},
    {USE_RUN, "--learner|a: batch=3", "--learner a: batch is the same", "--batch"},
    {USE_RUN, "--learner|a: epochs=3", "--learner a: epochs is the same", "--epochs"},
    {USE_RUN, "--learner|a: steps=3", "--learner a: steps is the same", "--steps"},
    {USE_RUN, "--learner|a: history.megabytes=3", "--learner a: history.megabytes is the same",
     "--set history.megabytes=VALUE"},
    {USE_RUN, "--learner|a|--learner|b|--learner|a: lr=1", "--learner: a name of its own",
     "'a' twice"},
    {USE_RUN,
     "--learner=a|--learner=b|--learner=c|--learner=d|--learner=e|--learner=f|--learner=g|"
     "--learner=h|--learner=i",
     "--learner: at most 8 learners expected", "found more"},
    {USE_RUN, "--learners|a", "unknown option --learners", "did you mean --learner?"},
    {USE_LIST, "--learner|a", "--learner: not an option of oubli list",
     "oubli run, oubli export and oubli sweep"},
    {USE_RUN, "--json=", "--json: a file", "''"},
    {USE_LIST, "--json=x", "--json: no value expected", "'x'"},
    {USE_LIVE, "--no-mouse=1", "--no-mouse: no value expected", "'1'"},
    {USE_LIVE, "--size|9x20", "--size: COLSxROWS from 10x10 to 1000x1000 expected", "'9x20'"},
    {USE_LIVE, "--size|80x1001", "--size: ", "'80x1001'"},
    {USE_LIVE, "--size|80", "--size: ", "'80'"},
    {USE_LIVE, "--size|80x", "--size: ", "'80x'"},
    {USE_LIVE, "--size|80x24x", "--size: ", "'80x24x'"},
    {USE_LIVE, "--size|80x 24", "--size: ", "'80x 24'"},
    {USE_LIVE, "--size|-80x24", "--size: ", "'-80x24'"},
    {USE_LIVE, "--fps|0", "--fps: a whole number from 1 to 60 expected", "'0'"},
    {USE_LIVE, "--fps|61", "--fps: ", "'61'"},
    {USE_LIVE, "--color|pink", "--color: one of auto, never, 16, 256, direct expected", "'pink'"},
    {USE_LIVE, "--glyphs|runes", "--glyphs: one of auto, braille, block, ascii expected",
     "'runes'"},
    {USE_LIVE, "--theme|pink", "--theme: one of dark", "'pink'"},
};

Test(cli_options, what_is_wrong_is_said_in_one_line)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct options options;
        struct err err;
        bool ok = parse(&options, wrong[i].use, wrong[i].words, &err);
        if (*wrong[i].b == '\0') {
            cr_expect(ok, "%s: %s", wrong[i].words, err.msg);
            continue;
        }
        cr_expect_not(ok, "'%s' was taken", wrong[i].words);
        cr_expect_eq(err.code, ERR_USAGE, "'%s': code %d", wrong[i].words, (int)err.code);
        cr_expect(strstr(err.msg, wrong[i].a) && strstr(err.msg, wrong[i].b),
                  "'%s' and '%s' expected in: %s", wrong[i].a, wrong[i].b, err.msg);
    }
}

static uint32_t observed(bool is_live, const char *words)
{
    struct options options = parsed(USE_RUN, words);
    options_observe(&options, is_live);
    return options.config.learners[0].observed;
}

Test(cli_options, learners_observe_only_when_somebody_may_need_it)
{
    uint32_t all = config_observed_by_default();
    cr_expect_neq(all, 0);
    cr_expect_eq(observed(true, ""), all);
    cr_expect_eq(observed(false, "--strategy|ewc"), 0);
    cr_expect_eq(observed(false, "--at|4:next|--at|9:strategy ewc off"), 0);
    cr_expect_eq(observed(false, "--at|4:strategy ewc on"), all);
    cr_expect_eq(observed(false, "--at|4:consolidate"), all);
}

Test(cli_options, learners_are_exactly_those_that_are_given)
{
    struct options options = parsed(USE_LIVE, "--learner|a|--learner|b: strategy=replay");
    cr_assert_eq(options.config.n_learners, 2);
    cr_expect_str_eq(options.config.learners[0].name, "a");
    cr_expect_str_eq(options.config.learners[1].name, "b");
    cr_expect_eq(parsed(USE_RUN, "").config.n_learners, 1);
    cr_expect_not(parsed(USE_RUN, "").config.learners[0].is_named);
    cr_expect_eq(parsed(USE_RUN, "--learner|: lr=0.1|--learner|: lr=0.2").config.n_learners, 2);
    cr_expect_eq(parsed(USE_RUN, "--learner|a|--learner=b|--learner=c|--learner=d|--learner=e|"
                                 "--learner=f|--learner=g|--learner=h")
                     .config.n_learners,
                 LEARNERS_MAX);
}

Test(cli_options, a_learner_begins_as_the_other_options_say_wherever_they_stand)
{
    const char *const lines[] = {
        "--strategy|ewc|--lr|0.5|--set|ewc.lambda=7|--learner|a: lr=0.25|--learner|b: "
        "strategy=replay|--learner|c: strategy=none",
        "--learner|a: lr=0.25|--learner|b: strategy=replay|--learner|c: "
        "strategy=none|--strategy|ewc|--lr|0.5|--set|ewc.lambda=7"};
    for (int i = 0; i < 2; i++) {
        struct options options = parsed(USE_RUN, lines[i]);
        const struct learner_config *learners = options.config.learners;
        uint32_t ewc = 1u << strategy_find("ewc"), replay = 1u << strategy_find("replay");
        cr_assert_eq(options.config.n_learners, 3);
        cr_expect_eq(learners[0].params.value[PARAM_LR], 0.25);
        cr_expect_eq(learners[1].params.value[PARAM_LR], 0.5);
        cr_expect_eq(learners[2].params.value[PARAM_EWC_LAMBDA], 7);
        cr_expect_eq(learners[0].on, ewc);
        cr_expect_eq(learners[1].on, replay);
        cr_expect_eq(learners[2].on, 0);
    }
}

Test(cli_options, timed_commands_to_learners_are_read)
{
    struct options options = parsed(
        USE_RUN, "--at|5:fork|--at|6:fork x: lr=0.01 strategy=ewc|--at|C:add y|--at|7:learner "
                 "all|--at|8:remove x|--at|9:rename y z|--at|9:rewind 3");
    static const enum command_kind kinds[] = {COMMAND_FORK,    COMMAND_FORK,   COMMAND_ADD,
                                              COMMAND_LEARNER, COMMAND_REMOVE, COMMAND_RENAME,
                                              COMMAND_REWIND};
    cr_assert_eq(options.script.n, 7);
    for (int i = 0; i < 7; i++) {
        cr_expect_eq(options.script.lines[i].command.kind, kinds[i], "line %d", i);
    }
    cr_expect_str_eq(options.script.lines[1].command.text, "x: lr=0.01 strategy=ewc");
}

Test(cli_options, a_learner_that_says_what_it_observes_is_obeyed)
{
    struct options options = parsed(
        USE_RUN, "--learner|a|--learner|b: observe=none|--learner|c: observe=replay|--at|4:fork "
                 "d: strategy=replay");
    uint32_t all = config_observed_by_default();
    const struct learner_config *learners = options.config.learners;
    for (int is_live = 0; is_live < 2; is_live++) {
        options_observe(&options, is_live);
        cr_expect_eq(learners[0].observed, all);
        cr_expect_eq(learners[1].observed, 0);
        cr_expect_eq(learners[2].observed, 1u << strategy_find("replay"));
    }
    options = parsed(USE_RUN, "--learner|a|--learner|c: observe=replay");
    options_observe(&options, false);
    cr_expect_eq(learners[0].observed, 0);
    cr_expect_eq(learners[1].observed, 1u << strategy_find("replay"));
}

Test(cli_options, every_entry_of_the_table_is_complete)
{
    for (const struct option *option = option_table(); option->name; option++) {
        cr_expect(option->help && option->take && option->uses, "--%s", option->name);
        enum param_id id;
        cr_expect_null(param_find(option->name, &id), "--%s is a parameter as well", option->name);
    }
}

Test(cli_nearest, counts_edits_and_swaps)
{
    cr_expect_eq(nearest_distance("", ""), 0);
    cr_expect_eq(nearest_distance("abc", "abc"), 0);
    cr_expect_eq(nearest_distance("abc", "ab"), 1);
    cr_expect_eq(nearest_distance("abc", "acb"), 1);
    cr_expect_eq(nearest_distance("abc", "xyz"), 3);
    cr_expect_gt(nearest_distance("a", "a word of more than forty-seven bytes, which is too long"),
                 100);
}

Test(cli_nearest, offers_the_nearest_and_nothing_far)
{
    struct nearest nearest = {.typed = "sead"};
    nearest_offer(&nearest, "theme");
    cr_expect_null(nearest.word);
    nearest_offer(&nearest, "seeds");
    nearest_offer(&nearest, "seed");
    cr_expect_str_eq(nearest.word, "seed");
}
