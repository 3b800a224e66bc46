#include "director/metrics.hpp"

#include "runtime/state_word.hpp"

#include <fmt/format.h>

#include <fstream>
#include <unistd.h>

namespace director {

namespace {

class Metrics {
public:
    void begin(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name,
                       type);
    }
    /// Labels are names and values of ours, which need no escapes.
    void value(auto number, std::string_view labels = {}) {
        if (labels.empty())
            fmt::format_to(std::back_inserter(out), "{} {}\n", name_, number);
        else
            fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", name_, labels, number);
    }

    std::string out;

private:
    std::string_view name_;
};

/// Resident memory, from proc(5).
std::uint64_t resident_bytes() {
    std::ifstream statm{"/proc/self/statm"};
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    statm >> size >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void add_services(Metrics& metrics, const Measures& measures) {
    metrics.begin("director_service_up", "gauge", "Whether a service runs here.");
    for (const auto& [name, instance] : measures.inventory.instances())
        metrics.value(instance.state == runtime::State::running ? 1 : 0,
                      fmt::format(R"(service="{}",runtime="{}",state="{}")", name, instance.runtime,
                                  runtime::state_word(instance.state)));
    metrics.begin("director_service_restarts_total", "counter", "How often it was restarted.");
    for (const auto& [name, instance] : measures.inventory.instances())
        metrics.value(instance.restarts, fmt::format(R"(service="{}")", name));
    metrics.begin("director_service_answers", "gauge", "Whether a service answers on the bus.");
    for (const auto& [name, registration] : measures.registrations.all())
        metrics.value(registration.answers ? 1 : 0, fmt::format(R"(service="{}")", name));
    metrics.begin("director_runtime_up", "gauge", "Whether a runtime can be used.");
    for (const RuntimeState& runtime : measures.inventory.runtimes())
        if (runtime.expected)
            metrics.value(runtime.up ? 1 : 0, fmt::format(R"(runtime="{}")", runtime.name));
}

void add_calls(Metrics& metrics, const Api::Calls& calls) {
    metrics.begin("director_calls_total", "counter", "Calls of services, by how they ended.");
    metrics.value(calls.answered, R"(outcome="answered")");
    metrics.value(calls.refused, R"(outcome="refused")");
    metrics.value(calls.nobody, R"(outcome="nobody")");
    metrics.value(calls.timed_out, R"(outcome="timed_out")");
    metrics.value(calls.away, R"(outcome="away")");
    metrics.begin("director_call_seconds_total", "counter",
                  "Time of the calls that were answered.");
    metrics.value(std::chrono::duration<double>(calls.time).count());
}

} // namespace

void AnswerCounts::add(int status) noexcept {
    const auto hundreds = static_cast<std::size_t>(status / 100);
    if (hundreds < counts_.size())
        ++counts_[hundreds];
}

std::string metrics_text(const Measures& measures) {
    Metrics metrics;
    add_services(metrics, measures);
    add_calls(metrics, measures.calls);
    metrics.begin("director_operations", "gauge", "Operations that run or wait.");
    metrics.value(measures.operations.size());
    metrics.begin("director_redis_up", "gauge", "Whether Redis can be reached.");
    metrics.value(measures.redis_up ? 1 : 0);
    metrics.begin("director_http_answers_total", "counter", "HTTP answers, by class.");
    for (std::size_t hundreds = 1; hundreds < 6; ++hundreds)
        metrics.value(measures.answers.of_class(hundreds),
                      fmt::format(R"(class="{}xx")", hundreds));
    metrics.begin("director_http_connections", "gauge", "Open connections.");
    metrics.value(measures.connections);
    metrics.begin("director_page_readers", "gauge", "Followers of /events.");
    metrics.value(measures.page_readers);
    metrics.begin("director_log_readers", "gauge", "Followers of logs.");
    metrics.value(measures.log_readers);
    metrics.begin("process_resident_memory_bytes", "gauge", "Resident memory.");
    metrics.value(resident_bytes());
    return std::move(metrics.out);
}

} // namespace director
