/* SPDX-License-Identifier: MIT */
#include "lab/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/table.h"

static const double DECADES = 100; /* as far as it goes by itself, either way */

/* ---- reading ---- */

static bool read_value(enum param_id knob, const char *text, double *value, struct err *err)
{
    struct params probe = params_default();
    if (!param_parse(&probe, knob, text, err)) {
        return false;
    }
    *value = probe.value[knob];
    return true;
}

static bool read_range(struct sweep *sweep, const char *word, const char *dots, struct err *err)
{
    char low[40], high[40];
    snprintf(low, sizeof low, "%.*s", (int)(dots - word < 39 ? dots - word : 39), word);
    snprintf(high, sizeof high, "%s", dots + 2);
    sweep->has_range = true;
    if (!read_value(sweep->knob, low, &sweep->low, err) ||
        !read_value(sweep->knob, high, &sweep->high, err)) {
        return false;
    }
    return sweep->low < sweep->high ||
           err_set(err, ERR_USAGE, "sweep: LOW..HIGH expected, the lower first, found '%.40s'",
                   word);
}

static bool read_number(struct sweep *sweep, const char *word, struct err *err)
{
    char *end;
    long n = strtol(word, &end, 10);
    sweep->n = (int)n;
    return (end != word && *end == '\0' && n >= SWEEP_LEAST && n <= SWEEP_MAX) ||
           err_set(err, ERR_USAGE, "sweep: LOW..HIGH, or %d to %d values, expected, found '%.40s'",
                   SWEEP_LEAST, SWEEP_MAX, word);
}

bool sweep_parse(enum param_id knob, const char *text, struct sweep *sweep, struct err *err)
{
    const struct param *param = param_at(knob);
    *sweep = (struct sweep){.knob = knob};
    if (param->when == PARAM_WHEN_START) {
        return err_set(err, ERR_USAGE,
                       "sweep: a knob that turns while it trains expected, and %s is fixed when "
                       "the session starts",
                       param->name);
    }
    for (const char *at = text; *(at += strspn(at, " \t")) != '\0'; at += strcspn(at, " \t")) {
        char word[80];
        snprintf(word, sizeof word, "%.*s", (int)strcspn(at, " \t"), at);
        const char *dots = strstr(word, "..");
        bool is_twice = dots ? sweep->has_range || sweep->n : sweep->n;
        if (is_twice) {
            return err_set(err, ERR_USAGE, "sweep: KEY [LOW..HIGH] [COUNT] expected, found '%.40s'",
                           word);
        }
        if (!(dots ? read_range(sweep, word, dots, err) : read_number(sweep, word, err))) {
            return false;
        }
    }
    return true;
}

/* ---- values ---- */

static double rounded(const struct param *param, double x)
{
    char text[32];
    if (param->kind != PARAM_KIND_REAL) {
        return round(x);
    }
    snprintf(text, sizeof text, "%.3g", x);
    return strtod(text, NULL);
}

/* Where a sweep ends by itself, for a learner that has these parameters. */
static double end_of(const struct param *param, const struct params *params)
{
    double most = param->sweep_max > 0 ? param->sweep_max : param->max;
    return param->sweep_end ? fmax(param->min, fmin(most, param->sweep_end(params))) : most;
}

/* Both ends where none were named, for `n` values. */
static void choose_range(const struct param *param, const struct params *params, double value,
                         int n, double range[2])
{
    double most = end_of(param, params);
    range[0] = param->min;
    range[1] = most;
    if (param->factor > 0) {
        value = value > 0 ? value : param->initial;
        range[0] = fmax(param->min, rounded(param, value / DECADES));
        range[0] = range[0] > 0 ? range[0] : 1; /* 0 is for never: of whole numbers alone */
        range[1] = fmin(fmax(most, value), rounded(param, value * DECADES));
    } else if (param->kind != PARAM_KIND_REAL) {
        range[1] = fmin(most, param->min + (n - 1) * param->step);
    }
}

int sweep_values(const struct sweep *sweep, const struct params *params, int room,
                 double values[SWEEP_MAX])
{
    const struct param *param = param_at(sweep->knob);
    int most = room < SWEEP_MAX ? room : SWEEP_MAX, n = 0;
    int wanted = sweep->n > 0 && sweep->n < most ? sweep->n : most;
    double range[2] = {sweep->low, sweep->high};
    if (!sweep->has_range) {
        choose_range(param, params, params->value[sweep->knob], wanted, range);
    }
    bool is_log = param->factor > 0 && range[0] > 0;
    for (int i = 0; i < wanted; i++) {
        double part = wanted > 1 ? (double)i / (wanted - 1) : 0;
        double x = is_log ? range[0] * pow(range[1] / range[0], part)
                          : range[0] + part * (range[1] - range[0]);
        x = i == 0 ? range[0] : i == wanted - 1 ? range[1] : rounded(param, x);
        if (n == 0 || x > values[n - 1]) {
            values[n++] = x;
        }
    }
    return n;
}

/* ---- learners ---- */

static int owner_of(enum param_id knob)
{
    int owner = strategy_count() - 1;
    while (owner >= 0 && !param_is_owned_by(param_at(knob), strategy_at(owner)->name)) {
        owner--;
    }
    return owner;
}

bool sweep_turns(enum param_id knob, uint32_t on)
{
    int owner = owner_of(knob);
    return owner < 0 || ((on >> owner) & 1u);
}

uint32_t sweep_strategies(enum param_id knob, uint32_t on)
{
    return sweep_turns(knob, on) ? on : on | UINT32_C(1) << owner_of(knob);
}

char *sweep_spec(enum param_id knob, double value, uint32_t on, int number,
                 char spec[SWEEP_SPEC_MAX])
{
    const char *key = param_at(knob)->name, *dot = strrchr(key, '.');
    struct params params = {0};
    char text[32], names[80] = "", again[16] = "", name[LEARNER_NAME_MAX];
    size_t used = 0;
    params.value[knob] = value;
    param_format(&params, knob, text, sizeof text);
    on = sweep_strategies(knob, on);
    for (int i = 0; i < strategy_count() && used < sizeof names; i++) {
        if ((on >> i) & 1u) {
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? "+" : "",
                                     strategy_at(i)->name);
        }
    }
    if (number > 1) {
        snprintf(again, sizeof again, "-%d", number);
    }
    snprintf(name, sizeof name, "%.11s_%.9s", dot ? dot + 1 : key, text);
    snprintf(spec, SWEEP_SPEC_MAX, "%s%s: strategy=%s %s=%s", name, again, names, key, text);
    return spec;
}
