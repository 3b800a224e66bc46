#pragma once

#include "cli/exit_code.hpp"
#include "cli/option.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Invocation;

struct Example {
    std::string_view comment; // "Publish a file"
    std::string_view line;    // "publish_event OrderPlaced order.json"
};

/// The function that does a command's work: returns nothing (success) or an exit code, throws on
/// failure.
class Action {
public:
    using Plain = void (*)(Invocation&);
    using Telling = ExitCode (*)(Invocation&);

    constexpr Action(Plain run) noexcept : plain_(run) {}     // NOLINT: a function is an action
    constexpr Action(Telling run) noexcept : telling_(run) {} // NOLINT
    ExitCode operator()(Invocation& in) const;

private:
    Plain plain_ = nullptr;
    Telling telling_ = nullptr;
};

/// A program, or a subcommand of one, as data. All texts are constants of the program.
struct Command {
    std::string_view name;
    std::string_view alias = {}; // another name for a subcommand: "ls"
    /// Arguments as shown to people; also the rule that is checked: "[URL] EVENT [PAYLOAD]",
    /// "SERVICE...", "NAME -- PROGRAM [ARG...]". In brackets is optional, "..." repeats.
    std::string_view args = {};
    std::string_view summary;          // at most 60 characters, no full stop
    std::string_view group = {};       // heading of a subcommand in its program's help
    std::string_view description = {}; // paragraphs of plain text
    std::span<const Example> examples = {};
    std::span<const OptionGroup> options = {};
    /// What -o takes, the default first: "table|json|ndjson". Empty: the command has no -o and -j.
    std::string_view formats = {};
    Completer complete = nullptr; // of an argument; null: file names
    Action run;
};

/// How many arguments a synopsis asks for.
struct Arity {
    static constexpr std::size_t unlimited = static_cast<std::size_t>(-1);
    std::vector<std::string> required; // their names, in order
    std::size_t most = 0;
};

/// `args` and `rest`: what comes before and behind "--".
struct Synopsis {
    bool url = false; // starts with [URL]
    Arity args;
    Arity rest;
};

Synopsis parse_synopsis(std::string_view text);

/// How a command was reached.
struct CalledAs {
    std::string_view declared; // the program's own name, which its examples use
    std::string program;       // the name it was called by: the declared one, or with a prefix
    std::string_view subcommand = {};

    /// "bandctl stop"
    [[nodiscard]] std::string line() const;
};

/// "publish_event [OPTION...] [URL] EVENT [PAYLOAD]"
std::string usage_line(const Command& command, const CalledAs& called);

} // namespace cli
