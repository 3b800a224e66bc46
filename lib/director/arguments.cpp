#include "director/arguments.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/json_members.hpp"
#include "codec/json_number.hpp"
#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_string.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "codec/utf8.hpp"
#include "http/field.hpp"
#include "http/query.hpp"

#include <algorithm>
#include <array>

namespace director {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_names = 1000; // they are looked for one by one

} // namespace

void Arguments::set(std::string name, std::string json) {
    const auto at = std::ranges::find(values_, name, &std::pair<std::string, std::string>::first);
    if (at != values_.end())
        at->second = std::move(json);
    else if (values_.size() < most_names)
        values_.emplace_back(std::move(name), std::move(json));
    else
        throw Error(ErrorKind::usage, "arguments", "more than 1,000 of them");
}

void Arguments::set_text(std::string name, std::string_view text) {
    std::string json;
    codec::append_quoted(json, text);
    set(std::move(name), std::move(json));
}

void Arguments::merge_json(std::string_view json) {
    try {
        codec::validate_json(json, {.max_depth = deepest});
    } catch (const codec::ParseError& error) {
        const base::Error where = error.in("the JSON body");
        throw Error(ErrorKind::usage, where.subject(), where.why());
    }
    const std::string_view value = *codec::find(json, "");
    if (value.starts_with('[')) {
        positional_ = value;
        return;
    }
    if (value == "null")
        return;
    if (!value.starts_with('{'))
        throw Error(ErrorKind::usage, "the JSON body", "neither an object nor an array");
    for (codec::JsonMembers members{value}; members.next();)
        set(std::string(members.key()), std::string(members.value()));
}

void Arguments::merge_form(std::string_view what, std::string_view text) {
    const auto form = http::Query::parse(text);
    if (!form)
        throw Error(ErrorKind::usage, std::string(what),
                    "its encoding is broken, or there are more than 1,000 arguments");
    for (const auto& [name, value] : form->all()) {
        if (!codec::is_utf8(name) || !codec::is_utf8(value))
            throw Error(ErrorKind::usage, std::string(what), "text that is not UTF-8");
        set_text(name, value);
    }
}

std::optional<std::string_view> Arguments::find(std::string_view name) const noexcept {
    const auto at = std::ranges::find(values_, name, &std::pair<std::string, std::string>::first);
    return at == values_.end() ? std::nullopt : std::optional<std::string_view>{at->second};
}

std::optional<std::string> Arguments::text(std::string_view name) const {
    const auto value = find(name);
    return value ? std::optional{codec::plain_text(*value)} : std::nullopt;
}

bool Arguments::flag(std::string_view name) const {
    const auto value = text(name);
    if (!value)
        return false;
    constexpr std::array<std::string_view, 5> yes{"", "1", "true", "yes", "on"};
    constexpr std::array<std::string_view, 5> no{"0", "false", "no", "off", "null"};
    if (std::ranges::find(yes, *value) != yes.end())
        return true;
    if (std::ranges::find(no, *value) != no.end())
        return false;
    throw Error(ErrorKind::usage, std::string(name),
                base::quoted(*value) + " is neither yes nor no");
}

std::optional<double> Arguments::number(std::string_view name, double most) const {
    const auto value = text(name);
    if (!value)
        return std::nullopt;
    const bool digits = value->find_first_not_of("0123456789.") == std::string::npos;
    const auto number = digits ? codec::parse_double(*value) : std::nullopt;
    if (!number || !(*number >= 0) || *number > most)
        throw Error(ErrorKind::usage, std::string(name),
                    base::quoted(*value) + " is not a number from 0 to " +
                        std::to_string(static_cast<long long>(most)));
    return number;
}

std::optional<std::string> Arguments::take(std::string_view name) {
    const auto at = std::ranges::find(values_, name, &std::pair<std::string, std::string>::first);
    if (at == values_.end())
        return std::nullopt;
    std::string json = std::move(at->second);
    values_.erase(at);
    return json;
}

std::string Arguments::params() const {
    if (!positional_.empty())
        return positional_;
    std::string json;
    codec::JsonWriter out{json};
    out.begin_object();
    for (const auto& [name, value] : values_) {
        out.key(name);
        out.raw(value);
    }
    out.end_object();
    return json;
}

Arguments arguments_of(const http::Request& request) {
    Arguments arguments;
    arguments.merge_form("the query", request.query());
    if (request.body.empty())
        return arguments;
    const std::string_view type =
        http::media_type(request.headers.find("Content-Type").value_or(std::string_view{}));
    if (http::equal_ignoring_case(type, "application/json"))
        arguments.merge_json(request.body);
    else if (http::equal_ignoring_case(type, "application/x-www-form-urlencoded"))
        arguments.merge_form("the form", request.body);
    else
        throw Error(ErrorKind::data, "the body",
                    type.empty() ? "it has no Content-Type" : "its type is " + base::quoted(type),
                    "send application/json or application/x-www-form-urlencoded");
    return arguments;
}

} // namespace director
