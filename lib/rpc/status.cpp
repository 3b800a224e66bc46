#include "rpc/status.hpp"

#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "rpc/result.hpp"

#include <charconv>

namespace rpc {

namespace {

constexpr std::size_t most_methods = 1000;

std::int64_t integer(std::string_view json) {
    std::int64_t number = 0;
    std::from_chars(json.data(), json.data() + json.size(), number);
    return number;
}

std::string text(std::string_view json) {
    return json.starts_with('"') ? codec::plain_text(json) : std::string{};
}

/// ["echo","none"]
ExposedMethod read_pair(std::string_view json) {
    ExposedMethod method{{}, "none", "{}"};
    codec::JsonElements elements{json};
    if (elements.next())
        method.name = text(elements.value());
    if (elements.next())
        method.role = text(elements.value());
    return method;
}

/// {"method":"add","role":"handler","options":{"timeout":100}}
ExposedMethod read_object(std::string_view json) {
    ExposedMethod method{{}, "none", "{}"};
    for (codec::JsonMembers members{json}; members.next();) {
        if (members.key() == "method")
            method.name = text(members.value());
        else if (members.key() == "role")
            method.role = text(members.value());
        else if (members.key() == "options" && members.value().starts_with('{'))
            method.options = members.value();
    }
    return method;
}

void read_methods(Status& status, std::string_view json) {
    for (codec::JsonElements elements{json}; elements.next();) {
        ExposedMethod method = elements.value().starts_with('[') ? read_pair(elements.value())
                                                                 : read_object(elements.value());
        if (!method.name.empty() && status.methods.size() < most_methods)
            status.methods.push_back(std::move(method));
    }
}

bool hidden(const ExposedMethod& method) {
    return method.name.starts_with("__");
}

/// As Python shows a timedelta: "1 day, 0:00:38.684000", without a fraction of zero.
std::string duration_text(std::int64_t ms) {
    const std::int64_t seconds = ms / 1000;
    const std::int64_t days = seconds / 86400;
    const auto two = [](std::int64_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    std::string out;
    if (days != 0)
        out = std::to_string(days) + (days == 1 ? " day, " : " days, ");
    out += std::to_string(seconds / 3600 % 24) + ":" + two(seconds / 60 % 60) + ":" +
           two(seconds % 60);
    if (const std::string fraction = std::to_string(1000 + ms % 1000); ms % 1000 != 0)
        out += "." + fraction.substr(1) + "000";
    return out;
}

std::string first_generation(const Status& status) {
    std::string out;
    codec::JsonWriter json{out};
    json.begin_object();
    json.member("app_started", status.started_ms);
    json.member("app_uptime", status.uptime_ms);
    json.member("app_uptime_h", std::string_view(duration_text(status.uptime_ms)));
    json.key("methods");
    json.begin_array();
    for (const ExposedMethod& method : status.methods) {
        if (hidden(method))
            continue;
        json.begin_array();
        json.value(std::string_view(method.name));
        json.value(std::string_view(method.role));
        json.end_array();
    }
    json.end_array();
    if (status.calls)
        json.member("calls", *status.calls);
    json.end_object();
    return out;
}

bool registered(const ExposedMethod& method) {
    return method.role == "handler" || method.role == "enricher" || method.role == "listener";
}

std::string second_generation(const Status& status) {
    std::string out;
    codec::JsonWriter json{out};
    json.begin_object();
    json.member("name", std::string_view(status.name));
    json.member("app_started", status.started_ms);
    json.member("app_uptime", status.uptime_ms);
    json.member("app_state", "running");
    json.key("register");
    json.begin_array();
    for (const ExposedMethod& method : status.methods) {
        if (hidden(method) || !registered(method))
            continue;
        json.begin_object();
        json.member("method", std::string_view(method.name));
        json.member("role", std::string_view(method.role));
        json.key("options");
        json.raw(method.options);
        json.end_object();
    }
    json.end_array();
    if (status.calls)
        json.member("calls", *status.calls);
    json.end_object();
    return data_result(out);
}

} // namespace

Status parse_status(std::string_view json) {
    Status status;
    status.raw = json;
    if (const auto data = codec::find(json, "data");
        data && codec::find(json, "type__") == "\"data\"")
        json = *data;
    for (codec::JsonMembers members{json}; members.next();) {
        if (members.key() == "name")
            status.name = text(members.value());
        else if (members.key() == "app_started")
            status.started_ms = integer(members.value());
        else if (members.key() == "app_uptime")
            status.uptime_ms = integer(members.value());
        else if (members.key() == "methods" || members.key() == "register")
            read_methods(status, members.value());
        else if (members.key() == "calls")
            status.calls = static_cast<std::uint64_t>(integer(members.value()));
    }
    return status;
}

std::string status_result(const Status& status, Generation generation) {
    return generation == Generation::first ? first_generation(status) : second_generation(status);
}

} // namespace rpc
