#pragma once

#include "cli/parser.hpp"

#include <string>
#include <vector>

/// A command with every kind of option, and what run_main does with a command line before it runs.
extern const cli::Command sample_command;

struct CommandLine {
    explicit CommandLine(std::vector<std::string> words);

    cli::OptionTable table{sample_command};
    cli::Parsed parsed;

    [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
};
