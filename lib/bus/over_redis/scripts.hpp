#pragma once

#include <string_view>

namespace bus::over_redis {

/// Trims a stream to its bounds without ever touching an entry that some group has not
/// acknowledged. KEYS: the stream. ARGV: entries to keep, oldest time to keep (Unix ms). A stream
/// without groups is cut to the entries alone. Returns the number of entries removed.
extern const std::string_view retention_script;

/// Settles one delivery, all or nothing, if it is still in the consumer's hands (RELIABILITY.md
/// S2, S8). KEYS: the stream, the index of commands, then the stream of each effect. ARGV: group,
/// consumer, entry ID, then for each effect: its topic where it is a result (else ""), the number
/// of field arguments, and these. A result for a transient reply stream sets that stream's expiry,
/// which its score in the index names. Returns 1, or 0 when the claim is lost.
extern const std::string_view settle_script;

/// Hands entries of a consumer back: they go to the consumer `to`, idle for long enough to be
/// taken at once, with their delivery counts as they were before. KEYS: the stream. ARGV: group,
/// consumer, `to`, then pairs of entry ID and delivery count.
extern const std::string_view release_script;

/// Forgets a consumer that holds nothing and does not live. KEYS: the stream, its liveness key.
/// ARGV: group, consumer. Returns 1 when it was removed.
extern const std::string_view forget_script;

} // namespace bus::over_redis
