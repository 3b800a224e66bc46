#pragma once

#include "base/error.hpp"
#include "host/host.hpp"
#include "redis/config.hpp"
#include "runtime/service_folder.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace host {

struct LocalConfig {
    runtime::ServicePath path = runtime::ServicePath::from_environment();
    std::optional<redis::Config> bus; // nothing: no service is asked anything
    std::string bus_url;              // given to services as BAND_BUS; empty: not given
    std::string container_bus_url;    // the same as seen from a container
    std::string band_url;             // what containers get as BAND_URL; empty: not given
    std::chrono::milliseconds status_patience{150}; // with those that do not answer
    std::chrono::milliseconds ready_within{30000};
    /// Nothing: there are no images.
    std::function<std::vector<Image>(const Wait&)> images;
    /// Whether the machine has a runtime of this name, which is only away then; nothing: none is
    /// missed. What is away cannot say that there is no such service, and nothing goes elsewhere
    /// meanwhile, since it might run twice then.
    std::function<bool(std::string_view runtime)> is_there;
    /// Told what is left out since it cannot be reached: a runtime, by its name, or "bus".
    std::function<void(std::string_view what, const base::Error& error)> on_trouble;
};

/// The services of this machine: what its runtimes run, and what answers on the bus.
class LocalHost final : public Host {
public:
    /// The runtimes in the order of preference. One that cannot be reached is left out where
    /// several are asked.
    LocalHost(LocalConfig config, std::vector<std::unique_ptr<runtime::Runtime>> runtimes);

    std::vector<Service> list(const Wait& wait) override;
    std::optional<Service> find(std::string_view name, const Wait& wait) override;
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
    struct Found {
        runtime::Runtime* runtime;
        runtime::Instance instance;
    };
    struct Plan {
        runtime::Runtime* runtime;
        runtime::ServiceSpec spec;
    };

    [[nodiscard]] const redis::Config& bus_for(std::string_view service) const;
    /// Asks all services on the bus, on a thread of its own; gives nothing without a bus.
    [[nodiscard]] std::future<std::vector<Service>> ask_bus(const Wait& wait) const;
    [[nodiscard]] std::vector<Service> answers_of(std::future<std::vector<Service>> asked) const;
    /// `missed` gets the error of a runtime that is away and might have it.
    [[nodiscard]] std::optional<Found>
    look_for(std::string_view name, std::optional<base::Error>& missed, const Wait& wait);
    [[nodiscard]] Plan plan(const RunRequest& request, const Wait& wait);
    [[nodiscard]] runtime::Runtime& choose(const RunRequest& request,
                                           const std::optional<runtime::ServiceFolder>& folder,
                                           const Wait& wait);
    void complete(runtime::ServiceSpec& spec, const runtime::Runtime& runtime,
                  Readiness until) const;
    static bool can_be_left_out(const base::Error& error) noexcept;
    void tell(std::string_view what, const base::Error& error) const;
    void tell_of_bus(const base::Error& error) const;
    [[nodiscard]] bool is_missed(const runtime::Runtime& runtime, const base::Error& error) const;
    /// Gives the first runtime's truth; those that cannot be reached do not count.
    template <class Ask> bool ask_each(Ask ask, std::optional<base::Error>* missed = nullptr);
    /// The same about one service: throws where one that cannot be reached might have it.
    template <class Ask> bool ask_for_one(Ask ask);

    LocalConfig config_;
    std::vector<std::unique_ptr<runtime::Runtime>> runtimes_;
};

} // namespace host
