#pragma once

#include <cstdint>
#include <string_view>

namespace codec {

/// What a walk over JSON reports to, here for nobody. The functions of a handler are called in the
/// order of the document: strings come as the text between the quotes, valid, and `escaped` where
/// it holds a backslash; an integer is its sign and magnitude; a number too long for 64 bits (only
/// where the limits let it pass) is its text.
struct NullHandler {
    static constexpr bool wants_values = false;
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
