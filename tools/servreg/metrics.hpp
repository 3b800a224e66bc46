#pragma once

#include "http/server.hpp"
#include "registry/incidents.hpp"
#include "registry/registry.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace servreg {

/// Figures for Prometheus, in its text format (version 0.0.4).
class Metrics {
public:
    void count(const http::Exchange& exchange);

    [[nodiscard]] std::string text(const registry::Stats& stats,
                                   const registry::Incidents& incidents, std::size_t connections,
                                   std::uint64_t dropped_log_lines) const;

private:
    static constexpr std::array<double, 8> bounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5}; // s

    std::map<int, std::uint64_t> by_status_;
    std::array<std::uint64_t, bounds.size()> by_time_{}; // those that took at most the bound
    std::uint64_t requests_ = 0;
    double seconds_ = 0;
};

} // namespace servreg
