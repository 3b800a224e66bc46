#include "message/envelope.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/base64.hpp"
#include "codec/json_members.hpp"
#include "codec/json_path.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_to_cbor.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"

#include <array>

namespace message {

using base::Error;
using base::ErrorKind;

namespace {

struct TextKey {
    std::string_view name;
    std::string Message::*member;
};

constexpr std::array text_keys{
    TextKey{"id", &Message::id},
    TextKey{"conversation_id", &Message::conversation_id},
    TextKey{"correlation_id", &Message::correlation_id},
    TextKey{"reply_to", &Message::reply_to},
    TextKey{"status", &Message::status},
    TextKey{"source", &Message::source},
};

void append_payload(std::string& out, codec::JsonWriter& json, const Message& message) {
    if (message.body.empty())
        return;
    const std::size_t before = out.size();
    bool exact = !message.is_cbor();
    try {
        json.key("payload");
        append_body_as_json(out, message);
    } catch (const codec::ParseError&) { // the bytes below tell it all
        out.resize(before);
        exact = false;
    }
    if (exact)
        return;
    json.key("payload_base64");
    out += '"';
    codec::append_base64(out, message.body, codec::Base64::standard);
    out += '"';
}

Error bad_key(std::string_view key, std::string why, std::string hint = {}) {
    return {ErrorKind::data, "envelope key " + base::quoted(key), std::move(why), std::move(hint)};
}

std::string text_of(std::string_view key, std::string_view value) {
    if (value == "null")
        return {};
    if (!value.starts_with('"'))
        throw bad_key(key, "is not a string");
    return codec::plain_text(value);
}

std::int64_t time_of(std::string_view key, std::string_view value) {
    const std::string text = text_of(key, value);
    if (text.empty())
        return 0;
    // parse_time takes "10m" and other words of people, too, which an envelope does not have.
    if (text.find('T') == std::string::npos)
        throw bad_key(key, "is not a time", "write 2026-11-21T08:30:00.000Z");
    try {
        return base::parse_time(text, 0);
    } catch (const Error& error) {
        throw bad_key(key, error.why(), "write 2026-11-21T08:30:00.000Z");
    }
}

/// Collects what an envelope says, in whatever order it says it.
class EnvelopeReader {
public:
    void read(std::string_view key, std::string_view value) {
        if (key == "payload")
            payload_ = value;
        else if (key == "payload_base64")
            bytes_ = bytes_of(key, value);
        else if (key == "kind")
            message_.kind = kind_of(key, value);
        else if (key == "routing_key")
            message_.routing_key = text_of(key, value);
        else if (key == "time")
            message_.timestamp_ms = time_of(key, value);
        else if (key == "content_type")
            message_.content_type = value == "null" ? json_type : text_of(key, value);
        else if (key == "headers")
            read_headers(key, value);
        else
            read_text(key, value);
    }

    Message take() {
        if (bytes_)
            message_.body = std::move(*bytes_);
        else if (message_.is_cbor() && !payload_.empty())
            codec::append_cbor(message_.body, payload_);
        else
            message_.body = payload_;
        return std::move(message_);
    }

private:
    static Kind kind_of(std::string_view key, std::string_view value) {
        const auto kind = find_kind(text_of(key, value));
        if (!kind)
            throw bad_key(key, "is " + base::printable_start(value, 40),
                          "kinds are event, command, result, configuration, log");
        return *kind;
    }

    static std::optional<std::string> bytes_of(std::string_view key, std::string_view value) {
        if (value == "null")
            return std::nullopt;
        auto bytes = codec::from_base64(text_of(key, value));
        if (!bytes)
            throw bad_key(key, "is not base64");
        return bytes;
    }

    void read_headers(std::string_view key, std::string_view value) {
        if (value == "null")
            return;
        if (!value.starts_with('{'))
            throw bad_key(key, "is not an object");
        for (codec::JsonMembers headers{value}; headers.next();)
            message_.headers.emplace_back(headers.key(), codec::plain_text(headers.value()));
    }

    void read_text(std::string_view key, std::string_view value) {
        for (const TextKey& known : text_keys) {
            if (known.name != key)
                continue;
            message_.*known.member = text_of(key, value);
            return;
        }
        throw bad_key(key, "is unknown", "what is to be sent belongs into \"payload\"");
    }

    Message message_;
    std::string_view payload_;
    std::optional<std::string> bytes_;
};

} // namespace

void append_envelope(std::string& out, const Message& message) {
    codec::JsonWriter json{out};
    json.begin_object();
    json.member("kind", kind_name(message.kind));
    json.member("routing_key", std::string_view{message.routing_key});
    if (message.timestamp_ms != 0) {
        json.key("time");
        out += '"';
        base::append_rfc3339(out, message.timestamp_ms);
        out += '"';
    }
    for (const TextKey& key : text_keys)
        if (const std::string& text = message.*key.member; !text.empty())
            json.member(key.name, std::string_view{text});
    if (message.content_type != json_type && !message.content_type.empty())
        json.member("content_type", std::string_view{message.content_type});
    append_payload(out, json, message);
    if (!message.headers.empty()) {
        json.key("headers");
        json.begin_object();
        for (const auto& [name, value] : message.headers)
            json.member(name, std::string_view{value});
        json.end_object();
    }
    json.end_object();
}

Message message_from_envelope(std::string_view json) {
    codec::validate_json(json, {.allow_big_integers = true});
    codec::JsonCursor start{json};
    start.skip_space();
    if (start.peek() != '{')
        throw Error(ErrorKind::data, "envelope", "is not a JSON object");
    EnvelopeReader reader;
    for (codec::JsonMembers members{json}; members.next();)
        reader.read(members.key(), members.value());
    return reader.take();
}

} // namespace message
