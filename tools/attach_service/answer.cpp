#include "tools/attach_service/answer.hpp"

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/printable.hpp"
#include "codec/json_elements.hpp"
#include "codec/json_members.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"

#include <charconv>

namespace attach_service {

using base::Error;
using base::ErrorKind;
using message::Kind;
using message::Message;

namespace {

// A payload may be as deep as anywhere; the answer around it is one level more.
constexpr codec::JsonLimits limits{.max_depth = codec::JsonLimits{}.max_depth + 1};

Error bad(std::string_view what, std::string_view why) {
    return {ErrorKind::protocol, "answer", base::quoted(what) + " " + std::string(why)};
}

std::string text_of(std::string_view json, std::string_view key) {
    if (json.size() < 2 || json.front() != '"')
        throw bad(key, "is no string");
    std::string text;
    codec::append_unescaped(text, json.substr(1, json.size() - 2));
    return text;
}

template <class Function>
void each_element(std::string_view json, std::string_view key, Function function) {
    if (!json.starts_with('['))
        throw bad(key, "is no array");
    for (codec::JsonElements elements{json}; elements.next();)
        function(elements.value());
}

void require_object(std::string_view json, std::string_view key) {
    if (!json.starts_with('{'))
        throw bad(key, "holds what is no object");
}

Message read_effect(std::string_view json, Kind kind, std::string_view key,
                    const std::string& service) {
    require_object(json, key);
    Message effect;
    effect.kind = kind;
    effect.source = service;
    effect.body = "null";
    for (codec::JsonMembers members{json}; members.next();) {
        if (members.key() == "name")
            effect.routing_key = text_of(members.value(), "name");
        else if (members.key() == "payload")
            effect.body = members.value();
        else if (members.key() == "correlation_id" && kind == Kind::command)
            effect.correlation_id = text_of(members.value(), "correlation_id");
        else
            throw bad(members.key(), "is unknown in " + base::quoted(key));
    }
    if (effect.routing_key.empty())
        throw bad(key, "holds an object without \"name\"");
    if (kind == Kind::command) {
        effect.reply_to = service + ".return";
        if (effect.correlation_id.empty())
            effect.correlation_id = base::random_id();
    }
    return effect;
}

Answer::Entry read_entry(std::string_view json) {
    using message::Severity;
    if (json.starts_with('"'))
        return {Severity::info, text_of(json, "log")};
    require_object(json, "log");
    Answer::Entry entry{Severity::info, {}};
    for (codec::JsonMembers members{json}; members.next();) {
        if (members.key() == "text") {
            entry.text = text_of(members.value(), "text");
        } else if (members.key() == "level") {
            const std::string level = text_of(members.value(), "level");
            const auto severity = message::find_severity(level);
            if (!severity)
                throw bad(level, "is no severity");
            entry.severity = *severity;
        } else {
            throw bad(members.key(), "is unknown in \"log\"");
        }
    }
    return entry;
}

void read_id(Answer& answer, std::string_view json) {
    if (json == "null") {
        answer.whose = Answer::Whose::nobodys;
        return;
    }
    answer.whose = Answer::Whose::named;
    const std::string id = text_of(json, "id");
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), answer.id);
    if (error != std::errc{} || end != id.data() + id.size())
        throw bad(id, "is no id of a message");
}

void read_member(Answer& answer, std::string_view key, std::string_view value,
                 const std::string& service) {
    const auto effects = [&](Kind kind) {
        each_element(value, key, [&](std::string_view element) {
            answer.effects.push_back(read_effect(element, kind, key, service));
        });
    };
    if (key == "id") {
        read_id(answer, value);
    } else if (key == "payload") {
        answer.payload = value;
    } else if (key == "status") {
        answer.success = value == "\"success\"";
        if (!answer.success && value != "\"error\"")
            throw bad("status", "is neither \"success\" nor \"error\"");
    } else if (key == "events") {
        effects(Kind::event);
    } else if (key == "commands") {
        effects(Kind::command);
    } else if (key == "configurations") {
        effects(Kind::configuration);
    } else if (key == "log") {
        each_element(value, key,
                     [&](std::string_view element) { answer.log.push_back(read_entry(element)); });
    } else {
        throw bad(key, "is unknown; what is for the requester goes into \"payload\"");
    }
}

void append_payload(std::string& out, const Message& message) {
    // It has been checked when it came.
    const bool one_line = message.body.find_first_of("\r\n") == std::string::npos;
    if (!message.is_cbor() && !message.body.empty() && one_line)
        out += message.body;
    else
        message::append_body_as_json(out, message);
}

std::string_view last_word(std::string_view routing_key) {
    return routing_key.substr(routing_key.rfind('.') + 1);
}

} // namespace

void append_request(std::string& out, std::uint64_t id, const service::Job& job, bool bare) {
    const Message& message = *job.message;
    if (!bare) {
        codec::JsonWriter json{out};
        const auto member = [&json](std::string_view key, const std::string& text) {
            if (!text.empty())
                json.member(key, std::string_view(text));
        };
        json.begin_object();
        json.member("id", std::string_view(std::to_string(id)));
        json.member("kind", message::kind_name(message.kind));
        member("routing_key", message.routing_key);
        if (message.kind == Kind::command)
            json.member("command", last_word(message.routing_key));
        member("status", message.status);
        member("conversation_id", message.conversation_id);
        member("correlation_id", message.correlation_id);
        member("source", message.source);
        member("message_id", message.id);
        json.member("attempt", job.attempt);
        json.key("payload");
        append_payload(out, message);
        json.end_object();
    } else {
        append_payload(out, message);
    }
    out += '\n';
}

Answer parse_answer(std::string_view line, const std::string& service) {
    try {
        codec::validate_json(line, limits);
    } catch (const codec::ParseError& error) {
        throw Error(ErrorKind::protocol, "answer", "is no JSON: " + error.why());
    }
    line.remove_prefix(line.find_first_not_of(" \t\r"));
    if (!line.starts_with('{'))
        throw Error(ErrorKind::protocol, "answer", "is no JSON object",
                    "--bare is for programs that answer with the payload alone");
    Answer answer;
    for (codec::JsonMembers members{line}; members.next();)
        read_member(answer, members.key(), members.value(), service);
    return answer;
}

Answer parse_bare_answer(std::string_view line) {
    constexpr std::string_view blanks = " \t\r";
    Answer answer;
    const std::size_t start = line.find_first_not_of(blanks);
    if (start == std::string_view::npos)
        return answer;
    try {
        codec::validate_json(line);
    } catch (const codec::ParseError& error) {
        throw Error(ErrorKind::protocol, "answer", "is no JSON: " + error.why());
    }
    answer.payload = line.substr(start, line.find_last_not_of(blanks) + 1 - start);
    return answer;
}

} // namespace attach_service
