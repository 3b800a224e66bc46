#pragma once

#include <cstdint>
#include <string_view>

namespace codec {

/// What a walk over JSON reports to; this one listens to nothing. Functions are called in the order
/// of the document. Strings come as the text between the quotes, valid, `escaped` where it holds a
/// backslash; an integer as sign and magnitude; one too long for 64 bits (only where the limits let
/// it pass) as its text.
struct NullHandler {
    static constexpr bool wants_values = false; // false: real() may be left out
    void begin_object() {}
    void end_object() {}
    void begin_array() {}
    void end_array() {}
    void key(std::string_view, bool /*escaped*/) {}
    void string(std::string_view, bool /*escaped*/) {}
    void integer(bool /*negative*/, std::uint64_t /*magnitude*/) {}
    void big_integer(std::string_view) {}
    void real(double) {}
    void boolean(bool) {}
    void null() {}
};

} // namespace codec
