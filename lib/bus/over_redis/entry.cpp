#include "bus/over_redis/entry.hpp"

#include "redis/command.hpp"

#include <array>
#include <charconv>

namespace bus::over_redis {

using message::Kind;
using message::Message;

namespace {

struct EnvelopeField {
    std::string_view name;
    std::string Message::*member;
};

// The envelope's fields whose default is empty.
constexpr std::array envelope_fields{
    EnvelopeField{"conversation_id", &Message::conversation_id},
    EnvelopeField{"correlation_id", &Message::correlation_id},
    EnvelopeField{"reply_to", &Message::reply_to},
    EnvelopeField{"status", &Message::status},
    EnvelopeField{"source", &Message::source},
};

bool has_own_routing_key(const Message& message, std::string_view topic) {
    return message.routing_key != topic;
}

bool has_own_type(const Message& message) {
    return message.content_type != message::json_type && !message.content_type.empty();
}

std::string* member_for(Message& message, std::string_view name) {
    if (name == "body")
        return &message.body;
    if (name == "routing_key")
        return &message.routing_key;
    if (name == "content_type")
        return &message.content_type;
    for (const EnvelopeField& field : envelope_fields)
        if (field.name == name)
            return &(message.*field.member);
    return nullptr;
}

} // namespace

std::size_t field_arguments(const Message& message, std::string_view topic) noexcept {
    std::size_t fields = 1 + message.headers.size();
    fields += has_own_routing_key(message, topic) ? 1 : 0;
    fields += has_own_type(message) ? 1 : 0;
    for (const EnvelopeField& field : envelope_fields)
        fields += (message.*field.member).empty() ? 0 : 1;
    return fields * 2;
}

void append_fields(std::string& request, const Message& message, std::string_view topic) {
    const auto append = [&](std::string_view name, std::string_view value) {
        redis::append_argument(request, name);
        redis::append_argument(request, value);
    };
    append("body", message.body);
    if (has_own_routing_key(message, topic))
        append("routing_key", message.routing_key);
    if (has_own_type(message))
        append("content_type", message.content_type);
    for (const EnvelopeField& field : envelope_fields)
        if (!(message.*field.member).empty())
            append(field.name, message.*field.member);
    for (const auto& [name, value] : message.headers)
        append(name, value);
}

void append_xadd(std::string& request, std::string_view stream, const Message& message,
                 std::string_view topic, std::string_view most) {
    redis::append_header(request, (most.empty() ? 3 : 6) + field_arguments(message, topic));
    redis::append_argument(request, "XADD");
    redis::append_argument(request, stream);
    if (!most.empty()) {
        redis::append_argument(request, "MAXLEN");
        redis::append_argument(request, "~");
        redis::append_argument(request, most);
    }
    redis::append_argument(request, "*");
    append_fields(request, message, topic);
}

Message message_from_entry(redis::Reply&& entry, Kind kind, std::string_view topic) {
    Message message;
    message.kind = kind;
    message.routing_key = topic;
    if (entry.size() < 2)
        return message;
    message.id = std::move(entry.elements[0].text);
    message.timestamp_ms = id_time(message.id);
    auto& fields = entry.elements[1].elements;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        if (std::string* member = member_for(message, fields[i].text))
            *member = std::move(fields[i + 1].text);
        else
            message.headers.emplace_back(std::move(fields[i].text), std::move(fields[i + 1].text));
    }
    if (kind == Kind::command && !message.status.empty())
        message.kind = Kind::result;
    return message;
}

namespace {

struct Id {
    std::uint64_t time = 0;
    std::uint64_t sequence = 0;
    auto operator<=>(const Id&) const = default;
};

Id parse_id(std::string_view text) noexcept {
    Id id;
    const char* last = text.data() + text.size();
    const auto [dash, error] = std::from_chars(text.data(), last, id.time);
    if (error == std::errc{} && dash != last)
        std::from_chars(dash + 1, last, id.sequence);
    return id;
}

} // namespace

std::int64_t id_time(std::string_view id) noexcept {
    return static_cast<std::int64_t>(parse_id(id).time);
}

bool id_less(std::string_view a, std::string_view b) noexcept {
    return parse_id(a) < parse_id(b);
}

std::string id_before(std::string_view id) {
    const Id parsed = parse_id(id);
    if (parsed.sequence > 0)
        return std::to_string(parsed.time) + "-" + std::to_string(parsed.sequence - 1);
    return parsed.time == 0 ? "0-0" : std::to_string(parsed.time - 1) + "-18446744073709551615";
}

bool is_earlier(const Message& a, const Message& b) noexcept {
    return id_less(a.id, b.id);
}

} // namespace bus::over_redis
