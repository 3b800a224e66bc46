#include "runtime/environment_file.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <algorithm>
#include <fstream>

namespace runtime {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t most_bytes = 256 * 1024;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t start = std::min(text.find_first_not_of(blanks), text.size());
    text.remove_prefix(start);
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string_view unquoted(std::string_view value) {
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front())
        return value.substr(1, value.size() - 2);
    return value;
}

} // namespace

void require_variable_name(std::string_view name) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    if (name.empty() || (name[0] >= '0' && name[0] <= '9') || !std::ranges::all_of(name, is_word))
        throw Error(ErrorKind::usage, base::quoted(name), "is no name of a variable",
                    "letters, digits and _ are");
    if (name == "PATH" || name.starts_with("LD_"))
        throw Error(ErrorKind::usage, "variable " + std::string(name),
                    "cannot be set for a service",
                    "set it in its Dockerfile or in its program `run`");
}

void set_variable(Variables& variables, std::string_view name, std::string_view value) {
    const auto found =
        std::ranges::find(variables, name, [](const auto& pair) { return pair.first; });
    if (found != variables.end())
        found->second = value;
    else
        variables.emplace_back(name, value);
}

const std::string* find_variable(const Variables& variables, std::string_view name) noexcept {
    const auto found =
        std::ranges::find(variables, name, [](const auto& pair) { return pair.first; });
    return found == variables.end() ? nullptr : &found->second;
}

Variables read_environment_file(const std::filesystem::path& path) {
    Variables variables;
    std::ifstream file{path};
    std::string line;
    std::size_t total = 0;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        const std::string place = path.string() + ":" + std::to_string(number);
        total += line.size() + 1;
        if (total > most_bytes || line.find('\0') != std::string::npos)
            throw Error(ErrorKind::config, base::printable(place),
                        total > most_bytes ? "is longer than 256 KiB" : "holds a NUL byte");
        std::string_view text = trimmed(line);
        if (text.empty() || text.front() == '#')
            continue;
        if (text.starts_with("export "))
            text = trimmed(text.substr(7));
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos)
            throw Error(ErrorKind::config, base::printable(place), "is no NAME=VALUE");
        try {
            require_variable_name(trimmed(text.substr(0, equals)));
        } catch (const Error& error) {
            throw Error(ErrorKind::config, base::printable(place),
                        error.subject() + " " + error.why(), error.hint());
        }
        set_variable(variables, trimmed(text.substr(0, equals)),
                     unquoted(trimmed(text.substr(equals + 1))));
    }
    return variables;
}

} // namespace runtime
