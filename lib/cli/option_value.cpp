#include "cli/option_value.hpp"

#include "base/byte_size.hpp"
#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "cli/record_template.hpp"
#include "cli/redact.hpp"
#include "cli/suggest.hpp"

#include <algorithm>
#include <charconv>

namespace cli {

namespace {

using base::Error;
using base::ErrorKind;

void check_choice(const Option& option, std::string_view value) {
    const auto choices = split_choices(option.choices);
    const auto fits = [value](std::string_view choice) { // "template=TEXT" leaves TEXT free
        const auto equals = choice.find('=');
        return equals == std::string_view::npos ? value == choice
                                                : value.starts_with(choice.substr(0, equals + 1));
    };
    if (std::ranges::any_of(choices, fits)) {
        if (value.starts_with(template_mark))
            (void)RecordTemplate{value.substr(template_mark.size())};
        return;
    }
    std::string listed;
    for (const auto choice : choices)
        listed.append(listed.empty() ? "" : ", ").append(choice);
    throw Error(ErrorKind::usage, "", base::quoted(value) + " is not known", "one of " + listed);
}

} // namespace

std::int64_t parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0)
        throw Error(ErrorKind::usage, "", base::quoted(text) + " is no number",
                    "write digits only");
    return value;
}

void check_kind(const Option& option, std::string_view value) {
    switch (option.kind) {
    case Kind::integer:
        parse_integer(value);
        break;
    case Kind::duration:
        base::parse_duration(value);
        break;
    case Kind::size:
        base::parse_byte_size(value);
        break;
    case Kind::choice:
        check_choice(option, value);
        break;
    case Kind::pairs:
        if (value.find('=') == std::string_view::npos || value.starts_with('='))
            throw Error(ErrorKind::usage, "",
                        base::quoted(redacted(value)) + " is no " +
                            std::string{placeholder(option)});
        break;
    case Kind::flag: // only a variable can say it in another way than true
        if (value != "true" && value != "false" && value != "1" && value != "0")
            throw Error(ErrorKind::usage, "", base::quoted(value) + " is neither 1 nor 0");
        break;
    case Kind::text:
    case Kind::list:
    case Kind::file:
        break;
    }
}

void split_list(std::vector<std::string>& values, std::string_view text, bool pairs) {
    const std::size_t before = values.size();
    while (true) {
        const auto end = text.find(',');
        const auto part = text.substr(0, end);
        if (pairs && values.size() > before && part.find('=') == std::string_view::npos)
            values.back().append(1, ',').append(part);
        else if (!part.empty())
            values.emplace_back(part);
        if (end == std::string_view::npos)
            return;
        text.remove_prefix(end + 1);
    }
}

void check_value(const Given& given, std::string_view value) {
    try {
        check_kind(*given.option, value);
    } catch (const Error& error) {
        if (given.source == Source::command_line)
            throw Error(ErrorKind::usage, spelling(*given.option), error.why(), error.hint());
        const bool variable = given.source == Source::environment;
        throw Error(ErrorKind::config, variable ? variable_of(*given.option) : given.place,
                    error.why(), error.hint());
    }
}

} // namespace cli
