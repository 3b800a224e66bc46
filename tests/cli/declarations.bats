#!/usr/bin/env bats
# What holds for the declaration of every program. PROGRAMS lists their paths, colon separated.

bats_require_minimum_version 1.5.0

# Runs a check for each program; says which one failed.
each_program() {
    local program IFS=:
    for program in $PROGRAMS; do
        unset IFS
        "$1" "$program" || { echo "in $program" >&2; return 1; }
    done
}

# A subcommand's own -o only narrows the one that is declared for all of them.
spellings_are_unique() {
    "$1" __dump-cli | awk -F '\t' '
        function check(what, spelling) {
            if (spelling == "-" || (scope != "" && $2 == "output"))
                return
            if ((scope, what, spelling) in seen || ("", what, spelling) in seen) {
                print scope " has twice: " spelling
                bad = 1
            }
            seen[scope, what, spelling] = 1
        }
        $1 == "command" { scope = $2 }
        $1 == "option" { check("name", $2); check("name", $8); check("letter", $3); check("variable", $7) }
        END { exit bad }'
}

# Letters that mean the same in all programs, with the option they stand for.
shared_letters_mean_the_same() {
    "$1" __dump-cli | awk -F '\t' '
        BEGIN {
            n = split("f follow n last o output q quiet v verbose c count j json d data y yes", w, " ")
            for (i = 1; i < n; i += 2)
                meaning[w[i]] = w[i + 1]
        }
        $1 == "option" && ($3 in meaning) && meaning[$3] != $2 && meaning[$3] != $8 { print "-" $3 " is --" $2; bad = 1 }
        END { exit bad }'
}

texts_have_their_form() {
    "$1" __dump-cli | awk -F '\t' '
        $1 == "program" && (length($5) > 60 || $5 ~ /\.$/) { print "summary: " $5; bad = 1 }
        $1 == "command" && (length($6) > 60 || $6 ~ /\.$/) { print "summary: " $6; bad = 1 }
        $1 == "option" && ($10 == "-" || $10 ~ /\.$/) { print "--" $2 ": " $10; bad = 1 }
        $1 == "option" && $5 == "choice" && $4 == "-" { print "--" $2 " has no choices"; bad = 1 }
        END { exit bad }'
}

# Help of program $1, or of its command $2, shows the options $3… and is not too wide.
help_shows() {
    local help name program=$1 command=$2
    if [ "$command" ]; then help=$("$program" help "$command"); else help=$("$program" --help); fi || return 1
    [ "$(awk 'length > longest { longest = length } END { print longest }' <<<"$help")" -le 100 ] || return 1
    for name in "${@:3}"; do
        [[ $help == *"--$name"* || $help == *"--[no-]$name"* ]] || return 1
    done
}

help_is_complete_and_fits() {
    local command names
    while IFS=$'\t' read -r command names; do
        # shellcheck disable=SC2086  # the names are words
        help_shows "$1" "${command#-}" $names || return 1
    done < <("$1" __dump-cli | awk -F '\t' '
        $1 == "command" { print scope "\t" names; scope = $2; names = "" }
        $1 == "option" && $2 != "-" { names = names " " $2 }
        BEGIN { scope = "-" }
        END { print scope "\t" names }')
    "$1" -h >/dev/null && "$1" --version >/dev/null
}

has_examples() {
    "$1" __dump-cli | grep -q '^example'
}

# Every example's options and arguments are parsed; --version keeps it from doing anything.
examples_parse() {
    local name line
    name=$(basename "$1")
    while IFS=$'\t' read -r _ _ line; do
        line=${line##*| }
        [[ $line == "$name "* ]] || continue
        line="$1 --version ${line#"$name "}"
        (eval "${line%%[<>]*}") >/dev/null || { echo "$line"; return 1; }
    done < <("$1" __dump-cli | grep '^example')
}

@test "no option, letter or variable is declared twice" {
    each_program spellings_are_unique
}

@test "the same letter is the same thing in all programs" {
    each_program shared_letters_mean_the_same
}

@test "summaries are short, and no help text ends in a full stop" {
    each_program texts_have_their_form
}

@test "help names every option and fits a terminal" {
    each_program help_is_complete_and_fits
}

@test "every program shows examples" {
    each_program has_examples
}

@test "every example's command line is understood" {
    each_program examples_parse
}
