#include "director/api.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "codec/json_writer.hpp"
#include "director/notifications.hpp"
#include "director/snake_case.hpp"
#include "runtime/service_name.hpp"

#include <cmath>
#include <memory>
#include <optional>
#include <utility>

namespace director {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

constexpr auto answer_time = 2s; // WIRE.md 1.2
constexpr double longest_answer_s = 600;
constexpr auto look_time = 10s;

std::chrono::milliseconds timeout_of(Arguments& arguments) {
    const auto seconds = arguments.number("timeout__", longest_answer_s);
    arguments.take("timeout__");
    return seconds ? std::chrono::milliseconds{std::llround(*seconds * 1000)} : answer_time;
}

Answer answer_to_call(const rpc::Result& result, std::string_view service) {
    using Status = rpc::Result::Status;
    switch (result.status) {
    case Status::answered:
        return {.result = result.json};
    case Status::refused:
        return passed_on(result.failure);
    case Status::nobody:
        return refusal(502, -32000, "nobody listens to " + base::quoted(service));
    case Status::timed_out:
        return refusal(504, -32000, base::quoted(service) + " has not answered in time");
    case Status::away:
        break;
    }
    return failure_of({ErrorKind::unavailable, "redis", result.why.empty() ? "away" : result.why});
}

std::string images_json(const std::vector<host::Image>& images) {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_array();
    for (const host::Image& image : images) {
        out.begin_object();
        out.member("name", std::string_view(image.name));
        out.member("id", std::string_view(image.id));
        out.member("created_ms", image.created_ms);
        out.member("bytes", image.bytes);
        out.end_object();
    }
    out.end_array();
    return json;
}

std::string usage_json(const std::vector<host::Usage>& usages) {
    std::string json;
    codec::JsonWriter out{json};
    out.begin_array();
    for (const host::Usage& usage : usages) {
        out.begin_object();
        out.member("name", std::string_view(usage.of.name));
        out.member("cpu_percent", usage.of.cpu_percent);
        out.member("memory_bytes", usage.of.memory_bytes);
        out.member("memory_limit", usage.of.memory_limit);
        out.key("calls");
        usage.calls ? out.value(*usage.calls) : out.null();
        out.end_object();
    }
    out.end_array();
    return json;
}

} // namespace

void Api::answer(Ask ask, Reply reply) {
    try {
        dispatch(ask, reply);
    } catch (const Error& error) {
        reply(failure_of(error));
    }
}

void Api::dispatch(Ask& ask, const Reply& reply) {
    switch (ask.action) {
    case Action::list:
        return reply({.result = parts_.overview.list()});
    case Action::ls:
        return reply({.result = parts_.overview.ls()});
    case Action::overview:
        return reply({.result = parts_.overview.page(parts_.caller.ready())});
    case Action::state:
        return reply({.result = parts_.overview.states()});
    case Action::registrations:
        return reply({.result = register_of(parts_.roll_call.registrations().all())});
    case Action::announce:
        return announce(ask, reply);
    case Action::status:
        return status(ask, reply);
    case Action::call:
        return call(ask, reply);
    case Action::notify:
        return notify(ask, reply);
    case Action::show:
        return show(ask, reply);
    case Action::images:
        return look(reply, [](host::Host& host, const runtime::Wait& wait) {
            return images_json(host.images(wait));
        });
    case Action::usage:
        return look(reply, [](host::Host& host, const runtime::Wait& wait) {
            return usage_json(host.usage(wait));
        });
    case Action::run:
        return run(ask, reply);
    case Action::build:
        return build(ask, reply);
    case Action::start:
    case Action::stop:
    case Action::restart:
    case Action::remove:
        return change(ask, reply);
    case Action::prune:
        return prune(ask, reply);
    case Action::logs:
    case Action::events:
    case Action::metrics:
    case Action::health:
    case Action::page:
        break;
    }
    reply(refusal(404, -32601, "Method not found"));
}

void Api::announce(const Ask& ask, const Reply& reply) {
    const std::string name = ask.arguments.text("name").value_or("");
    runtime::require_service_name(name);
    parts_.roll_call.announced(name, ask.as);
    reply({.result = R"({"result":"ok"})"});
}

void Api::call(Ask& ask, const Reply& reply) {
    const auto timeout = timeout_of(ask.arguments);
    const auto start = base::SteadyClock::now();
    parts_.caller.call(ask.service, ask.method, ask.arguments.params(), timeout,
                       [this, service = ask.service, start, reply](rpc::Result&& result) {
                           count(result, start);
                           reply(answer_to_call(result, service));
                       });
}

void Api::notify(Ask& ask, const Reply& reply) {
    const auto timeout = timeout_of(ask.arguments);
    parts_.caller.notify(ask.service, ask.method, ask.arguments.params(), timeout,
                         [service = ask.service, reply](rpc::Result&& result) {
                             // Only Redis has been waited for.
                             if (result.status == rpc::Result::Status::timed_out)
                                 result = {.status = rpc::Result::Status::away,
                                           .why = "no answer in time"};
                             reply(answer_to_call(result, service));
                         });
}

void Api::status(Ask& ask, const Reply& reply) {
    parts_.caller.call(ask.service, "__status", "{}", timeout_of(ask.arguments),
                       [service = ask.service, reply](rpc::Result&& result) {
                           reply(answer_to_call(result, service));
                       });
}

void Api::count(const rpc::Result& result, base::SteadyClock::time_point start) {
    using Status = rpc::Result::Status;
    switch (result.status) {
    case Status::answered:
        ++calls_.answered;
        calls_.time +=
            std::chrono::duration_cast<std::chrono::microseconds>(base::SteadyClock::now() - start);
        break;
    case Status::refused:
        ++calls_.refused;
        break;
    case Status::nobody:
        ++calls_.nobody;
        break;
    case Status::timed_out:
        ++calls_.timed_out;
        break;
    case Status::away:
        ++calls_.away;
        break;
    }
}

void Api::show(const Ask& ask, const Reply& reply) {
    require_runtimes(ask.service);
    const auto found = std::make_shared<std::optional<std::string>>();
    parts_.pool.submit(
        [found, service = ask.service, envelope = ask.envelope](host::Host& host, int stop_fd) {
            *found = host.inspect(service, {base::Deadline::after(look_time), stop_fd});
            // The first generation's keys were those of a Python program.
            if (*found && envelope == Envelope::wrapped)
                *found = with_snake_case_keys(**found);
        },
        [found, reply, service = ask.service](const std::exception_ptr& error) {
            if (error)
                return reply(failure_of(error));
            reply(*found ? Answer{.result = std::move(**found)} : unknown_service(service));
        });
}

void Api::look(const Reply& reply,
               std::function<std::string(host::Host&, const runtime::Wait&)> work) {
    const auto result = std::make_shared<std::string>();
    parts_.pool.submit(
        [result, work = std::move(work)](host::Host& host, int stop_fd) {
            *result = work(host, {base::Deadline::after(look_time), stop_fd});
        },
        [result, reply](const std::exception_ptr& error) {
            reply(error ? failure_of(error) : Answer{.result = std::move(*result)});
        });
}

} // namespace director
