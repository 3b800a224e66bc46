#pragma once

#include "message/message.hpp"
#include "redis/reply.hpp"

#include <string>
#include <string_view>

namespace bus::over_redis {

/// How many arguments `append_fields` appends.
std::size_t field_arguments(const message::Message& message, std::string_view topic) noexcept;

/// Appends a message's stream fields (DESIGN.md section 3.1) as RESP arguments, those at their
/// default left out: a routing key that is its topic, JSON as content type, empty ids.
void append_fields(std::string& request, const message::Message& message, std::string_view topic);

/// Appends one "XADD stream * field value …". With `most` > 0 the stream is capped at about that
/// many entries.
void append_xadd(std::string& request, std::string_view stream, const message::Message& message,
                 std::string_view topic, std::string_view most = {});

/// Reads an entry [ID, [field, value …]] back. An entry that was deleted gives an empty body;
/// fields without a meaning to us become headers. `kind` command becomes result where the entry
/// has a status.
message::Message message_from_entry(redis::Reply&& entry, message::Kind kind,
                                    std::string_view topic);

/// The milliseconds part of a stream ID; 0 when it is none.
std::int64_t id_time(std::string_view id) noexcept;

/// Orders stream IDs (milliseconds, then sequence number).
bool id_less(std::string_view a, std::string_view b) noexcept;

/// Orders messages by their IDs.
bool is_earlier(const message::Message& a, const message::Message& b) noexcept;

/// The greatest stream ID below `id`.
std::string id_before(std::string_view id);

} // namespace bus::over_redis
