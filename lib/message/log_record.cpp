#include "message/log_record.hpp"

#include "base/clock.hpp"
#include "base/id.hpp"
#include "codec/json_members.hpp"
#include "codec/json_number.hpp"
#include "codec/json_path.hpp"
#include "codec/json_string.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace message {

namespace {

std::string seconds_text(std::int64_t unix_ms) {
    const std::string ms = std::to_string(unix_ms % 1000 + 1000).substr(1);
    return std::to_string(unix_ms / 1000) + "." + ms;
}

std::int64_t number_of(std::string_view value) {
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

std::int64_t seconds_to_ms(std::string_view value) {
    const auto seconds = codec::parse_double(value);
    return seconds && *seconds > 0 && *seconds < 1e12 ? std::llround(*seconds * 1000) : 0;
}

std::string text_of(std::string_view value) {
    return value == "null" ? std::string{} : codec::plain_text(value);
}

/// Fills a record from the members of a GELF object.
class GelfReader {
public:
    explicit GelfReader(LogRecord& record) : record_(record) {}

    void read(std::string_view key, std::string_view value) {
        if (key == "short_message") {
            is_gelf_ = true;
            record_.short_message = text_of(value);
        } else if (key == "full_message") {
            record_.full_message = text_of(value);
        } else if (key == "host") {
            record_.host = text_of(value);
        } else if (key == "level" || key == "_levelname") {
            if (const auto severity = find_severity(codec::plain_text(value)))
                record_.severity = *severity;
        } else if (key == "timestamp") {
            if (const auto ms = seconds_to_ms(value); ms != 0)
                record_.timestamp_ms = ms;
        } else if (key == "_conversation_id") {
            record_.conversation_id = text_of(value);
        } else if (key == "_logical_service") {
            record_.service = text_of(value);
        } else if (key == "_worker_pid") {
            record_.pid = number_of(value);
        } else if (key != "version") {
            record_.extra.emplace_back(key.starts_with('_') ? key.substr(1) : key, value);
        }
    }

    [[nodiscard]] bool is_gelf() const noexcept { return is_gelf_; }

private:
    LogRecord& record_;
    bool is_gelf_ = false;
};

/// "[service-pid] message"; leaves the record alone when the text is not so.
bool read_first_version(LogRecord& record, std::string_view text) {
    const auto end = text.find("] ");
    if (!text.starts_with('[') || end == std::string_view::npos)
        return false;
    const std::string_view sender = text.substr(1, end - 1);
    const auto dash = sender.rfind('-');
    if (dash == std::string_view::npos || dash == 0)
        return false;
    const std::string_view pid = sender.substr(dash + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (pid.empty() || pid.size() > 9 || !std::ranges::all_of(pid, is_digit))
        return false;
    record.service = sender.substr(0, dash);
    record.pid = number_of(pid);
    record.short_message = text.substr(end + 2);
    return true;
}

void read_routing_key(LogRecord& record, std::string_view key) {
    const auto dot = key.rfind('.');
    record.service = key.substr(0, dot);
    if (dot == std::string_view::npos)
        return;
    if (const auto severity = find_severity(key.substr(dot + 1)))
        record.severity = *severity;
    else
        record.service = key;
}

LogRecord from_envelope(const Message& message) {
    LogRecord record;
    record.timestamp_ms = message.timestamp_ms;
    record.conversation_id = message.conversation_id;
    read_routing_key(record, message.routing_key);
    return record;
}

} // namespace

void LogRecord::add(std::string_view name, std::string_view text) {
    std::string json;
    codec::append_quoted(json, text);
    extra.emplace_back(name, std::move(json));
}

void LogRecord::add(std::string_view name, std::int64_t number) {
    extra.emplace_back(name, std::to_string(number));
}

Message to_message(const LogRecord& record) {
    Message message;
    message.kind = Kind::log;
    message.timestamp_ms = record.timestamp_ms != 0 ? record.timestamp_ms : base::unix_ms();
    message.conversation_id = record.conversation_id;
    message.routing_key = record.service;
    message.routing_key += '.';
    message.routing_key += severity_name(record.severity);
    codec::JsonWriter json{message.body};
    json.begin_object();
    json.member("version", "1.1");
    json.member("short_message", std::string_view{record.short_message});
    json.member("full_message", std::string_view{record.full_message});
    json.member("level", static_cast<int>(record.severity));
    json.member("_levelname", severity_name(record.severity));
    json.member("host",
                std::string_view{record.host.empty() ? record.service + "@" + base::host_name()
                                                     : record.host});
    json.key("timestamp");
    json.raw(seconds_text(message.timestamp_ms));
    json.member("_conversation_id", std::string_view{record.conversation_id});
    json.member("_logical_service", std::string_view{record.service});
    if (record.pid != 0)
        json.member("_worker_pid", record.pid);
    for (const auto& [name, value] : record.extra) {
        json.key("_" + name);
        json.raw(value);
    }
    json.end_object();
    return message;
}

LogRecord parse_log(const Message& message) {
    LogRecord record = from_envelope(message);
    if (!message.is_cbor() && !message.body.starts_with('{') && !message.body.starts_with('"')) {
        if (!read_first_version(record, message.body))
            record.short_message = message.body;
        return record;
    }
    try {
        const std::string json = body_as_json(message);
        GelfReader reader{record};
        for (codec::JsonMembers members{json}; members.next();)
            reader.read(members.key(), members.value());
        if (reader.is_gelf())
            return record;
        record = from_envelope(message);
        record.short_message = codec::plain_text(json);
    } catch (const codec::ParseError&) { // a log line all the same
        record.short_message = message.body;
    }
    return record;
}

} // namespace message
