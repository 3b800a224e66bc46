#include "http/request_parser.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace http {

namespace {

constexpr std::size_t longest_chunk_line = 256; // a size and extensions, which mean nothing to us

} // namespace

std::size_t RequestParser::feed(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && (stage_ == Stage::head || stage_ == Stage::body)) {
        const std::string_view rest = bytes.substr(taken);
        taken += stage_ == Stage::head ? feed_head(rest) : feed_body(rest);
    }
    return taken;
}

Request RequestParser::take() {
    Request request = std::exchange(request_, {});
    stage_ = Stage::head;
    framing_ = {};
    chunk_ = Chunk::size;
    left_ = head_bytes_ = lines_ = trailer_bytes_ = 0;
    return request;
}

void RequestParser::refuse(int status, std::string_view why) {
    stage_ = Stage::refused;
    refusal_ = {status, why};
}

// --- the head -----------------------------------------------------------------------------------

/// Takes one line, or what there is of it.
std::size_t RequestParser::feed_head(std::string_view bytes) {
    const auto newline = bytes.find('\n');
    const std::size_t count = newline == std::string_view::npos ? bytes.size() : newline + 1;
    head_bytes_ += count;
    head_.append(bytes.substr(0, count));
    const std::string_view line = std::string_view{head_}.substr(line_start_);
    // The method and the version stand beside the target.
    if (lines_ == 0 && line.size() > limits_.target_bytes + 64)
        refuse(414, "target too long");
    else if (head_bytes_ > limits_.header_bytes)
        refuse(431, "header too large");
    else if (newline != std::string_view::npos)
        head_line(line);
    return count;
}

void RequestParser::head_line(std::string_view line) {
    if (!line.ends_with("\r\n"))
        return refuse(400, "a line ends in CR LF");
    if (line.size() > 2) {
        line_start_ = head_.size();
        if (++lines_ > limits_.header_lines + 1)
            refuse(431, "too many header lines");
        return;
    }
    head_.resize(line_start_);
    if (lines_ > 0) // an empty line before a request is to be skipped (RFC 9112, 2.2)
        finish_head();
}

void RequestParser::finish_head() {
    const Refusal refusal = parse_head(head_, limits_, request_, framing_);
    // An idle connection should hold no memory.
    if (head_.capacity() > 1024)
        std::string{}.swap(head_);
    head_.clear();
    line_start_ = 0;
    if (refusal)
        return refuse(refusal.status, refusal.why);
    left_ = framing_.length;
    stage_ = Stage::body;
    if (!framing_.chunked && left_ == 0)
        complete();
}

// --- the body -----------------------------------------------------------------------------------

std::size_t RequestParser::feed_body(std::string_view bytes) {
    if (framing_.chunked)
        return feed_chunked(bytes);
    const std::size_t count = std::min(left_, bytes.size());
    request_.body.append(bytes.substr(0, count));
    left_ -= count;
    if (left_ == 0)
        complete();
    return count;
}

std::size_t RequestParser::feed_chunked(std::string_view bytes) {
    if (chunk_ != Chunk::data)
        return feed_chunk_line(bytes);
    const std::size_t count = std::min(left_, bytes.size());
    request_.body.append(bytes.substr(0, count));
    left_ -= count;
    if (left_ == 0)
        chunk_ = Chunk::data_end;
    return count;
}

std::size_t RequestParser::feed_chunk_line(std::string_view bytes) {
    const auto newline = bytes.find('\n');
    const std::size_t count = newline == std::string_view::npos ? bytes.size() : newline + 1;
    line_.append(bytes.substr(0, count));
    if (chunk_ == Chunk::trailer)
        trailer_bytes_ += count;
    if (trailer_bytes_ > limits_.header_bytes) {
        refuse(431, "trailers too large");
    } else if (chunk_ != Chunk::trailer && line_.size() > longest_chunk_line) {
        refuse(400, "malformed chunk");
    } else if (newline != std::string_view::npos) {
        if (!line_.ends_with("\r\n"))
            refuse(400, "a line ends in CR LF");
        else if (chunk_ == Chunk::size)
            chunk_size(line_);
        else if (chunk_ == Chunk::trailer)
            trailer(line_);
        else if (line_ == "\r\n")
            chunk_ = Chunk::size;
        else
            refuse(400, "malformed chunk");
        line_.clear();
    }
    return count;
}

void RequestParser::chunk_size(std::string_view line) {
    const char* const end = line.data() + line.size() - 2;
    const auto [stop, error] = std::from_chars(line.data(), end, left_, 16);
    if (error == std::errc::invalid_argument || (stop != end && *stop != ';'))
        return refuse(400, "malformed chunk");
    if (std::any_of(stop, end, [](char c) { return c == '\r' || c == '\0'; }))
        return refuse(400, "malformed chunk");
    if (error != std::errc{} || left_ > limits_.body_bytes - request_.body.size())
        return refuse(413, "body too large");
    chunk_ = left_ == 0 ? Chunk::trailer : Chunk::data;
}

/// Trailers are read and dropped: nobody here asks for them.
void RequestParser::trailer(std::string_view line) {
    if (line == "\r\n")
        complete();
    else if (++lines_ > limits_.header_lines + 1)
        refuse(431, "too many header lines");
}

} // namespace http
