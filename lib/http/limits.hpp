#pragma once

#include <chrono>
#include <cstddef>

namespace http {

/// What a server puts up with; the defaults are those that every daemon of ours has.
struct Limits {
    std::size_t header_bytes = 32 * 1024; // the whole head, and all trailers
    std::size_t header_lines = 100;
    std::size_t target_bytes = 8 * 1024;
    std::size_t body_bytes = 8 * 1024 * 1024;
    std::size_t buffered_bytes = 256 * 1024 * 1024; // of all connections; beyond it: 503
    std::chrono::milliseconds header_time = std::chrono::seconds{10};
    std::chrono::milliseconds body_time = std::chrono::seconds{30};
    std::size_t body_bytes_a_second = 1024; // on average, looked at from header_time on
    std::chrono::milliseconds idle_time = std::chrono::seconds{60};
    std::chrono::milliseconds send_time = std::chrono::seconds{30}; // an answer that is not read
    std::size_t connections = 10240;      // and at most what the limit of open files leaves
    std::size_t connections_a_peer = 256; // loopback and Unix sockets are not counted
    std::size_t requests_a_connection = 1000;
};

} // namespace http
