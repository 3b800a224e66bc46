#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace message {

/// The kinds of message that a bus carries (DESIGN.md section 3). A result travels among the
/// commands and is told apart by its status.
enum class Kind : std::uint8_t { event, command, result, configuration, log };

std::string_view kind_name(Kind kind) noexcept;
std::optional<Kind> find_kind(std::string_view name) noexcept;

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view cbor_type = "application/cbor";

/// A message with its envelope. The body is never re-encoded on its way; anything but
/// application/cbor is taken for JSON, and an empty body means null (WIRE.md 4.3).
struct Message {
    Kind kind = Kind::event;
    std::string routing_key;
    std::string content_type{json_type};
    std::string body;
    std::string conversation_id;
    std::string correlation_id; // of a command and its result
    std::string reply_to;       // of a command: the routing key of its result
    std::string status;         // of a result: "success" or "error"
    std::string source;         // who sent it; may be empty
    std::int64_t timestamp_ms = 0;
    /// Fields of others that we have no name for, kept as they came.
    std::vector<std::pair<std::string, std::string>> headers;
    /// Where the transport has it, e.g. a stream entry's ID; empty before it was sent.
    std::string id;

    [[nodiscard]] bool is_cbor() const noexcept { return content_type == cbor_type; }
};

/// The body as one line of JSON text, whatever its encoding; "null" for an empty one. Integers
/// beyond 64 bits stay as they are. Throws codec::ParseError.
std::string body_as_json(const Message& message);

/// Appends the same. When it throws, `out` is as it was.
void append_body_as_json(std::string& out, const Message& message);

} // namespace message
