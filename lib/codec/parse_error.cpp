#include "codec/parse_error.hpp"

#include <algorithm>

namespace codec {

namespace {

std::string place(const Position& at, std::size_t first_line, std::size_t first_byte) {
    if (at.line == 0)
        return "byte " + std::to_string(first_byte + at.offset);
    return std::to_string(first_line + at.line - 1) + ":" + std::to_string(at.column);
}

} // namespace

Position position_in(std::string_view text, std::size_t offset) noexcept {
    const auto before = text.substr(0, std::min(offset, text.size()));
    const auto newlines = std::count(before.begin(), before.end(), '\n');
    const auto last = before.rfind('\n');
    const auto line_start = last == std::string_view::npos ? 0 : last + 1;
    return {offset, static_cast<std::size_t>(newlines) + 1, before.size() - line_start + 1};
}

ParseError::ParseError(Position at, std::string why, Reason reason)
    : base::Error(base::ErrorKind::data, place(at, 1, 0), std::move(why)), at_(at),
      reason_(reason) {}

base::Error ParseError::in(std::string_view name, std::size_t first_line,
                           std::size_t first_byte) const {
    return base::Error(base::ErrorKind::data,
                       std::string(name) + ":" + place(at_, first_line, first_byte), why());
}

} // namespace codec
