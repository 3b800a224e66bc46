#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

/// Compares as ASCII text without regard to case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Header fields in the order they came; names compare without regard to ASCII case (RFC
/// 9110, 5.1).
class Headers {
public:
    using Field = std::pair<std::string, std::string>;

    void add(std::string name, std::string value);
    /// The first field of that name, or nothing.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
    [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }

private:
    std::vector<Field> fields_;
};

/// A request as a server receives it, or a client sends it.
struct Request {
    std::string method = "GET";
    std::string target = "/"; // path and query as on the wire, still percent-encoded
    Headers headers;
    std::string body;
    // A server's: the address it came from; "unix" for a local socket, and "uid 1000" there for a
    // user who may not use it.
    std::string peer;

    [[nodiscard]] std::string_view path() const noexcept;  // of the target, still encoded
    [[nodiscard]] std::string_view query() const noexcept; // behind the "?", still encoded
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
};

} // namespace http
