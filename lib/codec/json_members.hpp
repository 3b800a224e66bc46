#pragma once

#include "codec/json_cursor.hpp"

#include <string>
#include <string_view>

namespace codec {

/// The members of the object that a valid JSON text is, one after the other, without a tree:
///     for (JsonMembers members{json}; members.next();) …
/// Text that is no object has none. Of text that is not valid it gives a part, never a read beyond
/// its end.
class JsonMembers {
public:
    explicit JsonMembers(std::string_view json) : cursor_(json), more_(cursor_.take('{')) {}

    bool next();

    /// Unescaped; valid until the next call of next().
    [[nodiscard]] std::string_view key() const noexcept { return key_; }
    /// The value's text, as it stands there.
    [[nodiscard]] std::string_view value() const noexcept { return value_; }

private:
    JsonCursor cursor_;
    bool more_;
    std::string unescaped_;
    std::string_view key_;
    std::string_view value_;
};

} // namespace codec
