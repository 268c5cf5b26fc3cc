/* SPDX-License-Identifier: MIT */
#include "ui/app/ahead.h"

#include "ui/app/keys.h"

/* Its text is the keyboard's, and soon another; it points where something else will be. */
static bool cannot_wait(struct key key)
{
    return key.press == PRESS_PASTE || key.press == PRESS_MOUSE;
}

bool ahead_keep(struct ahead *ahead, const struct view *view, struct key key)
{
    if (cannot_wait(key)) {
        return true;
    }
    const struct key_binding *binding = key_find(key, view->focus);
    bool is_shown = view->snapshot != NULL;
    bool scrolls = is_shown && view->overlay == OVERLAY_HELP;
    bool is_at_once =
        binding && (binding->uses & KEY_LEAVES || (is_shown && binding->uses & KEY_SCREEN));
    if (!ahead->has_line && (scrolls || is_at_once)) {
        return false;
    }
    if (ahead->n < AHEAD_MAX) {
        ahead->keys[ahead->n++] = key;
        ahead->has_line = ahead->has_line || (binding && binding->uses & KEY_TYPES);
    }
    if (key.press == PRESS_ENTER || key.press == PRESS_ESCAPE) {
        ahead->has_line = false;
    }
    return true;
}

bool ahead_has(const struct ahead *ahead)
{
    return ahead->next < ahead->n;
}

struct key ahead_take(struct ahead *ahead)
{
    return ahead->keys[ahead->next++];
}
