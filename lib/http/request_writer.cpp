#include "http/request_writer.hpp"

#include <fmt/format.h>

#include <iterator>

namespace http {

namespace {

/// So much a turn; then the other direction has its turn.
constexpr std::size_t most_a_turn = 256 * 1024;

bool wants_length(const Request& request) {
    return !request.body.empty() || request.method == "POST" || request.method == "PUT";
}

} // namespace

RequestWriter::RequestWriter(const Request& request, const Transfer& transfer,
                             const Endpoint& endpoint)
    : request_(request), transfer_(transfer) {
    const bool local = !endpoint.address.unix_path.empty();
    fmt::format_to(std::back_inserter(framed_), "{} {}{} HTTP/1.1\r\nHost: {}\r\n", request.method,
                   endpoint.prefix, request.target, local ? "localhost" : endpoint.address.text());
    for (const auto& [name, value] : request.headers.fields())
        fmt::format_to(std::back_inserter(framed_), "{}: {}\r\n", name, value);
    if (transfer.source)
        framed_ += "Transfer-Encoding: chunked\r\n";
    else if (wants_length(request))
        fmt::format_to(std::back_inserter(framed_), "Content-Length: {}\r\n", request.body.size());
    framed_ += "\r\n";
    if (!transfer.source && request.body.size() < 16 * 1024) {
        framed_ += request.body; // one packet for all of it
        body_left_ = false;
    }
    rest_ = framed_;
}

void RequestWriter::next_piece() {
    if (!body_left_) {
        finished_ = true;
    } else if (!transfer_.source) {
        rest_ = request_.body;
        body_left_ = false;
    } else {
        const std::string_view piece = transfer_.source();
        framed_.clear();
        fmt::format_to(std::back_inserter(framed_), "{:x}\r\n{}\r\n", piece.size(), piece);
        rest_ = framed_;
        body_left_ = !piece.empty();
    }
}

void RequestWriter::write_to(net::Stream& stream) {
    std::size_t written = 0;
    while (!finished_ && written < most_a_turn) {
        if (rest_.empty()) {
            next_piece();
            continue;
        }
        const auto count = stream.write_some(rest_);
        if (count == 0)
            return;
        rest_.remove_prefix(count);
        written += count;
    }
}

} // namespace http
