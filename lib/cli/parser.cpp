#include "cli/parser.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/arguments.hpp"
#include "cli/option_value.hpp"
#include "cli/redact.hpp"

#include <algorithm>
#include <cstdlib>

namespace cli {

namespace {

using base::Error;
using base::ErrorKind;

/// Finds the entry of this option or makes one.
Given& entry_of(Parsed& parsed, const Option* option) {
    const auto found = std::ranges::find(parsed.given, option, &Given::option);
    if (found != parsed.given.end())
        return *found;
    return parsed.given.emplace_back(Given{option, Source::command_line, {}, {}});
}

void add_value(Given& given, const std::string& text) {
    if (given.option->kind == Kind::list || given.option->kind == Kind::pairs)
        split_list(given.values, text, given.option->kind == Kind::pairs);
    else
        given.values.assign(1, text); // the last one counts
}

[[noreturn]] void throw_too_many(const std::string& extra, const std::string& usage) {
    throw Error(ErrorKind::usage, "unexpected argument", base::quoted(redacted(extra)),
                "usage: " + usage);
}

void check_count(const Arity& arity, const std::vector<std::string>& words,
                 const std::string& usage, std::string_view before) {
    if (words.size() < arity.required.size())
        throw Error(ErrorKind::usage, std::string{before} + arity.required[words.size()],
                    "missing argument", "usage: " + usage);
    if (words.size() > arity.most)
        throw_too_many(words[arity.most], usage);
}

} // namespace

const Given* Parsed::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(
        given, [name](const Given& entry) { return entry.option->name == name; });
    return found == given.end() ? nullptr : &*found;
}

Parsed parse_words(const OptionTable& table, std::span<const std::string> words) {
    Parsed parsed;
    Arguments arguments = split_arguments(table, words);
    for (const Arguments::Use& use : arguments.uses)
        add_value(entry_of(parsed, use.option), use.value);
    parsed.args = std::move(arguments.words);
    parsed.rest = std::move(arguments.rest);
    return parsed;
}

void add_environment(Parsed& parsed, const OptionTable& table) {
    for (const Option* option : table.all()) {
        const auto variable = variable_of(*option);
        if (variable.empty() || parsed.find(option->name) != nullptr)
            continue;
        const char* const text = std::getenv(variable.c_str());
        if (text == nullptr || *text == '\0')
            continue;
        Given given{option, Source::environment, {}, {}};
        add_value(given, text);
        parsed.given.push_back(std::move(given));
    }
}

void check_values(const Parsed& parsed) {
    for (const Given& given : parsed.given) {
        for (const std::string& value : given.values)
            check_value(given, value);
    }
}

void take_url(Parsed& parsed, const Command& command) {
    if (!parse_synopsis(command.args).url)
        return;
    const auto url = std::ranges::find_if(
        parsed.args, [](const std::string& word) { return word.find("://") != std::string::npos; });
    if (url == parsed.args.end())
        return;
    parsed.url = std::move(*url);
    parsed.args.erase(url);
}

void check_arguments(const Parsed& parsed, const Command& command, const CalledAs& called) {
    const Synopsis synopsis = parse_synopsis(command.args);
    const auto usage = usage_line(command, called);
    check_count(synopsis.args, parsed.args, usage, "");
    check_count(synopsis.rest, parsed.rest, usage, "-- ");
}

} // namespace cli
