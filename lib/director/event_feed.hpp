#pragma once

#include "http/server.hpp"
#include "loop/timer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace director {

/// Server-sent events (HTML Living Standard, 9.2) for everybody who has the page open: the state of
/// everything, "services", whenever it has changed, and the progress of operations, "progress".
class EventFeed {
public:
    /// `state` gives one line of JSON. `loop` outlives it.
    EventFeed(loop::EventLoop& loop, std::function<std::string()> state);

    /// Begins the answer with the state as it is. One reader too many is answered 503.
    void add(http::Responder responder, http::Headers headers);

    /// The state may have changed; changes close to each other are told together.
    void changed();
    /// Tells everybody; `json` is one line.
    void tell(std::string_view event, std::string_view json);

    /// Ends all answers, and each that is begun from now on.
    void close();

    [[nodiscard]] std::size_t readers() const noexcept { return readers_.size(); }

private:
    void tell_state();
    void write(std::string_view text);
    void keep_alive();

    std::function<std::string()> state_;
    std::string last_; // state that was told
    loop::Timer change_timer_;
    loop::Timer alive_timer_;
    std::map<std::uint64_t, http::Responder> readers_;
    std::uint64_t next_reader_ = 0;
    bool closed_ = false;
};

} // namespace director
