#pragma once

#include "redis/connection.hpp"

#include <map>
#include <string>
#include <string_view>

namespace bus::over_redis {

/// The hashes by which the server knows our scripts.
class ScriptSet {
public:
    /// Loads the scripts that a consumer uses; to be called on each new connection.
    void load(redis::Connection& connection);

    /// Appends the beginning of a command that runs a script of scripts.hpp; `arguments` more
    /// follow, the number of keys first. Until the server has told the hash it holds the whole
    /// script.
    void append_call(std::string& request, std::string_view script, std::size_t arguments) const;

private:
    std::map<std::string_view, std::string> hashes_; // by the script's text
};

} // namespace bus::over_redis
