#pragma once

#include "base/clock.hpp"
#include "http/client.hpp"
#include "registry/instance.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace registry {

/// A blocking client of a registry: ours, or the original behind its /api. Used by one thread. All
/// throw what http::Client throws; Error(no) for an error that the registry answers, with what it
/// says; Error(no_permission) when it wants another token; Error(unavailable) while it has no
/// storage; Error(protocol).
class Client {
public:
    /// `url` as in SERVREG_URL: http://host:port, by itself or with the path of the API, /api or
    /// /rpc. `token` may be empty. Throws Error(usage).
    Client(std::string_view url, std::string token, int stop_fd = -1);

    /// Registers or renews.
    void ping(const Instance& instance, base::Deadline deadline);
    /// False when the registry did not know it.
    bool deregister(const Instance& instance, base::Deadline deadline);

    /// Who is alive and whose name matches, in order of registration; without their names, which
    /// the answer does not have.
    std::vector<Instance> locate(std::string_view pattern, base::Deadline deadline);

    /// The names of all services that the registry knows, at most 10,000, sorted. The original
    /// cannot tell: Error(no).
    std::vector<std::string> names(base::Deadline deadline);

    struct Watched {
        std::vector<Instance> instances;
        std::string version; // for the next call
    };
    /// Waits until the answer is not that of `version`, or until the registry will not let us wait
    /// any longer. The original has no such method: Error(no).
    Watched watch(std::string_view pattern, std::string_view version, std::chrono::seconds wait,
                  base::Deadline deadline);

    /// As http::Client has it.
    void stop_on(int stop_fd) noexcept { http_.stop_on(stop_fd); }
    [[nodiscard]] const http::Endpoint& endpoint() const noexcept { return http_.endpoint(); }

private:
    Client(http::Endpoint endpoint, std::string token, int stop_fd);
    /// Gives the result, JSON text.
    std::string call(std::string_view method, const std::string& params, base::Deadline deadline);

    std::string target_;
    std::string token_;
    http::Client http_;
};

} // namespace registry
