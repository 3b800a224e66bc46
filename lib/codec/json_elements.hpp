#pragma once

#include "codec/json_cursor.hpp"

#include <string_view>

namespace codec {

/// The elements of the array that a valid JSON text is, one after the other, without a tree:
///     for (JsonElements elements{json}; elements.next();) …
/// Text that is no array has none. Of text that is not valid it gives a part, never a read beyond
/// its end.
class JsonElements {
public:
    explicit JsonElements(std::string_view json) : cursor_(json), more_(cursor_.take('[')) {}

    bool next() {
        if (!more_)
            return false;
        value_ = cursor_.value();
        more_ = !value_.empty() && cursor_.take(',');
        return !value_.empty(); // an empty array has an empty one
    }

    [[nodiscard]] std::string_view value() const noexcept { return value_; }

private:
    JsonCursor cursor_;
    bool more_;
    std::string_view value_;
};

} // namespace codec
