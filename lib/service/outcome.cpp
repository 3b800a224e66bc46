#include "service/outcome.hpp"

#include "codec/json_writer.hpp"

namespace service {

using message::Kind;
using message::Message;

Outcome Outcome::error(std::string_view reason, std::string_view text) {
    std::string body;
    codec::JsonWriter json{body};
    json.begin_object();
    json.member("reason", reason);
    json.member("message", text);
    json.end_object();
    return error(std::move(body));
}

Message result_of(const Message& command, Outcome outcome, std::string_view source) {
    Message result;
    result.kind = Kind::result;
    result.routing_key = command.reply_to;
    result.content_type = std::move(outcome.content_type);
    result.body = std::move(outcome.body);
    result.conversation_id = command.conversation_id;
    result.correlation_id = command.correlation_id;
    result.status = outcome.success ? "success" : "error";
    result.source = source;
    return result;
}

} // namespace service
