#pragma once

#include "registry/incidents.hpp"
#include "registry/method.hpp"
#include "registry/registry.hpp"
#include "registry/waits.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc {
class Parameters;
}

namespace registry {

/// The registry's methods over JSON, whatever carries it.
class Methods {
public:
    using Reply = std::function<void(Outcome)>;
    using Cancel = std::function<void()>;

    struct Options {
        std::string host; // for get_service_specs: where we are
        std::uint16_t port = 0;
        std::vector<std::string> allowed_urls; // globs; none: all may be registered
        bool claim = false;                    // a place that is alive keeps its name
        Incidents::Tell tell = [](const std::string&) {};
    };

    /// Both outlive it.
    Methods(loop::EventLoop& loop, Registry& registry, Options options);
    ~Methods();
    Methods(const Methods&) = delete;
    Methods& operator=(const Methods&) = delete;

    /// Calls `reply` once, now or later, with what the method answers. `params` as in
    /// rpc::Request; `peer` is who asks. What is given back cancels a wait, as long as its reply
    /// has not come: that is dropped without a call. Empty where nothing waits.
    Cancel call(const Method& method, std::string_view params, const std::string& peer,
                Reply reply);

    /// Answers all that wait, as if their time were over.
    void end_waits() { waits_.end(); }

    [[nodiscard]] Incidents& incidents() noexcept { return incidents_; }
    [[nodiscard]] bool stale() const noexcept { return registry_.stale(); }

private:
    void ping(const rpc::Parameters& given, const std::string& peer, const Reply& reply);
    void deregister(const rpc::Parameters& given, const Reply& reply);
    Outcome locate(const rpc::Parameters& given);
    Outcome list(const rpc::Parameters& given);
    Outcome stats() const;
    Outcome specs() const;
    Cancel watch(const rpc::Parameters& given, Reply reply);

    [[nodiscard]] static Instance instance_of(const rpc::Parameters& given);
    [[nodiscard]] bool allowed(const Instance& instance) const;
    [[nodiscard]] bool may_rename(const Instance& instance, const std::string& peer);

    Registry& registry_;
    Options options_;
    Waits waits_;
    Incidents incidents_;
};

} // namespace registry
