#pragma once

#include "loop/event_loop.hpp"
#include "loop/mailbox.hpp"
#include "support/eventually.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <thread>

namespace integration {

/// An event loop on a thread of its own. What lives on it is made before `start` and used by
/// `run`, on that thread.
class Stage {
public:
    ~Stage() { stop(); }

    loop::EventLoop loop;

    void start() {
        thread_ = std::thread([this] { loop.run(); });
    }
    void stop() {
        if (!thread_.joinable())
            return;
        mailbox_.post([this] { loop.stop(); });
        thread_.join();
    }
    /// Runs it on the loop and waits for its end.
    void run(const std::function<void()>& task) {
        std::promise<void> done;
        mailbox_.post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }
    bool eventually(const std::function<bool()>& condition) {
        return support::eventually(std::chrono::seconds{10}, [&] {
            bool met = false;
            run([&] { met = condition(); });
            return met;
        });
    }

private:
    loop::Mailbox mailbox_{loop};
    std::thread thread_;
};

} // namespace integration
