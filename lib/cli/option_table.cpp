#include "cli/option_table.hpp"

#include "cli/shared_options.hpp"

#include <algorithm>

namespace cli {

OptionTable::OptionTable(const Command& command, std::span<const OptionGroup> shared) {
    for (const OptionGroup& group : command.options)
        sections_.push_back({group.title, {group.options.begin(), group.options.end()}});
    for (const OptionGroup& group : shared) {
        const bool own = std::ranges::any_of(command.options, [&group](const OptionGroup& other) {
            return other.options.data() == group.options.data();
        });
        if (!own)
            sections_.push_back({group.title, {group.options.begin(), group.options.end()}});
    }
    Section general{"General", {}};
    if (!command.formats.empty()) {
        general.options.assign(output_option_table.begin(), output_option_table.end());
        general.options.front().choices = command.formats;
    }
    general.options.insert(general.options.end(), general_option_table.begin(),
                           general_option_table.end());
    sections_.push_back(std::move(general));

    for (const Section& section : sections_) {
        for (const Option& option : section.options)
            all_.push_back(&option);
    }
}

const Option* OptionTable::find(std::string_view name) const noexcept {
    if (name.empty())
        return nullptr;
    const auto found = std::ranges::find_if(all_, [name](const Option* option) {
        return option->name == name || option->alias == name ||
               (option->negatable && name.starts_with("no-") && option->name == name.substr(3));
    });
    return found == all_.end() ? nullptr : *found;
}

const Option* OptionTable::find(char letter) const noexcept {
    const auto found = std::ranges::find(all_, letter, &Option::letter);
    return found == all_.end() || letter == 0 ? nullptr : *found;
}

std::vector<std::string> OptionTable::long_names() const {
    std::vector<std::string> names;
    for (const Option* option : all_) {
        if (!option->name.empty())
            names.emplace_back(option->name);
        if (option->negatable)
            names.push_back("no-" + std::string{option->name});
    }
    return names;
}

} // namespace cli
