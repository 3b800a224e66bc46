#pragma once

#include <string_view>

namespace bus::over_redis {

/// Trims a stream to its bounds without ever touching an entry that some group has not
/// acknowledged. KEYS: the stream. ARGV: entries to keep, oldest time to keep (Unix ms). A stream
/// without groups is cut to the entries alone. Returns the number of entries removed.
extern const std::string_view retention_script;

/// Makes a group where there is none. KEYS: the stream. ARGV: group, the ID to begin behind ("$"
/// for the end). A stream that has not come as far as that ID yet is a new one and is read from its
/// first entry. Returns two values: 1 where the group was made, else 0, and the ID that it has been
/// read up to.
extern const std::string_view subscribe_script;

/// Settles one delivery, all or nothing, if it is still in the consumer's hands (RELIABILITY.md
/// S2, S8); or publishes outside of any delivery, once, however often it is sent.
/// KEYS: its stream (or the mark of the publication), the service's dead letters, the index of
/// commands, then the stream of each effect. ARGV: group, consumer, entry ID (empty: no delivery),
/// number of field arguments to add to the dead letter (0: it is none) and these, then for each
/// effect: what it is, its topic, the number of field arguments, and these. A "command" is left out
/// when no service of its topic's name reads the stream, and the "refusal" behind it published
/// instead. A "result" in a transient reply stream sets that stream's expiry, which its score in
/// the index names. Returns 1, or 0 when the claim is lost.
extern const std::string_view settle_script;

/// Takes over what dead consumers hold, and forgets those that hold nothing. KEYS: the stream.
/// ARGV: group, consumer, prefix of the liveness keys, least idle time in ms, most entries, most
/// entries among these that have been handed out twice before. Returns five values: [ID, fields,
/// delivery count] for each entry taken; the IDs that had been trimmed from the stream and are
/// lost; the IDs that this consumer holds for longer than the least idle time; the oldest ID that
/// is pending with anybody; and the ID that the group has read up to, where nothing is pending.
extern const std::string_view claim_script;

/// Gives a consumer entries again that it holds by the server's account, delivery counts as they
/// are. KEYS: the stream. ARGV: group, consumer, then the IDs. Returns the first two values that
/// claim_script returns.
extern const std::string_view recover_script;

/// Hands entries of a consumer back: they go to a consumer that does not live, with their delivery
/// counts as they were before, so that the next look for dead consumers' entries finds them. KEYS:
/// the stream. ARGV: group, consumer, then pairs of entry ID and delivery count.
extern const std::string_view release_script;

/// Forgets a consumer that holds nothing. KEYS: the stream. ARGV: group, consumer.
extern const std::string_view forget_script;

} // namespace bus::over_redis
