#include "base/error.hpp"
#include "redis/reply_reader.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace {

/// What reading ends with: the number of whole replies, and whether the bytes were refused.
struct Outcome {
    int replies = 0;
    bool refused = false;
    bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::size_t piece, bool counting) {
    redis::ReplyReader reader;
    redis::ReplySummary summary;
    Outcome outcome;
    try {
        while (!bytes.empty()) {
            reader.feed(bytes.substr(0, piece));
            bytes.remove_prefix(std::min(piece, bytes.size()));
            while (counting ? reader.next_summary(summary) : reader.next().has_value())
                ++outcome.replies;
        }
    } catch (const base::Error& error) {
        assert(error.kind() == base::ErrorKind::protocol);
        outcome.refused = true;
    }
    return outcome;
}

} // namespace

/// The first byte says how the rest is cut into pieces; neither that nor the way of reading may
/// change the outcome.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t piece = data[0] % 64 + 1;
    const Outcome whole = read(bytes, bytes.size(), false);
    assert(read(bytes, bytes.size(), true) == whole);
    assert(read(bytes, piece, false) == whole);
    return 0;
}
