#include "cli/option.hpp"

namespace cli {

std::string variable_of(const Option& option) {
    if (option.variable != own_variable)
        return std::string{option.variable};
    if (option.kind == Kind::flag)
        return {};
    std::string variable = "BAND_";
    for (const char letter : option.name) {
        const bool lower = letter >= 'a' && letter <= 'z';
        variable += letter == '-' ? '_' : lower ? static_cast<char>(letter - 'a' + 'A') : letter;
    }
    return variable;
}

std::string spelling(const Option& option) {
    return option.name.empty() ? std::string{'-', option.letter} : "--" + std::string{option.name};
}

std::string_view placeholder(const Option& option) {
    if (option.kind == Kind::flag)
        return {};
    if (!option.value.empty())
        return option.value;
    switch (option.kind) {
    case Kind::choice:
        return option.choices;
    case Kind::integer:
        return "N";
    case Kind::duration:
        return "TIME";
    case Kind::size:
        return "SIZE";
    case Kind::pairs:
        return "K=V";
    case Kind::file:
        return "FILE";
    default:
        return "VALUE";
    }
}

std::vector<std::string_view> split_choices(std::string_view choices) {
    std::vector<std::string_view> parts;
    while (!choices.empty()) {
        const auto end = choices.find('|');
        parts.push_back(choices.substr(0, end));
        choices.remove_prefix(end == std::string_view::npos ? choices.size() : end + 1);
    }
    return parts;
}

} // namespace cli
