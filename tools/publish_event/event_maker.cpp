#include "tools/publish_event/event_maker.hpp"

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/printable.hpp"
#include "codec/cbor_to_json.hpp"
#include "codec/json_path.hpp"
#include "message/envelope.hpp"

#include <charconv>

namespace publish_event {

using tools::Encoding;

EventMaker::EventMaker(const cli::Invocation& in, const std::optional<std::string>& event,
                       Encoding read)
    : envelopes_(in.choice("in") == "envelope"), field_(in.text("event-field")), read_(read),
      sent_(tools::sent_encoding(in, read)), own_conversations_(!in.given("conversation-id")),
      run_(own_conversations_ ? base::random_id(60) : *in.text("conversation-id")),
      source_(in.text("source").value_or("")) {
    if (read == Encoding::json && !envelopes_)
        json_ = codec::JsonBulk::load();
    message_.routing_key = event.value_or("");
    message_.content_type = tools::content_type(sent_);
    message_.source = source_;
    message_.conversation_id = run_;
}

const message::Message& EventMaker::make(std::string_view record, std::uint64_t number) {
    if (envelopes_) {
        take_envelope(record);
        if (message_.conversation_id.empty())
            number_conversation(number);
        return message_;
    }
    take_body(record);
    if (field_)
        message_.routing_key = read_ == Encoding::json
                                   ? event_name(record, *field_)
                                   : event_name(codec::cbor_to_json(record), *field_);
    if (own_conversations_)
        number_conversation(number);
    return message_;
}

void EventMaker::number_conversation(std::uint64_t number) {
    char digits[24];
    digits[0] = '-';
    const char* const end = std::to_chars(digits + 1, digits + sizeof digits, number).ptr;
    message_.conversation_id.assign(run_).append(digits, static_cast<std::size_t>(end - digits));
}

void EventMaker::take_envelope(std::string_view record) {
    message_ = message::message_from_envelope(record);
    if (message_.kind != message::Kind::event)
        throw base::Error(base::ErrorKind::data, "",
                          "it is a " + std::string{message::kind_name(message_.kind)} +
                              ", not an event",
                          "monitor --events '#' shows events alone");
    if (!own_conversations_)
        message_.conversation_id = run_;
    if (!source_.empty())
        message_.source = source_;
}

void EventMaker::take_body(std::string_view record) {
    message_.body.clear();
    if (read_ == Encoding::json && sent_ == Encoding::cbor) {
        json_->to_cbor(record, message_.body);
    } else if (read_ == Encoding::json) {
        json_->validate(record);
        message_.body.assign(record);
    } else if (sent_ == Encoding::json) {
        codec::append_json(message_.body, record);
    } else {
        message_.body.assign(record); // cut, and thereby checked, by the reader
    }
}

std::string event_name(std::string_view json, const std::string& field) {
    const auto value = codec::find(json, field);
    if (!value || !value->starts_with('"'))
        throw base::Error(base::ErrorKind::data, "--event-field " + base::quoted(field),
                          value ? "the field is no string" : "there is no such field");
    return codec::plain_text(*value);
}

} // namespace publish_event
