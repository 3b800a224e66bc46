#include "http/response_reader.hpp"

#include "base/error.hpp"
#include "http/field.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace http {

namespace {

using base::Error;
using base::ErrorKind;

std::optional<std::uint64_t> number(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value, base);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end)
        return std::nullopt;
    return value;
}

bool holds(const Headers& headers, std::string_view name, std::string_view word) {
    return lists(headers.find(name).value_or(""), word);
}

} // namespace

void ResponseReader::refuse(const char* why) const {
    throw Error(ErrorKind::protocol, peer_, why);
}

bool ResponseReader::reads_lines() const noexcept {
    return state_ == State::head || state_ == State::chunk_size || state_ == State::chunk_end ||
           state_ == State::trailer;
}

void ResponseReader::feed(std::string_view bytes) {
    while (!bytes.empty() && !done()) {
        if (!reads_lines()) {
            bytes = take_body(bytes);
            continue;
        }
        const auto end = bytes.find('\n');
        const auto piece = bytes.substr(0, end);
        if (partial_.size() + piece.size() > limits_.header_bytes)
            refuse("the answer holds a line without an end");
        partial_ += piece;
        if (end == std::string_view::npos)
            return;
        bytes.remove_prefix(end + 1);
        if (partial_.ends_with('\r'))
            partial_.pop_back();
        const std::string whole = std::exchange(partial_, {});
        line(whole);
    }
    if (done() && !bytes.empty())
        reusable_ = false; // more than an answer: nothing on this connection can be trusted
}

std::string_view ResponseReader::take_body(std::string_view bytes) {
    const bool counted = state_ != State::until_close;
    const auto piece =
        counted ? bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size())) : bytes;
    if (!builder_.body(piece)) {
        finish(false);
        return {};
    }
    if (counted && (left_ -= piece.size()) == 0) {
        if (state_ == State::chunk)
            state_ = State::chunk_end;
        else
            finish(true);
    }
    return bytes.substr(piece.size());
}

void ResponseReader::line(std::string_view line) {
    switch (state_) {
    case State::head:
        builder_.line(line);
        if (builder_.head_complete())
            start_body();
        break;
    case State::chunk_size:
        start_chunk(line);
        break;
    case State::chunk_end:
        if (!line.empty())
            refuse("the answer's chunks are malformed");
        state_ = State::chunk_size;
        break;
    default: // of a trailer nothing is of use to us
        trailer_bytes_ += line.size();
        if (trailer_bytes_ > limits_.header_bytes)
            refuse("the answer's trailer is too large");
        if (line.empty())
            finish(true);
    }
}

/// RFC 9112, 6.3.
void ResponseReader::start_body() {
    const Headers& headers = builder_.response().headers;
    if (head_request_ || status() == 204 || status() == 304)
        return finish(true);
    if (headers.count("transfer-encoding") > 0) {
        if (headers.count("transfer-encoding") > 1 ||
            !holds(headers, "transfer-encoding", "chunked"))
            refuse("the answer has an unknown transfer encoding");
        state_ = State::chunk_size;
        return;
    }
    if (headers.count("content-length") == 0) {
        state_ = State::until_close;
        return;
    }
    const auto length = number(*headers.find("content-length"), 10);
    if (!length || headers.count("content-length") > 1)
        refuse("the answer's length is malformed");
    left_ = *length;
    state_ = State::length;
    if (left_ == 0)
        finish(true);
}

/// RFC 9112, 7.1; extensions are ignored.
void ResponseReader::start_chunk(std::string_view line) {
    auto text = line.substr(0, line.find(';'));
    while (text.ends_with(' ') || text.ends_with('\t'))
        text.remove_suffix(1);
    const auto size = number(text, 16);
    if (!size)
        refuse("the answer's chunks are malformed");
    left_ = *size;
    state_ = left_ == 0 ? State::trailer : State::chunk;
}

void ResponseReader::finish(bool reusable) {
    state_ = State::done;
    reusable_ = reusable && builder_.is_http_1_1() &&
                !holds(builder_.response().headers, "connection", "close");
}

void ResponseReader::end_of_stream() {
    if (state_ != State::until_close)
        throw Error(ErrorKind::unavailable, peer_, "the connection ended within the answer");
    finish(false);
}

} // namespace http
