#pragma once

#include "cli/command.hpp"

#include <string_view>
#include <vector>

namespace cli {

/// All options of a command: its own groups, then those that it shares with the other commands of
/// its program, then -o and -j where it has formats, then the general ones. Points into itself, so
/// it stays where it is made.
class OptionTable {
public:
    struct Section {
        std::string_view title;
        std::vector<Option> options;
    };

    /// A group of `shared` that the command names itself is not taken twice.
    explicit OptionTable(const Command& command, std::span<const OptionGroup> shared = {});
    OptionTable(const OptionTable&) = delete;
    OptionTable& operator=(const OptionTable&) = delete;

    [[nodiscard]] const std::vector<Section>& sections() const noexcept { return sections_; }
    [[nodiscard]] const std::vector<const Option*>& all() const noexcept { return all_; }

    /// By name, alias or "no-NAME"; null if there is none.
    [[nodiscard]] const Option* find(std::string_view name) const noexcept;
    [[nodiscard]] const Option* find(char letter) const noexcept;

    /// Every long spelling without the dashes, for suggestions.
    [[nodiscard]] std::vector<std::string> long_names() const;

private:
    std::vector<Section> sections_;
    std::vector<const Option*> all_;
};

} // namespace cli
