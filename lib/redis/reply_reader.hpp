#pragma once

#include "redis/reply.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace redis {

/// What is kept of a reply that is only counted: the shape that a pipeline needs to tell success
/// from failure.
struct ReplySummary {
    Reply::Type type = Reply::Type::nil;
    std::size_t elements = 0; // of an array
    std::string error;        // text of the first error in it, at any depth
    std::size_t error_at = 0; // which element of the array that was
};

/// Cuts a byte stream into RESP2 replies, over hiredis's reader. Bounds what a peer may make it
/// hold: 64 MiB a string, 512 MiB and 400,000 values a reply, nesting as hiredis allows (7).
class ReplyReader {
public:
    ReplyReader();
    ~ReplyReader();
    ReplyReader(ReplyReader&&) noexcept;
    ReplyReader& operator=(ReplyReader&&) noexcept;

    void feed(std::string_view bytes);

    /// The next whole reply, if it is there. Throws Error(protocol) on bytes that are no RESP.
    std::optional<Reply> next();

    /// Counts the next whole reply without building it, into `summary`; false when there is none
    /// yet. Must not be mixed with `next` inside one reply.
    bool next_summary(ReplySummary& summary);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace redis
