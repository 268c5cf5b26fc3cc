/* SPDX-License-Identifier: MIT
 * The list of panels. */
#ifndef OUBLI_UI_PANELS_PANEL_ID_H
#define OUBLI_UI_PANELS_PANEL_ID_H

/* ROW(ID, name) for each panel, in the order in which Tab goes through them: from the knobs to the
 * curves first, where one goes back in time.  `panel_name` is its struct panel (panel.h). */
#define PANEL_LIST(ROW)                                                                            \
    ROW(KNOBS, knobs)                                                                              \
    ROW(ACCURACY, accuracy)                                                                        \
    ROW(WRITING, writing)                                                                          \
    ROW(ATTENTION, attention)                                                                      \
    ROW(SURFACE, surface)                                                                          \
    ROW(ARROWS, arrows)                                                                            \
    ROW(NETWORK, network)                                                                          \
    ROW(SAMPLES, samples)                                                                          \
    ROW(WHY, why)                                                                                  \
    ROW(DRIFT, drift)                                                                              \
    ROW(MICROSCOPE, microscope)                                                                    \
    ROW(PUTBACK, putback)                                                                          \
    ROW(LEARNERS, learners)                                                                        \
    ROW(PLANE, plane)                                                                              \
    ROW(SCOREBOARD, scoreboard)                                                                    \
    ROW(MATRIX, matrix)                                                                            \
    ROW(LAYERS, layers)                                                                            \
    ROW(STRATEGIES, strategies)

#define PANEL_ID(id, name) PANEL_##id,
enum panel_id { PANEL_LIST(PANEL_ID) PANEL_COUNT };
#undef PANEL_ID

#endif
