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

option_fields() { # of program $1: the field number $2, where there is one
    "$1" __dump-cli | awk -F '\t' -v n="$2" '$1 == "option" && $n != "-" { print $n }'
}

spellings_are_unique() {
    [ -z "$({ option_fields "$1" 2; option_fields "$1" 8; } | sort | uniq -d)" ] &&
        [ -z "$(option_fields "$1" 3 | sort | uniq -d)" ] &&
        [ -z "$(option_fields "$1" 7 | sort | uniq -d)" ]
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
        $1 == "option" && ($10 == "-" || $10 ~ /\.$/) { print "--" $2 ": " $10; bad = 1 }
        $1 == "option" && $5 == "choice" && $4 == "-" { print "--" $2 " has no choices"; bad = 1 }
        END { exit bad }'
}

help_is_complete_and_fits() {
    local help name
    help=$("$1" --help) || return 1
    [ "$(awk 'length > longest { longest = length } END { print longest }' <<<"$help")" -le 100 ] || return 1
    for name in $(option_fields "$1" 2); do
        [[ $help == *"--$name"* || $help == *"--[no-]$name"* ]] || return 1
    done
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
