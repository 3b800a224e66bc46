#pragma once

#include "base/url.hpp"
#include "loop/event_loop.hpp"
#include "loop/mailbox.hpp"
#include "redis/config.hpp"
#include "rpc/call_once.hpp"
#include "rpc/callee.hpp"
#include "rpc/caller.hpp"
#include "support/eventually.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"

#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace rpc_test {

using namespace support;
using namespace std::chrono_literals;

inline redis::Config config_of(const std::string& url) {
    return redis::config_from_url(base::Url::parse(url));
}

inline redis::Config config_of(const RedisServer& server) {
    return config_of(server.url());
}

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
        return support::eventually(10s, [&] {
            bool met = false;
            run([&] { met = condition(); });
            return met;
        });
    }

private:
    loop::Mailbox mailbox_{loop};
    std::thread thread_;
};

class Record final : public rpc::CalleeObserver {
public:
    void on_fault(std::string_view method, std::string_view why) override {
        faults.push_back(std::string(method) + ": " + std::string(why));
    }
    void on_garbage(std::string_view, std::string_view why) override { garbage.emplace_back(why); }

    std::vector<std::string> faults;
    std::vector<std::string> garbage;
};

inline void echo(const rpc::IncomingCall& call, rpc::Answer answer) {
    answer.result(call.params.empty() ? "{}" : call.params);
}

/// A service that echoes, on a stage of its own.
class EchoService {
public:
    explicit EchoService(const redis::Config& config, rpc::CalleeOptions options = {.name = "echo"})
        : callee(stage.loop, config, std::move(options), record) {
        callee.expose({"echo"}, echo);
    }
    ~EchoService() { stage.stop(); }

    void open() {
        callee.open();
        stage.start();
        if (!stage.eventually([&] { return callee.ready(); }))
            throw std::runtime_error("the service does not become ready");
    }

    Stage stage;
    Record record;
    rpc::Callee callee;
};

/// A caller on a stage of its own, as blocking functions.
class TestCaller {
public:
    explicit TestCaller(const redis::Config& config, std::string name = {})
        : caller(stage.loop, config, std::move(name)) {
        caller.open();
        stage.start();
    }
    ~TestCaller() { stage.stop(); }

    std::future<rpc::Result> begin(const std::string& service, const std::string& method,
                                   const std::string& params,
                                   std::chrono::milliseconds timeout = 10s) {
        auto promise = std::make_shared<std::promise<rpc::Result>>();
        stage.run([&] {
            caller.call(service, method, params, timeout,
                        [promise](rpc::Result&& result) { promise->set_value(std::move(result)); });
        });
        return promise->get_future();
    }
    rpc::Result notify(const std::string& service, const std::string& method) {
        std::promise<rpc::Result> promise;
        stage.run([&] {
            caller.notify(service, method, "", 10s, [&promise](rpc::Result&& result) {
                promise.set_value(std::move(result));
            });
        });
        return promise.get_future().get();
    }
    rpc::Result call(const std::string& service, const std::string& method,
                     const std::string& params, std::chrono::milliseconds timeout = 10s) {
        return begin(service, method, params, timeout).get();
    }

    Stage stage;
    rpc::Caller caller;
};

inline rpc::CallOptions within(std::chrono::milliseconds time) {
    return {.deadline = base::Deadline::after(time)};
}

} // namespace rpc_test
