#pragma once

#include "message/message.hpp"
#include "message/severity.hpp"
#include "service/instance.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attach_service {

/// Appends a message as the line that a program reads, newline included: one JSON object (the keys
/// are in attach_service(1)), or the payload alone where `bare`.
void append_request(std::string& out, std::uint64_t id, const service::Job& job, bool bare);

/// What a program answers in one line.
struct Answer {
    enum class Whose : std::uint8_t {
        oldest, // no "id": that of the message that it has had for longest
        named,
        nobodys, // "id": null, of its own accord
    };
    struct Entry {
        message::Severity severity;
        std::string text;
    };

    Whose whose = Whose::oldest;
    std::uint64_t id = 0;
    bool success = true;
    std::string_view payload = "null"; // JSON; a part of the line
    std::vector<message::Message> effects;
    std::vector<Entry> log;
};

/// Reads such a line. Effects get `service` as their source and the place that results are to come
/// to, and `conversation_id`, later, by the caller. Throws base::Error that says what is wrong.
Answer parse_answer(std::string_view line, const std::string& service);
/// Where lines are payloads: any JSON value; a blank line is null.
Answer parse_bare_answer(std::string_view line);

} // namespace attach_service
