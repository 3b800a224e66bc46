#include "cli/command_set.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/option_table.hpp"
#include "cli/suggest.hpp"

#include <algorithm>

namespace cli {

namespace {

void do_nothing(Invocation&) {}

/// Whether the word is an option whose value is the next word.
bool takes_next_word(const OptionTable& table, const std::string& word) {
    const Option* const option =
        word.starts_with("--") ? table.find(std::string_view{word}.substr(2)) // --x=v finds none
                               : table.find(word.back());
    return option != nullptr && option->kind != Kind::flag;
}

} // namespace

const Command* CommandSet::find(std::string_view wanted) const noexcept {
    const auto found = std::ranges::find_if(commands, [wanted](const Command* command) {
        return command->name == wanted || (!wanted.empty() && command->alias == wanted);
    });
    return found == commands.end() ? nullptr : *found;
}

const Command& CommandSet::get(std::string_view wanted) const {
    if (const Command* const command = find(wanted))
        return *command;
    std::vector<std::string> names{"help"};
    for (const Command* command : commands)
        names.emplace_back(command->name);
    const auto hint = did_you_mean(wanted, names);
    throw base::Error(base::ErrorKind::usage, "no such command", base::quoted(wanted),
                      hint.empty() ? "--help lists all" : hint);
}

Command CommandSet::top() const {
    return {.name = name,
            .args = "COMMAND [ARGUMENT...]",
            .summary = summary,
            .description = description,
            .examples = examples,
            .options = options,
            .formats = "table|json|ndjson|raw|name|template=TEXT",
            .run = do_nothing};
}

SubcommandWords cut_at_subcommand(const CommandSet& set, std::span<const std::string> words) {
    const OptionTable table{set.top()};
    SubcommandWords cut;
    std::size_t next = 0;
    while (next < words.size()) {
        const std::string& word = words[next++];
        if (word == "--")
            continue;
        if (!word.starts_with('-')) {
            cut.name = word;
            break;
        }
        cut.words.push_back(word);
        if (takes_next_word(table, word) && next < words.size())
            cut.words.push_back(words[next++]);
    }
    const auto own = words.subspan(next);
    cut.words.insert(cut.words.end(), own.begin(), own.end());
    return cut;
}

} // namespace cli
