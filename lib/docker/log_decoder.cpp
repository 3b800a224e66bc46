#include "docker/log_decoder.hpp"

#include "base/error.hpp"
#include "docker/json_fields.hpp"

#include <algorithm>

namespace docker {

namespace {

constexpr std::size_t longest_line = 64 * 1024;
constexpr std::size_t longest_time = 40;
constexpr std::size_t header_size = 8;

} // namespace

LogDecoder::Channel::Channel(const LogSink& sink, bool err, bool& enough)
    : sink_(sink), enough_(enough), err_(err),
      lines_(longest_line, [this](std::string_view text, bool) { line(text); }) {}

void LogDecoder::Channel::feed(std::string_view text) {
    if (text.empty())
        return;
    lines_.feed(text);
    in_line_ = !text.ends_with('\n');
}

/// What was taken for a time and is none.
void LogDecoder::Channel::give_back() {
    if (!in_line_)
        time_ms_ = 0;
    feed(time_text_);
    time_text_.clear();
    in_time_ = false;
}

/// Takes the time off the start of a message; true when that is done.
bool LogDecoder::Channel::take_time(std::string_view& text) {
    const auto most = longest_time - time_text_.size();
    const auto size = std::min({text.find(' '), text.size(), most});
    time_text_ += text.substr(0, size);
    text.remove_prefix(size);
    // First, so that it does not matter whether the blank behind it came in the same piece.
    if (time_text_.size() == longest_time) {
        give_back();
    } else if (text.starts_with(' ')) {
        text.remove_prefix(1);
        if (!in_line_) // a line has the time of its first message
            time_ms_ = time_of(time_text_);
        time_text_.clear();
        in_time_ = false;
    }
    return !in_time_;
}

void LogDecoder::Channel::text(std::string_view text, bool first) {
    if (first) {
        give_back();
        in_time_ = true;
    }
    if (!in_time_ || take_time(text))
        feed(text);
}

void LogDecoder::Channel::line(std::string_view text) {
    if (text.ends_with('\r')) // a terminal's line end
        text.remove_suffix(1);
    enough_ = enough_ || !sink_(text, err_, time_ms_);
}

void LogDecoder::Channel::finish() {
    give_back();
    lines_.finish();
}

LogDecoder::LogDecoder(LogSink sink)
    : sink_(std::move(sink)), out_(sink_, false, enough_), err_(sink_, true, enough_) {}

bool LogDecoder::feed(std::string_view bytes) {
    if (framing_ == Framing::unknown && !bytes.empty())
        framing_ =
            static_cast<unsigned char>(bytes.front()) <= 3 ? Framing::frames : Framing::plain;
    if (framing_ == Framing::plain) {
        plain(bytes);
        return !enough_;
    }
    while (!bytes.empty() && !enough_) {
        if (left_ == 0) {
            bytes = header(bytes);
            continue;
        }
        const auto piece = bytes.substr(0, left_);
        current_->text(piece, std::exchange(first_piece_, false));
        left_ -= static_cast<std::uint32_t>(piece.size());
        bytes.remove_prefix(piece.size());
    }
    return !enough_;
}

void LogDecoder::plain(std::string_view bytes) {
    while (!bytes.empty() && !enough_) {
        const auto end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
        out_.text(bytes.substr(0, end), !std::exchange(first_piece_, true));
        first_piece_ = bytes[end - 1] != '\n';
        bytes.remove_prefix(end);
    }
}

std::string_view LogDecoder::header(std::string_view bytes) {
    const auto piece = bytes.substr(0, header_size - header_.size());
    header_ += piece;
    if (header_.size() == header_size) {
        const auto byte = [this](std::size_t i) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(header_[i]));
        };
        if (byte(0) > 3 || (byte(1) | byte(2) | byte(3)) != 0)
            throw base::Error(base::ErrorKind::protocol, "docker engine",
                              "the log is no stream of frames");
        left_ = byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7);
        current_ = byte(0) == 2 ? &err_ : &out_;
        first_piece_ = true;
        header_.clear();
    }
    return bytes.substr(piece.size());
}

void LogDecoder::finish() {
    if (!enough_)
        out_.finish();
    if (!enough_)
        err_.finish();
}

} // namespace docker
