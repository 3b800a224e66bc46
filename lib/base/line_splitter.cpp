#include "base/line_splitter.hpp"

#include <utility>

namespace base {

namespace {

constexpr std::size_t kept_capacity = 256UL * 1024;

} // namespace

LineSplitter::LineSplitter(std::size_t most, OnLine on_line)
    : most_(most), on_line_(std::move(on_line)) {}

void LineSplitter::feed(std::string_view bytes) {
    for (;;) {
        const std::size_t end = bytes.find('\n');
        if (end == std::string_view::npos)
            break;
        const std::string_view line = bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        if (skipping_) {
            skipping_ = false;
        } else if (carry_.empty() && line.size() <= most_) {
            on_line_(line, false);
        } else {
            take_rest(line);
            if (!skipping_)
                on_line_(carry_, false);
            skipping_ = false;
            carry_.clear();
            if (carry_.capacity() > kept_capacity)
                carry_.shrink_to_fit();
        }
    }
    if (!skipping_)
        take_rest(bytes);
}

void LineSplitter::take_rest(std::string_view bytes) {
    if (carry_.size() + bytes.size() <= most_) {
        carry_ += bytes;
        return;
    }
    carry_ += bytes.substr(0, most_ - carry_.size());
    on_line_(carry_, true);
    carry_.clear();
    carry_.shrink_to_fit();
    skipping_ = true;
}

void LineSplitter::finish() {
    if (!carry_.empty())
        on_line_(carry_, false);
    carry_.clear();
}

} // namespace base
