#include "base/error.hpp"
#include "docker/log_decoder.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

/// All lines, and whether the bytes were refused.
std::string read(std::string_view bytes, std::size_t piece) {
    std::string lines;
    docker::LogDecoder decoder{[&lines](std::string_view text, bool err, std::int64_t time_ms) {
        lines += err ? '2' : '1';
        lines += std::to_string(time_ms);
        lines += text;
        lines += '\n';
        return true;
    }};
    try {
        for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
            decoder.feed(bytes.substr(0, piece));
        decoder.finish();
    } catch (const base::Error& error) {
        assert(error.kind() == base::ErrorKind::protocol);
        lines += "refused";
    }
    return lines;
}

} // namespace

/// The first byte says how the rest is cut into pieces, which must not change the outcome.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2)
        return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    assert(read(bytes, bytes.size()) == read(bytes, data[0] % 64 + 1));
    return 0;
}
