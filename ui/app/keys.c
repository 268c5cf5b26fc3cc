/* SPDX-License-Identifier: MIT */
#include "ui/app/keys.h"

#include <stdio.h>
#include <string.h>

static bool is_named(const char *names, struct key key)
{
    for (const char *at = names; *at;) {
        size_t length = strcspn(at, " ");
        char name[16];
        struct key named;
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        if (key_parse(name, &named) && key_equals(named, key)) {
            return true;
        }
        at += length + strspn(at + length, " ");
    }
    return false;
}

const struct key_binding *key_find(struct key key, enum panel_id focus)
{
    const struct key_binding *everywhere = NULL;
    const struct key_binding *binding;
    for (int i = 0; (binding = key_binding_at(i)); i++) {
        if (!is_named(binding->keys, key)) {
            continue;
        }
        if (binding->panels & 1u << focus) {
            return binding;
        }
        everywhere = !everywhere && binding->panels == 0 ? binding : everywhere;
    }
    return everywhere;
}

const struct key_binding *key_elsewhere(struct key key, enum panel_id focus, unsigned *panels)
{
    const struct key_binding *shown = NULL;
    if (key_find(key, focus)) {
        return NULL;
    }
    const struct key_binding *binding;
    for (int i = 0; (binding = key_binding_at(i)); i++) {
        shown = binding->shown ? binding : shown;
        if (is_named(binding->keys, key)) {
            *panels = binding->panels;
            return shown;
        }
    }
    return NULL;
}

bool key_plays(const struct key_binding *binding)
{
    return (binding->uses & (KEY_PLAYS | KEY_PLAYED)) != 0;
}

bool key_trains(const struct key_binding *binding)
{
    return (binding->uses & KEY_PLAYED) == 0;
}
