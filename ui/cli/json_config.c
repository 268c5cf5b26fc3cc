/* SPDX-License-Identifier: MIT */
#include "ui/cli/json_config.h"

#include <string.h>

#include "tasks/clean.h"

/* ---- writing ---- */

/* A path that is not UTF-8 could not be JSON. */
static json_t *text_of(const char *text)
{
    char clean[CONFIG_VALUE_MAX];
    return json_string(clean_copy(clean, sizeof clean, text));
}

static bool put(void *context, const char *key, const char *value, struct err *err)
{
    json_t *rows = context;
    return json_object_set_new(rows, key, text_of(value)) == 0 ||
           err_set(err, ERR_FAILED, "memory: none left for the JSON of this run");
}

static json_t *lines_of(const struct script *script)
{
    json_t *lines = json_array();
    char text[SCRIPT_TEXT_MAX];
    for (int i = 0; script && i < script->n; i++) {
        json_array_append_new(lines, text_of(script_format(&script->lines[i], text, sizeof text)));
    }
    return lines;
}

bool json_config_write(json_t *object, const struct config *config, const struct script *script,
                       int arithmetic, struct err *err)
{
    json_t *rows = json_object();
    bool ok = config_rows_write(config, put, rows, err);
    json_object_set_new(object, "config", rows);
    json_object_set_new(object, "script", lines_of(script));
    json_object_set_new(object, "arithmetic", json_integer(arithmetic));
    return ok;
}

/* ---- reading ---- */

static const char *get(void *context, const char *key)
{
    const json_t *rows = context;
    return json_string_value(json_object_get(rows, key));
}

static bool read_script(const json_t *lines, struct script *script, struct err *err)
{
    *script = (struct script){0};
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const char *text = json_string_value(json_array_get(lines, i));
        struct err why = {0};
        if (!text || !script_add(script, text, &why)) {
            clean_text(why.msg); /* it quotes the file */
            return err_set(err, ERR_FAILED, "script: %s", text ? why.msg : "texts expected");
        }
    }
    return true;
}

bool json_config_read(const json_t *object, struct config_kept *kept, struct script *script,
                      int *arithmetic, struct err *err)
{
    json_t *rows = json_object_get(object, "config");
    *arithmetic = (int)json_integer_value(json_object_get(object, "arithmetic"));
    if (!json_is_object(rows)) {
        return err_set(err, ERR_FAILED,
                       "a run with its config expected, found none: it is no line of oubli run "
                       "--json, or of a version before 0.2");
    }
    return config_rows_read(kept, get, rows, err) &&
           read_script(json_object_get(object, "script"), script, err);
}

/* A line of the script that is that command. */
static bool is_scripted(const struct script *script, const char *command)
{
    char text[COMMAND_TEXT_MAX + 32];
    for (int i = 0; i < script->n; i++) {
        if (strcmp(command_format(&script->lines[i].command, text, sizeof text), command) == 0) {
            return true;
        }
    }
    return false;
}

/* True if it is something that was done to the training, and in no script. */
static bool is_by_hand(const json_t *entry, const struct script *script)
{
    const char *text = json_string_value(json_object_get(entry, "command"));
    bool is_refused = json_is_string(json_object_get(entry, "refused"));
    struct command command;
    return text && !is_refused && command_parse(text, &command, NULL) &&
           command_is_deed(&command) && !is_scripted(script, text);
}

int json_config_by_hand(const json_t *object, const struct script *script)
{
    const json_t *entries = json_object_get(object, "commands");
    int n = 0;
    for (size_t i = 0; i < json_array_size(entries); i++) {
        n += is_by_hand(json_array_get(entries, i), script);
    }
    return n;
}
