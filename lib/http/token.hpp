#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// What a client may do; each may do what those before it may.
enum class Role : std::uint8_t { none, read, operate };

/// The secrets that clients show as `Authorization: Bearer …`.
class Tokens {
public:
    /// Reads a file of lines "TOKEN" or "read TOKEN", "operate TOKEN"; '#' begins a comment. A
    /// token without a role may operate. Throws Error(no_input | config) that names file and line.
    void read_file(const std::string& path);
    void add(std::string token, Role role) { tokens_.push_back({std::move(token), role}); }

    [[nodiscard]] bool empty() const noexcept { return tokens_.empty(); }

    /// Takes as long for a wrong token as for a right one of the same length.
    [[nodiscard]] Role role_of(std::string_view token) const noexcept;

private:
    struct Entry {
        std::string token;
        Role role;
    };
    std::vector<Entry> tokens_;
};

} // namespace http
