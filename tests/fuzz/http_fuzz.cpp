#include "http/request_parser.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using http::RequestParser;

/// All that was understood, as one text.
std::string read(std::string_view bytes, std::size_t piece) {
    const http::Limits limits{
        .header_bytes = 512, .header_lines = 8, .target_bytes = 64, .body_bytes = 256};
    RequestParser parser{limits};
    std::string understood;
    while (!bytes.empty() && parser.stage() != RequestParser::Stage::refused) {
        std::string_view part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        while (!part.empty() && parser.stage() != RequestParser::Stage::refused) {
            part.remove_prefix(parser.feed(part));
            assert(parser.held_bytes() <= 512 + 256 + 256);
            if (parser.stage() != RequestParser::Stage::complete) {
                assert(part.empty() || parser.stage() == RequestParser::Stage::refused);
                continue;
            }
            const http::Request request = parser.take();
            assert(request.body.size() <= limits.body_bytes);
            assert(request.target.size() <= limits.target_bytes + 1);
            understood += request.method + ' ' + request.target + '\n' + request.body + '\n';
        }
    }
    return understood + std::to_string(parser.refusal().status);
}

} // namespace

/// The first byte says how the rest is cut into pieces, which may not change what is understood.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    assert(read(bytes, std::max<std::size_t>(1, data[0])) == read(bytes, SIZE_MAX));
    return 0;
}
