#pragma once

#include "redis/connection.hpp"

#include <map>
#include <string>
#include <string_view>

namespace bus::over_redis {

/// The hashes by which the server knows our scripts.
class ScriptSet {
public:
    /// Loads every script of the bus; to be called on each connection before any is used.
    void load(redis::Connection& connection);

    /// The hash of one of the scripts of scripts.hpp, once loaded.
    [[nodiscard]] const std::string& hash(std::string_view script) const;

private:
    std::map<std::string_view, std::string> hashes_; // by the script's text
};

} // namespace bus::over_redis
