#pragma once

#include "cli/command.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// A program with subcommands, as data.
struct CommandSet {
    std::string_view name;
    std::string_view summary; // at most 60 characters, no full stop
    std::string_view description = {};
    std::span<const Example> examples = {};
    /// What every subcommand takes; may stand before its name, too.
    std::span<const OptionGroup> options = {};
    /// In the order of the help; those of one group stand together. `help` is there by itself.
    std::span<const Command* const> commands = {};

    /// By name or alias; null if there is none.
    [[nodiscard]] const Command* find(std::string_view name) const noexcept;

    /// Finds a subcommand, or throws base::Error(usage) that suggests one.
    [[nodiscard]] const Command& get(std::string_view name) const;

    /// The command line before the subcommand as a command of its own, which does nothing.
    [[nodiscard]] Command top() const;
};

/// A command line cut at the subcommand.
struct SubcommandWords {
    std::optional<std::string> name; // nothing: there is none
    /// The subcommand's own words behind the options that stood before its name.
    std::vector<std::string> words;
};

SubcommandWords cut_at_subcommand(const CommandSet& set, std::span<const std::string> words);

} // namespace cli
