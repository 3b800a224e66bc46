#include "service/methods.hpp"

#include "base/printable.hpp"
#include "codec/json_path.hpp"
#include "loop/event_loop.hpp"
#include "loop/timer.hpp"
#include "redis/error.hpp"
#include "rpc/parameters.hpp"

#include <array>
#include <utility>

namespace service {

Methods::Methods(loop::EventLoop& loop, const redis::Config& config, const std::string& service,
                 bus::Observer& observer)
    : loop_(loop), observer_(observer), callee_(loop, config, {.name = service}, *this) {}

void Methods::open(std::function<void()> on_ready) {
    on_first_ready_ = std::move(on_ready);
    callee_.open();
}

void Methods::stop() {
    if (std::exchange(stopped_, true))
        return;
    callee_.stop([this] {
        done_ = true;
        if (finishing_)
            loop_.stop();
    });
}

bool Methods::finish(std::chrono::milliseconds limit) {
    stop();
    finishing_ = true;
    loop::Timer late{loop_, [this] { loop_.stop(); }};
    late.schedule(limit);
    if (!done_)
        loop_.run();
    return done_;
}

void Methods::on_ready() {
    if (on_first_ready_)
        std::exchange(on_first_ready_, {})();
}

// A Redis that is away is told of by those who use it as a bus.
void Methods::on_away(const base::Error& error, std::chrono::milliseconds, int attempt) {
    if (!redis::is_transient(error) && attempt == 1)
        observer_.on_warning(std::string("calls cannot be taken: ") + error.what());
}

void Methods::on_fault(std::string_view method, std::string_view why) {
    observer_.on_warning("Unhandled error in method " + base::printable_start(method, 255) + ": " +
                         base::printable_start(why, 300));
}

void Methods::on_garbage(std::string_view channel, std::string_view why) {
    observer_.on_note("ignored a message to " + base::quoted(channel) + ": " +
                      base::printable_start(why, 300));
}

rpc::Failure failure_of(std::string_view json) {
    rpc::Failure failure = rpc::Failure::of(rpc::code::server_error);
    if (json.starts_with('"')) {
        failure.message = codec::plain_text(json);
    } else if (json != "null") {
        failure.data = json;
        static constexpr std::array<std::string_view, 2> names{"code", "message"};
        const rpc::Parameters members{json.starts_with('{') ? json : "{}", names};
        failure.code = members.integer("code").value_or(failure.code);
        failure.message = members.text("message").value_or(failure.message);
    }
    return failure;
}

} // namespace service
