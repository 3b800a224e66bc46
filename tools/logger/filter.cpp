#include "tools/logger/filter.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/parse_error.hpp"
#include "message/log_record.hpp"

#include <algorithm>
#include <cctype>

namespace logger {

using base::Error;
using base::ErrorKind;
using message::Message;
using message::Severity;

namespace {

/// What the routing key says is enough in all but odd cases.
Severity severity_of(const Message& message) {
    const std::string_view key = message.routing_key;
    if (const auto dot = key.rfind('.'); dot != std::string_view::npos)
        if (const auto severity = message::find_severity(key.substr(dot + 1)))
            return *severity;
    return parse_log(message).severity;
}

bool has_field(std::string_view json, const std::string& name, const std::string& value) {
    for (codec::JsonMembers members{json}; members.next();) {
        std::string_view key = members.key();
        if (key != name && key.starts_with('_'))
            key.remove_prefix(1);
        if (key == name && codec::plain_text(members.value()) == value)
            return true;
    }
    return codec::find_text(json, name) == value || codec::find_text(json, "_" + name) == value;
}

} // namespace

bool Filter::accepts(const Message& message) const {
    if (threshold && severity_of(message) > *threshold)
        return false;
    if (fields.empty())
        return true;
    try {
        const std::string json = body_as_json(message);
        return std::ranges::all_of(fields, [&json](const auto& field) {
            return has_field(json, field.first, field.second);
        });
    } catch (const codec::ParseError&) { // a log that is no GELF has no fields
        return false;
    }
}

Filter make_filter(const std::optional<std::string>& level,
                   const std::vector<std::string>& fields) {
    Filter filter;
    if (level) {
        filter.threshold = message::find_severity(*level);
        if (!filter.threshold)
            throw Error(
                ErrorKind::usage, "--level " + base::quoted(*level), "is no severity",
                "EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO, DEBUG or 0 to 7");
    }
    for (const std::string& text : fields) {
        const auto equals = text.find('=');
        if (equals == 0 || equals == std::string::npos)
            throw Error(ErrorKind::usage, "--field " + base::quoted(text),
                        "is not of the form NAME=VALUE");
        filter.fields.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return filter;
}

std::vector<topic::Pattern> patterns_of(const std::vector<std::string>& texts) {
    std::vector<std::string> all;
    for (const std::string& text : texts) {
        all.push_back(text);
        const auto dot = text.rfind('.');
        if (dot == std::string::npos) {
            if (text != "#")
                all.push_back(text + ".*");
            continue;
        }
        const auto severity = message::find_severity(std::string_view{text}.substr(dot + 1));
        if (!severity)
            continue;
        std::string name{severity_name(*severity)};
        all.push_back(text.substr(0, dot + 1) + name);
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        all.push_back(text.substr(0, dot + 1) + name);
    }
    return topic::compile(all);
}

} // namespace logger
