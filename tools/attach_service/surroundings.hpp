#pragma once

#include "message/message.hpp"
#include "message/severity.hpp"
#include "service/diagnostics.hpp"
#include "tools/attach_service/program.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// Takes what has become of jobs, wherever they came from.
class Settlement {
public:
    virtual void succeed(std::uint64_t tag, std::vector<message::Message> effects) = 0;
    virtual void fail(std::uint64_t tag, std::string_view error) = 0;
    /// Publishes outside of any job.
    virtual void publish(const message::Message& message) = 0;

protected:
    ~Settlement() = default;
};

/// What every part of this program works with; all of it outlives them.
struct Surroundings {
    loop::EventLoop& loop;
    Settlement& settlement;
    const std::string& service;
    service::Diagnostics& diagnostics;
    const Settings& settings;
    Journal& journal;
};

} // namespace attach_service
