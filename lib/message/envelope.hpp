#pragma once

#include "message/message.hpp"

#include <string>
#include <string_view>

namespace message {

/// Appends the message as one JSON object without a newline: what a consumer prints and a producer
/// reads. Keys: kind, routing_key, time (RFC 3339 with ms), id, conversation_id, correlation_id,
/// reply_to, status, source, content_type (unless JSON), payload, headers; what is empty is left
/// out. The payload is the body as one line of JSON. Where that is not the body itself,
/// payload_base64 holds the bytes: beside payload for CBOR, alone for a body that does not parse.
void append_envelope(std::string& out, const Message& message);

/// Reads an envelope back. payload_base64 wins over payload; a payload alone is encoded as the
/// content type says. Throws codec::ParseError for what is no JSON, Error(data) that names the key
/// for anything else that is no envelope, unknown keys included: they would be lost silently.
Message message_from_envelope(std::string_view json);

} // namespace message
