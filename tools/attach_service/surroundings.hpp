#pragma once

#include "message/severity.hpp"
#include "service/diagnostics.hpp"
#include "service/instance.hpp"
#include "tools/attach_service/program.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace attach_service {

class Journal;

struct Settings {
    Program program;
    std::size_t workers = 1;
    std::size_t in_flight = 1; // of each worker, in stream mode
    bool bare = false;         // stream mode: lines are payloads
    bool raw = false;          // exec mode: payloads as they came
    std::optional<std::chrono::milliseconds> handler_timeout;
    std::uint64_t max_size = 0;
    message::Severity stderr_level = message::Severity::info;
};

/// What every part of this program works with; all of it outlives them.
struct Surroundings {
    loop::EventLoop& loop;
    service::Instance& instance;
    service::Diagnostics& diagnostics;
    const Settings& settings;
    Journal& journal;
};

} // namespace attach_service
