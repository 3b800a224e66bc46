#pragma once

#include "host/host.hpp"
#include "http/client.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace host {

/// Where a director listens unless it is told otherwise.
inline constexpr std::uint16_t director_port = 10000;

/// The services of another machine, by its director's HTTP API (director(1)). What fails over there
/// is thrown here as the same kind of error.
class RemoteHost final : public Host {
public:
    /// `token` may be empty.
    RemoteHost(http::Endpoint director, std::string token);

    std::vector<Service> list(const Wait& wait) override;
    std::optional<Service> find(std::string_view name, const Wait& wait) override;
    /// Services are found by name in the director's folders: Error(usage) for a request that names
    /// a folder here, or what a director takes from nobody.
    std::string build(const RunRequest& request, const Progress& progress,
                      const Wait& wait) override;
    Service run(const RunRequest& request, const Progress& progress, const Wait& wait) override;
    std::optional<std::string> inspect(std::string_view name, const Wait& wait) override;

    bool start(std::string_view name, const Wait& wait) override;
    bool stop(std::string_view name, std::chrono::seconds grace, const Wait& wait) override;
    bool restart(std::string_view name, std::chrono::seconds grace, const Wait& wait) override;
    bool remove(std::string_view name, std::chrono::seconds grace, const Wait& wait) override;
    bool logs(std::string_view name, const LogOptions& options, const LogSink& sink,
              const Wait& wait) override;

    rpc::Result call(std::string_view service, std::string_view method, std::string_view params,
                     const Wait& wait) override;
    std::int64_t notify(std::string_view service, std::string_view method, std::string_view params,
                        const Wait& wait) override;

    std::vector<Image> images(const Wait& wait) override;
    std::vector<Usage> usage(const Wait& wait) override;
    std::vector<runtime::Instance> prune(bool stopped, const Wait& wait) override;

private:
    [[nodiscard]] http::Request request(std::string method, std::string target) const;
    http::Response send(const http::Request& request, const Wait& wait,
                        const http::Transfer& transfer = {});
    std::string result_of(const http::Request& request, const Wait& wait);
    bool change(std::string_view what, std::string_view name, std::chrono::seconds grace,
                const Wait& wait);
    http::Response send_params(std::string_view what, std::string_view service,
                               std::string_view method, std::string_view params, const Wait& wait);
    std::string follow(std::string_view what, const RunRequest& request, const Progress& progress,
                       const Wait& wait);

    http::Client client_;
    std::string token_;
};

} // namespace host
