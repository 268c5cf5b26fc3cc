/* SPDX-License-Identifier: MIT */
#include "ui/app/teach.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ui/app/say.h"
#include "ui/app/send.h"

/* A lesson must fit into a command, all of them into the queue of commands. */
enum { LINE_MAX_BYTES = COMMAND_TEXT_MAX - 1, LESSONS_MOST = 100 };

/* One word with a dot or a slash in it: nobody would teach that. */
static bool is_name(const char *text)
{
    const char *dot = strchr(text, '.');
    return !strpbrk(text, " \t") && (strchr(text, '/') || (dot && dot[1] != '\0'));
}

bool teach_file(struct app *app, const char *path)
{
    struct stat status;
    FILE *file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "r") : NULL;
    char line[LINE_MAX_BYTES], said[160];
    int n = 0;
    if (!file) {
        if (is_name(path)) {
            snprintf(said, sizeof said, "teach: there is no file %.80s; nothing was taught", path);
            app_say(app, true, said);
        }
        return is_name(path);
    }
    while (n < LESSONS_MOST && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[strspn(line, " \t")] != '\0') {
            app_send(app, "teach %s", line);
            n++;
        }
    }
    bool is_all = fgetc(file) == EOF;
    fclose(file);
    snprintf(said, sizeof said, "%d line%s of %.80s taught%s", n, n == 1 ? "" : "s", path,
             is_all ? "" : "; the others are too many for one lesson");
    app_say(app, n == 0, said);
    return true;
}
