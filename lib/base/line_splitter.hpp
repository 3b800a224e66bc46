#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace base {

/// Cuts a stream of bytes into lines, however it comes in pieces.
class LineSplitter {
public:
    /// `line` is without its newline, valid during the call. `cut`: it is longer than the limit,
    /// and this is its start; the rest of it is dropped.
    using OnLine = std::function<void(std::string_view line, bool cut)>;

    LineSplitter(std::size_t most, OnLine on_line);

    void feed(std::string_view bytes);
    /// The stream has ended: what came after the last newline is a line, too.
    void finish();

private:
    void take_rest(std::string_view bytes);

    std::size_t most_;
    OnLine on_line_;
    std::string carry_;     // the start of a line whose end has not come
    bool skipping_ = false; // through the rest of a line that was cut
};

} // namespace base
