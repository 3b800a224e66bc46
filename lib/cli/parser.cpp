#include "cli/parser.hpp"

#include <algorithm>
#include <cstdlib>

#define CXXOPTS_NO_REGEX
#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/arguments.hpp"
#include "cli/option_value.hpp"
#include "cli/redact.hpp"
#include "cli/suggest.hpp"

#include <cxxopts.hpp>

namespace cli {

namespace {

using base::Error;
using base::ErrorKind;

void declare(cxxopts::Options& library, const Option& option) {
    std::string names{option.name};
    if (option.letter != 0)
        names = option.letter + (names.empty() ? "" : "," + names);
    if (!option.alias.empty())
        names.append(1, ',').append(option.alias);
    if (option.kind == Kind::flag)
        library.add_options()(names, "", cxxopts::value<bool>());
    else
        library.add_options()(names, "", cxxopts::value<std::string>());
    if (option.negatable)
        library.add_options()("no-" + std::string{option.name}, "", cxxopts::value<bool>());
}

[[noreturn]] void throw_unknown(const OptionTable& table, const std::string& word) {
    const bool is_long = word.starts_with("--");
    const auto name = is_long ? word.substr(0, word.find('=')) : word;
    auto hint = is_long ? did_you_mean(name.substr(2), table.long_names()) : "";
    if (const auto at = hint.find("mean "); at != std::string::npos)
        hint.insert(at + 5, "--");
    throw Error(ErrorKind::usage, "no such option", base::quoted(name),
                hint.empty() ? "--help lists all" : hint);
}

/// Only the last word of a command line can lack its value.
[[noreturn]] void throw_no_value(const OptionTable& table, const std::string& word) {
    const Option* const option =
        word.starts_with("--") ? table.find(word.substr(2)) : table.find(word.back());
    if (option == nullptr)
        throw Error(ErrorKind::usage, base::quoted(word), "needs a value");
    throw Error(ErrorKind::usage, spelling(*option),
                "needs a value: " + std::string{placeholder(*option)});
}

cxxopts::ParseResult parse_by_library(const OptionTable& table, const Arguments& arguments) {
    cxxopts::Options library{"", ""};
    library.allow_unrecognised_options(); // we name them better
    for (const Option* option : arguments.used)
        declare(library, *option);
    std::vector<const char*> argv{""};
    for (const std::string& word : arguments.words)
        argv.push_back(word.c_str());
    try {
        return library.parse(static_cast<int>(argv.size()), argv.data());
    } catch (const cxxopts::exceptions::missing_argument&) {
        throw_no_value(table, arguments.words.back());
    }
}

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
    const Arguments arguments = split_arguments(table, words);
    const auto result = parse_by_library(table, arguments);
    for (const std::string& word : result.unmatched()) {
        if (word.starts_with('-') && word != "-")
            throw_unknown(table, word);
    }
    for (const auto& item : result.arguments()) {
        const Option* const option =
            item.key().size() == 1 ? table.find(item.key()[0]) : table.find(item.key());
        const bool negated = option->negatable && item.key() != option->name;
        add_value(entry_of(parsed, option), negated ? "false" : item.value());
    }
    parsed.args = result.unmatched();
    parsed.rest = arguments.rest;
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
