#include "tools/servreg/metrics.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <string_view>

namespace servreg {

namespace {

template <class Number>
void add(std::string& out, std::string_view name, std::string_view type, std::string_view help,
         Number value) {
    fmt::format_to(std::back_inserter(out), "# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type,
                   help, value);
}

} // namespace

void Metrics::count(const http::Exchange& exchange) {
    const double seconds = std::chrono::duration<double>(exchange.took).count();
    ++by_status_[exchange.status];
    ++requests_;
    seconds_ += seconds;
    for (std::size_t i = 0; i < bounds.size(); ++i)
        by_time_[i] += seconds <= bounds[i];
}

std::string Metrics::text(const registry::Stats& stats, const registry::Incidents& incidents,
                          std::size_t connections, std::uint64_t dropped_log_lines) const {
    std::string out;
    add(out, "servreg_services", "gauge", "Names that are known.", stats.services);
    add(out, "servreg_instances", "gauge", "Instances that are known, dead ones too.",
        stats.instances);
    add(out, "servreg_instances_alive", "gauge", "Instances that pinged in time.", stats.alive);
    add(out, "servreg_changes_total", "counter", "Changes stored.", stats.pings);
    add(out, "servreg_changes_failed_total", "counter", "Changes answered with an error.",
        stats.failed);
    add(out, "servreg_changes_waiting", "gauge", "Changes that wait for the database.",
        stats.waiting);
    add(out, "servreg_commits_total", "counter", "Transactions.", stats.commits);
    add(out, "servreg_locates_total", "counter", "Questions where a service is.", stats.locates);
    add(out, "servreg_storage_up", "gauge", "1 while the database answers.",
        stats.trouble.empty() ? 1 : 0);
    add(out, "servreg_connections", "gauge", "Open HTTP connections.", connections);
    add(out, "servreg_log_lines_dropped_total", "counter", "Lines the access log lost.",
        dropped_log_lines);
    out += "# HELP servreg_incidents_total Changes that somebody should look at.\n"
           "# TYPE servreg_incidents_total counter\n";
    for (std::size_t i = 0; i < registry::Incident::kinds; ++i) {
        const auto kind = static_cast<registry::Incident::Kind>(i);
        fmt::format_to(std::back_inserter(out), "servreg_incidents_total{{kind=\"{}\"}} {}\n",
                       name_of(kind), incidents.count(kind));
    }
    out += "# HELP servreg_http_requests_total Requests by status.\n"
           "# TYPE servreg_http_requests_total counter\n";
    for (const auto& [status, count] : by_status_)
        fmt::format_to(std::back_inserter(out), "servreg_http_requests_total{{status=\"{}\"}} {}\n",
                       status, count);
    out += "# HELP servreg_http_request_seconds Time from request to answer.\n"
           "# TYPE servreg_http_request_seconds histogram\n";
    for (std::size_t i = 0; i < bounds.size(); ++i)
        fmt::format_to(std::back_inserter(out),
                       "servreg_http_request_seconds_bucket{{le=\"{}\"}} {}\n", bounds[i],
                       by_time_[i]);
    fmt::format_to(std::back_inserter(out),
                   "servreg_http_request_seconds_bucket{{le=\"+Inf\"}} {0}\n"
                   "servreg_http_request_seconds_sum {1}\nservreg_http_request_seconds_count {0}\n",
                   requests_, seconds_);
    return out;
}

} // namespace servreg
