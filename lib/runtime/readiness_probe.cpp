#include "runtime/readiness_probe.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "redis/client.hpp"
#include "rpc/call_once.hpp"
#include "rpc/status.hpp"

#include <algorithm>

namespace runtime {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds one_question = 500ms;

} // namespace

std::string_view readiness_word(Readiness until) noexcept {
    switch (until) {
    case Readiness::started:
        return "started";
    case Readiness::registered:
        return "registered";
    case Readiness::answers:
        return "answers";
    }
    return "";
}

ReadinessProbe::ReadinessProbe(std::optional<redis::Config> bus, std::string service,
                               Readiness until, const Wait& wait)
    : bus_(std::move(bus)), service_(std::move(service)), until_(until),
      launched_ms_(base::unix_ms()) {
    if (until_ == Readiness::started)
        return;
    if (!bus_)
        throw Error(ErrorKind::usage, service_, "cannot be waited for without a bus",
                    "name it with --url, or use --wait started");
    listeners_before_ = count_listeners(wait);
}

std::int64_t ReadinessProbe::count_listeners(const Wait& wait) const {
    redis::Client client{*bus_, wait.stop_fd};
    const auto deadline =
        base::Deadline::earlier(wait.deadline, base::Deadline::after(bus_->connect_timeout));
    return client.call("count listeners", {"PUBSUB", "NUMSUB", service_}, deadline)
        .at(1)
        .as_integer();
}

bool ReadinessProbe::ready(const Wait& wait) const {
    if (until_ == Readiness::started)
        return true;
    return until_ == Readiness::registered ? count_listeners(wait) > listeners_before_
                                           : answers(wait);
}

/// The new one's answer is told from the old one's by the time at which it says it started: both
/// have this machine's clock.
bool ReadinessProbe::answers(const Wait& wait) const {
    const auto deadline =
        base::Deadline::earlier(wait.deadline, base::Deadline::after(one_question));
    const auto results = rpc::ask_instances(*bus_, {service_, "__status"},
                                            {.deadline = deadline, .stop_fd = wait.stop_fd});
    return std::ranges::any_of(results, [this](const rpc::Result& result) {
        if (!result.ok())
            return false;
        return listeners_before_ == 0 || rpc::parse_status(result.json).started_ms >= launched_ms_;
    });
}

} // namespace runtime
