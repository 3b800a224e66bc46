#pragma once

#include <string_view>

namespace bus::over_redis {

/// Trims a stream to its bounds without ever touching an entry that some group has not
/// acknowledged. KEYS: the stream. ARGV: entries to keep, oldest time to keep (Unix ms). A stream
/// without groups is cut to the entries alone. Returns the number of entries removed.
extern const std::string_view retention_script;

/// Settles one delivery, all or nothing, if it is still in the consumer's hands (RELIABILITY.md
/// S2, S8). KEYS: its stream, the service's dead letters, the index of commands, then the stream of
/// each effect. ARGV: group, consumer, entry ID, number of field arguments to add to the dead
/// letter (0: it is none) and these, then for each effect: its topic where it is a result (else
/// ""), the number of field arguments, and these. A result in a transient reply stream sets that
/// stream's expiry, which its score in the index names. Returns 1, or 0 when the claim is lost.
extern const std::string_view settle_script;

/// Publishes a message once, however often it is sent. KEYS: its mark, the stream. ARGV: the
/// fields.
extern const std::string_view publish_script;

/// Takes over what dead consumers hold, and forgets those that hold nothing. KEYS: the stream.
/// ARGV: group, consumer, prefix of the liveness keys, least idle time in ms, most entries.
/// Returns two arrays: [ID, fields, delivery count] for each entry taken, and the IDs that had been
/// trimmed from the stream and are lost.
extern const std::string_view claim_script;

/// Gives a consumer what it holds and does not know of (the answer that told it was lost), delivery
/// counts as they are. KEYS: the stream. ARGV: group, consumer, then the IDs it knows. Returns what
/// claim_script returns.
extern const std::string_view recover_script;

/// Hands entries of a consumer back: they go to a consumer that does not live, with their delivery
/// counts as they were before, so that the next look for dead consumers' entries finds them. KEYS:
/// the stream. ARGV: group, consumer, then pairs of entry ID and delivery count.
extern const std::string_view release_script;

/// Forgets a consumer that holds nothing. KEYS: the stream. ARGV: group, consumer.
extern const std::string_view forget_script;

} // namespace bus::over_redis
