#pragma once

#include "director/worker_pool.hpp"
#include "http/server.hpp"
#include "runtime/runtime.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace director {

/// In which form a log is wanted.
enum class LogForm : std::uint8_t {
    text,   // the lines as they are
    ndjson, // {"line":…,"err":…,"time_ms":…} each
    events, // the same as server-sent events
};

/// Logs on their way to HTTP clients. Each is read by a thread, which waits while its client is
/// slow: a log is never gathered in memory.
class LogStreams {
public:
    /// `pool` outlives it; a log that is followed keeps a thread of the pool.
    explicit LogStreams(WorkerPool& pool) : pool_(pool) {}
    ~LogStreams();
    LogStreams(const LogStreams&) = delete;
    LogStreams& operator=(const LogStreams&) = delete;

    void add(const std::string& service, const runtime::LogOptions& options, LogForm form,
             http::Responder responder, http::Headers headers);

    /// Ends all of them.
    void close();

    [[nodiscard]] std::size_t size() const noexcept { return streams_.size(); }

private:
    struct Stream;
    void write(std::uint64_t id);
    void finish(std::uint64_t id, const std::exception_ptr& error);

    WorkerPool& pool_;
    std::map<std::uint64_t, std::shared_ptr<Stream>> streams_;
    std::uint64_t next_ = 0;
};

} // namespace director
