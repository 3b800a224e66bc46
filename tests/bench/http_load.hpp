#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

/// What one client program sees of a server on 127.0.0.1.
struct Load {
    double per_second = 0;
    double p99_us = 0;
    std::size_t failed = 0; // answers with another status than 2xx
};

/// The bytes of a POST request.
std::string post(std::string_view target, std::string_view body);

/// Sends a request on each of `connections` connections, and the next one when the answer has
/// come, for `time`. `request` makes the nth one. Throws std::runtime_error when the server closes.
Load load(std::uint16_t port, std::size_t connections, std::chrono::milliseconds time,
          const std::function<std::string(std::size_t n)>& request);

/// Sends one request and gives the body of the answer.
std::string ask(std::uint16_t port, const std::string& request);

} // namespace bench
