#pragma once

#include "base/unique_fd.hpp"
#include "cli/notice.hpp"
#include "registry/client.hpp"
#include "registry/instance.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace bandctl {

/// Keeps an instance registered as long as it lives, on a thread of its own; then takes it out of
/// the registry, which it waits for no longer than 3 s.
class Pinger {
public:
    /// Makes the client on the thread that uses it; `stop_fd` ends its waits.
    using OpenRegistry = std::function<registry::Client(int stop_fd)>;

    /// Says in `notice`, which it then has for itself, when the registry cannot be reached.
    Pinger(const OpenRegistry& open, registry::Instance instance,
           std::chrono::milliseconds interval, cli::Notice& notice);
    ~Pinger();
    Pinger(const Pinger&) = delete;
    Pinger& operator=(const Pinger&) = delete;

private:
    void run();
    /// False when it failed.
    bool ping();
    void leave();
    /// True when it is over.
    bool wait(std::chrono::milliseconds time) const;

    base::UniqueFd stopping_; // an eventfd
    registry::Client client_;
    registry::Instance instance_;
    std::chrono::milliseconds interval_;
    cli::Notice& notice_;
    bool known_ = false; // to the registry, as far as we know
    bool trouble_ = false;
    std::thread thread_;
};

} // namespace bandctl
