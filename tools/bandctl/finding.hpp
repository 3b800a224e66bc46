#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace bandctl {

enum class Health : std::uint8_t {
    ok,
    warning, // works, but something should be known
    failed,
    absent, // not there, and not needed
};

/// What a look at one of the programs that bandkit works with has shown.
struct Finding {
    std::string name; // "redis"
    Health health = Health::ok;
    std::string where;
    std::string version;
    std::vector<std::string> notes;  // what it means
    std::vector<std::string> advice; // what to do
    bool denied = false;             // it is there, and not for us
    std::chrono::milliseconds elapsed{0};
};

struct BusPlace {
    std::string url;
    std::string password; // wins over the URL's, when not empty
};

// Each takes until `deadline` at most, but for the resolving of names, and throws base::Error for
// what cannot be reached or speaks nonsense.

Finding look_at_redis(const BusPlace& place, base::Deadline deadline);
Finding look_at_docker(const std::string& engine, base::Deadline deadline);
Finding look_at_tmux(base::Deadline deadline);
Finding look_at_director(const std::string& url, const std::string& token, base::Deadline deadline);
Finding look_at_registry(const std::string& url, const std::string& token, base::Deadline deadline);

} // namespace bandctl
