# SPDX-License-Identifier: MIT
# Our own rules, one pass over all C files; called by lint.sh with LC_ALL=C and -v edges=FILE,
# where it writes who includes whom for the search for cycles.  Plain awk (mawk, gawk, BSD).

BEGIN {
    max_columns = 100
    max_function = 60
    # A room may include rooms of lower rank, and itself; equal rooms do not know each other.
    rank["src/base"] = 1
    rank["src/net"] = 2
    rank["src/tasks"] = 2
    rank["src/strategies"] = 3
    rank["src/lab"] = 4
    rank["src/session"] = 5
    rank["ui/screen"] = 6
    rank["ui/widgets"] = 7
    rank["ui/panels"] = 8
    rank["ui/plot"] = 9
    rank["ui/app"] = 9
    rank["ui/export"] = 10
    rank["ui/bench"] = 10
    rank["ui/cli"] = 11
    forbidden_calls = "(exit|_exit|_Exit|quick_exit|abort|printf|vprintf|puts|putchar|perror)"
    not_word = "[^A-Za-z0-9_]"
}

function complain(text, line)
{
    printf "%s:%d: %s\n", FILENAME, line, text > "/dev/stderr"
    failed = 1
}

# The room of a path: "src/net" of src/net/matrix.c.
function room_of(path,    part)
{
    split(path, part, "/")
    return part[1] "/" part[2]
}

# `line` without comments and without what stands between quotes; in_comment lives across lines.
function code_of(line,    out, c, two, quote)
{
    out = ""
    quote = ""
    while (line != "") {
        c = substr(line, 1, 1)
        two = substr(line, 1, 2)
        if (in_comment) {
            if (two == "*/") {
                in_comment = 0
                line = substr(line, 2)
            }
        } else if (quote != "") {
            if (c == "\\")
                line = substr(line, 2)
            else if (c == quote) {
                out = out c
                quote = ""
            }
        } else if (two == "/*") {
            in_comment = 1
            line = substr(line, 2)
            out = out " "
        } else if (two == "//") {
            return out
        } else {
            if (c == "\"" || c == "'")
                quote = c
            out = out c
        }
        line = substr(line, 2)
    }
    return out
}

function check_system_include(header)
{
    if (header ~ /curses\.h$/ && FILENAME != "ui/screen/present_curses.c")
        complain("only ui/screen/present_curses.c includes <" header ">", FNR)
    if (header ~ /^(cblas|f77blas|lapacke|openblas_config)\.h$/ && FILENAME != "src/net/blas.c")
        complain("only src/net/blas.c includes <" header ">; call through net/matrix.h", FNR)
    if (room ~ /^(src|ui)\// && header ~ /^sqlite3(ext)?\.h$/ && FILENAME != "src/session/database.c")
        complain("only src/session/database.c includes <" header ">", FNR)
    if (room ~ /^src\// && header ~ /^(term|panel|termios)\.h$/)
        complain("src/ knows no terminal, but includes <" header ">", FNR)
}

function check_own_include(header,    path, to, a, b)
{
    if (header ~ /\.c$/)
        complain("never include a .c file: " header, FNR)
    if (room !~ /^(src|ui)\//)
        return
    path = header ~ /^ui\// ? header : "src/" header
    if (header !~ /\//) { # a neighbour
        path = FILENAME
        sub(/[^\/]*$/, header, path)
    }
    to = room_of(path)
    if (room ~ /^src\// && to ~ /^ui\//)
        complain("src/ never includes ui/: " header, FNR)
    else if (!(to in rank))
        complain("\"" header "\" is in no room that build-aux/rules.awk ranks", FNR)
    else if (rank[to] > rank[room] || (rank[to] == rank[room] && to != room))
        complain(room " may not include " to " (" header "): it is not a lower layer", FNR)
    if (to == "ui/bench" && room != to && FILENAME != "ui/cli/cmd_bench.c")
        complain("only ui/cli/cmd_bench.c includes ui/bench/: " header, FNR)
    a = FILENAME
    b = path
    sub(/\.[ch]$/, "", a)
    sub(/\.[ch]$/, "", b)
    if (a != b)
        print a, b > edges
}

FNR == 1 {
    in_comment = 0
    body_start = 0
    room = room_of(FILENAME)
    if (room ~ /^(src|ui)\// && !(room in rank) && FILENAME ~ /\/.*\//)
        complain(room " has no rank; give it one in build-aux/rules.awk", 1)
    if ($0 !~ /SPDX-License-Identifier: MIT/)
        complain("the first line must hold \"SPDX-License-Identifier: MIT\"", 1)
}

{
    columns = $0
    gsub(/[\200-\277]/, "", columns) # the later bytes of a UTF-8 character take no column
    if (length(columns) > max_columns)
        complain(length(columns) " columns, " max_columns " are allowed", FNR)

    if (!in_comment && match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]*/)) {
        header = substr($0, RSTART, RLENGTH)
        own = header ~ /"/
        sub(/^[^<"]*[<"]/, "", header)
        if (own)
            check_own_include(header)
        else
            check_system_include(header)
    }

    code = code_of($0)
    if (room ~ /^src\//) {
        if (match(" " code, not_word forbidden_calls "[ \t]*\\("))
            complain("src/ never prints and never ends the process: " \
                     substr(" " code, RSTART + 1, RLENGTH - 2), FNR)
        if (match(" " code " ", not_word "(stdout|stderr)" not_word))
            complain("src/ never prints: " substr(" " code, RSTART + 1, RLENGTH - 2), FNR)
    }

    if (code ~ /^\{/) {
        body_start = FNR
    } else if (code ~ /^\}/ && body_start) {
        if (FNR - body_start - 1 > max_function)
            complain("a function of " FNR - body_start - 1 " lines, " max_function " are allowed",
                     body_start)
        body_start = 0
    }
}

END { exit failed }
