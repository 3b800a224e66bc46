#include "director/log_streams.hpp"

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "codec/json_path.hpp"
#include "codec/json_writer.hpp"
#include "director/envelope.hpp"

#include <condition_variable>
#include <mutex>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace director {

namespace {

constexpr std::size_t most_pending = 256 * 1024; // bytes that the loop has not written yet

std::string content_type(LogForm form) {
    switch (form) {
    case LogForm::ndjson:
        return "application/x-ndjson";
    case LogForm::events:
        return "text/event-stream";
    case LogForm::text:
        break;
    }
    return "text/plain; charset=utf-8";
}

void append_line(std::string& out, LogForm form, std::string_view line, bool err,
                 std::int64_t time_ms) {
    if (form == LogForm::text) {
        out += line;
        out += '\n';
        return;
    }
    if (form == LogForm::events)
        out += "data: ";
    codec::JsonWriter json{out};
    json.begin_object();
    json.member("line", line);
    json.member("err", err);
    json.member("time_ms", time_ms);
    json.end_object();
    out += form == LogForm::events ? "\n\n" : "\n";
}

/// What goes back instead of the rest of a log.
std::string failure_text(LogForm form, const std::exception_ptr& error) {
    const Answer answer = failure_of(error);
    std::string json = R"({"error":)" + answer.failure->json + "}";
    if (form == LogForm::text)
        return "director: " + codec::find_text(json, "error.message").value_or("") + "\n";
    return form == LogForm::events ? "data: " + json + "\n\n" : json + "\n";
}

} // namespace

/// What the loop and the reading thread share.
struct LogStreams::Stream {
    Stream(http::Responder its_responder, LogForm its_form)
        : responder(std::move(its_responder)), form(its_form),
          stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

    void end() {
        {
            const std::lock_guard lock(mutex);
            ended = true;
        }
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(stop.get(), &one, sizeof one);
        room.notify_all();
    }

    enum class Added : std::uint8_t { no, first, more };
    /// From the thread: adds to what the loop will write, and waits where that is much already.
    /// `first`: the loop is to be told.
    Added add(std::string_view line, bool err, std::int64_t time_ms) {
        std::unique_lock lock(mutex);
        room.wait(lock, [this] { return ended || pending.size() < most_pending; });
        if (ended)
            return Added::no;
        const bool first = pending.empty();
        append_line(pending, form, line, err, time_ms);
        return first ? Added::first : Added::more;
    }
    std::string take() {
        std::string text;
        {
            const std::lock_guard lock(mutex);
            text.swap(pending);
        }
        room.notify_all();
        return text;
    }

    http::Responder responder; // the loop's
    const LogForm form;
    base::UniqueFd stop; // an eventfd: readable when it is to end
    std::mutex mutex;    // guards what follows
    std::condition_variable room;
    std::string pending;
    bool ended = false;
};

LogStreams::~LogStreams() {
    close();
}

void LogStreams::add(const std::string& service, const runtime::LogOptions& options, LogForm form,
                     http::Responder responder, http::Headers headers) {
    const std::uint64_t id = next_++;
    const auto stream = std::make_shared<Stream>(std::move(responder), form);
    headers.add("Content-Type", content_type(form));
    headers.add("X-Accel-Buffering", "no");
    try {
        pool_.submit(
            [this, id, stream, service, options](host::Host& host, int /*stop_fd*/) {
                // The stream's own descriptor: all streams end before the pool does.
                const runtime::Wait wait{base::Deadline::never(), stream->stop.get()};
                const auto sink = [&](std::string_view line, bool err, std::int64_t time_ms) {
                    const auto added = stream->add(line, err, time_ms);
                    if (added == Stream::Added::first)
                        pool_.post([this, id] { write(id); });
                    return added != Stream::Added::no;
                };
                host.logs(service, options, sink, wait);
            },
            [this, id](const std::exception_ptr& error) { finish(id, error); });
    } catch (const base::Error&) { // too many of them
        stream->responder.send({.status = 503,
                                .headers = {},
                                .body = failure_text(LogForm::text, std::current_exception())});
        return;
    }
    stream->responder.on_gone([this, id] {
        if (const auto at = streams_.find(id); at != streams_.end())
            at->second->end();
    });
    stream->responder.on_drained([this, id] { write(id); });
    stream->responder.start(200, std::move(headers));
    streams_.emplace(id, stream);
}

/// What the client has not taken yet is left to it: then the thread waits, and not the memory
/// grows.
void LogStreams::write(std::uint64_t id) {
    const auto at = streams_.find(id);
    if (at == streams_.end() || at->second->responder.unsent() > 0)
        return;
    if (!at->second->responder.write(at->second->take()))
        at->second->end();
}

void LogStreams::finish(std::uint64_t id, const std::exception_ptr& error) {
    const auto at = streams_.find(id);
    if (at == streams_.end())
        return;
    Stream& stream = *at->second;
    if (const std::string rest = stream.take(); !rest.empty())
        stream.responder.write(rest);
    if (error && !stream.ended)
        stream.responder.write(failure_text(stream.form, error));
    stream.responder.end();
    streams_.erase(at);
}

void LogStreams::close() {
    for (auto& [id, stream] : std::exchange(streams_, {})) {
        stream->end();
        stream->responder.end();
    }
}

} // namespace director
