/* SPDX-License-Identifier: MIT
 * The stream: what comes is a mixture of the tasks whose proportions drift, and no step is a
 * boundary.
 *
 * Time counts tasks: from t to t+1 task t comes most often, in the middle of that nearly alone.
 * From the middle of one task's time to the middle of the next its share falls in a straight line
 * while the other's rises; before the first middle and after the last nothing changes.  With
 * v = time - 1/2, kept in 0 .. T-1, task t comes with probability
 *
 *   (1 - stray) max(0, 1 - |v - t|)  +  stray min(1, max(0, v + 1 - t)) / (v + 1)
 *
 * The second part is what strays in: any task that has come before comes again now and then.  The
 * shares add up to one at every time.
 *
 * After van de Ven, Tuytelaars & Tolias 2022 (task-free streams with fuzzy boundaries); linear
 * blurring as in Avalanche's online streams. */
#ifndef OUBLI_TASKS_STREAM_H
#define OUBLI_TASKS_STREAM_H

/* Of a thousand examples so many come from anywhere in the past: rare, but not nothing. */
enum { STREAM_STRAY_PERMILLE = 2 };

/* The share of `task` at `time`, of a stream of n_tasks. */
double stream_share(int n_tasks, double time, int task);

/* The task that the uniform number `unit`, 0 <= unit < 1, draws at `time`. */
int stream_draw(int n_tasks, double time, double unit);

#endif
