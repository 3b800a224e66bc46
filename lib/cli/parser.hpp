#pragma once

#include "cli/context_choice.hpp"
#include "cli/option_table.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

enum class Source { command_line, environment, context };

/// One option that was given, with all its values; a flag has "true" or "false".
struct Given {
    const Option* option;
    Source source;
    std::vector<std::string> values;
    std::string place = {}; // of a context's value: file, line and column
};

/// A command line taken apart.
struct Parsed {
    std::vector<Given> given;
    std::vector<std::string> args; // without the URL
    std::vector<std::string> rest; // behind "--"
    std::string url;               // the first argument that holds "://", if the command takes one
    std::optional<ChosenContext> context; // once it was looked for
    bool context_loaded = false;

    [[nodiscard]] const Given* find(std::string_view name) const noexcept;
};

/// Takes the words behind the program's name apart. Values are not looked at yet.
/// Throws base::Error(usage) for an unknown option or a missing value.
Parsed parse_words(const OptionTable& table, std::span<const std::string> words);

/// Adds what environment variables say for options that the command line does not have.
void add_environment(Parsed& parsed, const OptionTable& table);

/// Checks each value against its option's kind. Throws base::Error, usage or (from a variable or a
/// context) config.
void check_values(const Parsed& parsed);

/// Takes the first argument that holds "://" out as the URL, if the synopsis starts with [URL].
void take_url(Parsed& parsed, const Command& command);

/// Counts the arguments against the command's synopsis.
/// Throws base::Error(usage) that names what is missing or too much.
void check_arguments(const Parsed& parsed, const Command& command, const CalledAs& called);

} // namespace cli
