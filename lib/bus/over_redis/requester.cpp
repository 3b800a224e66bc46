#include "bus/over_redis/requester.hpp"

#include "base/backoff.hpp"
#include "base/printable.hpp"
#include "bus/over_redis/entry.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using base::Deadline;
using base::Error;
using base::ErrorKind;
using message::Kind;
using message::Message;

namespace {

// A reply stream outlives its requester's patience by this much, for a result on its way.
constexpr std::chrono::seconds reply_stream_grace{10};
// And the result itself by this much, for those who watch.
constexpr std::chrono::seconds watch_grace{10};

PublisherOptions publisher_options(const RequestOptions& options) {
    PublisherOptions publisher;
    publisher.retry_for = options.timeout;
    publisher.deadline = Deadline::after(options.timeout);
    publisher.stop_fd = options.stop_fd;
    publisher.observer = options.observer;
    return publisher;
}

std::string seconds_text(std::int64_t milliseconds) {
    const auto tenths = std::max<std::int64_t>(0, milliseconds) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

} // namespace

struct Requester::Call {
    Call(const Requester& requester, Message&& message, const RequestOptions& request_options)
        : keys(requester.keys_), options(request_options), command(std::move(message)),
          service(topic_of(Kind::command, command.routing_key)),
          stream(keys.stream(Kind::command, service)),
          publisher(requester.bus_, requester.config_, publisher_options(request_options)),
          deadline(Deadline::after(request_options.timeout)) {
        check_routing_key(command.routing_key);
        command.kind = Kind::command;
    }

    const Keys& keys;
    const RequestOptions& options;
    Message command;
    std::string service;
    std::string stream;
    Publisher publisher;
    Deadline deadline;
    std::string reply_topic;
    std::string reply_stream;

    /// Repeats `attempt` while the server is away, until the deadline.
    void retrying(const std::function<void()>& attempt) {
        base::Backoff backoff;
        while (true) {
            std::chrono::milliseconds delay{0};
            try {
                attempt();
                if (backoff.attempts() > 0 && options.observer != nullptr)
                    options.observer->on_recovered();
                return;
            } catch (const Error& error) {
                if (!redis::is_transient(error))
                    throw;
                if (deadline.passed())
                    throw Error(error.kind() == ErrorKind::timeout ? ErrorKind::timeout
                                                                   : ErrorKind::temporary,
                                error.subject(), error.why(), error.hint());
                publisher.client().disconnect();
                delay = backoff.next();
                if (options.observer != nullptr)
                    options.observer->on_waiting(error, delay, backoff.attempts());
            }
            publisher.client().pause(
                std::min(delay, std::chrono::milliseconds{std::max(1, deadline.poll_timeout())}));
        }
    }

    redis::Reply call(std::initializer_list<std::string_view> request) {
        return publisher.client().call("command " + base::quoted(command.routing_key), request,
                                       deadline);
    }

    void prepare_reply() {
        const std::string name = command.source.empty() ? "requester" : command.source;
        if (command.reply_to.empty())
            command.reply_to = name + "-" + base::random_id() + ".return";
        if (command.correlation_id.empty())
            command.correlation_id = base::random_id();
        check_routing_key(command.reply_to);
        reply_topic = topic_of(Kind::result, command.reply_to);
        reply_stream = keys.stream(Kind::result, reply_topic);
    }

    /// Announces the reply stream and looks whether anybody serves the command. What keeps the
    /// command from being sent is returned: thrown, it would count as a server that is away.
    std::optional<Error> announce_and_check() {
        std::string request;
        std::size_t count = 1;
        redis::append_command(request, {"XINFO", "GROUPS", stream});
        if (!reply_topic.empty()) {
            const auto now = base::unix_ms();
            const auto dies = now + options.timeout.count() +
                              std::chrono::milliseconds{reply_stream_grace}.count();
            const std::string index = keys.index(Kind::command);
            redis::append_command(request, {"ZREMRANGEBYSCORE", index, "(0", std::to_string(now)});
            redis::append_command(request, {"ZADD", index, std::to_string(dies), reply_topic});
            redis::append_command(request, {"PUBLISH", index, reply_topic});
            count += 3;
        }
        const auto replies = publisher.client().exchange(request, count, deadline);
        for (std::size_t i = 1; i < replies.size(); ++i)
            if (replies[i].is_error())
                throw redis::ReplyError("command " + base::quoted(command.routing_key),
                                        replies[i].text);
        if (replies[0].is_error() && replies[0].text.find("no such key") == std::string::npos)
            throw redis::ReplyError("command " + base::quoted(command.routing_key),
                                    replies[0].text);
        const auto serves = [&](const redis::Reply& group) {
            return group.value_of("name").text == service;
        };
        if (replies[0].is_error() || std::ranges::none_of(replies[0].elements, serves))
            return nobody_answers();
        if (options.need_instance && !any_instance_alive())
            return Error(ErrorKind::unavailable, "command " + base::quoted(command.routing_key),
                         "no instance of " + base::quoted(service) + " is alive",
                         "start one, or leave --no-wait-service out to wait for it");
        return std::nullopt;
    }

    void require_service() {
        std::optional<Error> fault;
        retrying([&] { fault = announce_and_check(); });
        if (fault)
            throw *fault;
    }

    bool any_instance_alive() {
        const redis::Reply consumers = call({"XINFO", "CONSUMERS", stream, service});
        std::string request;
        for (const redis::Reply& consumer : consumers.elements)
            redis::append_command(request,
                                  {"EXISTS", keys.alive(service, consumer.value_of("name").text)});
        const auto alive = publisher.client().exchange(request, consumers.size(), deadline);
        return std::ranges::any_of(alive, [](const auto& reply) { return reply.integer == 1; });
    }

    Error nobody_answers() {
        std::string known;
        const redis::Reply topics =
            call({"ZRANGEBYSCORE", keys.index(Kind::command), "0", "0", "LIMIT", "0", "5"});
        for (const redis::Reply& topic : topics.elements)
            if (topic.text != service)
                known += (known.empty() ? "" : ", ") + base::printable_start(topic.text, 40);
        return {ErrorKind::unavailable, "command " + base::quoted(command.routing_key),
                "nobody answers to " + base::quoted(service),
                known.empty() ? "no service is known on this bus" : "known are: " + known};
    }

    /// The first result with our correlation id.
    Message await() {
        std::string from = "0-0";
        std::optional<Message> result;
        while (!result) {
            if (deadline.passed())
                throw no_answer();
            retrying([&] {
                // Shorter than the silence that counts as a dead server.
                const auto most = publisher.client().config().io_timeout.count() / 2;
                const int left = std::clamp(deadline.poll_timeout(), 1,
                                            static_cast<int>(std::clamp(most, 1L, 5000L)));
                // The server ends the wait; its nil may come a little after our deadline.
                const auto patience = Deadline::after(std::chrono::milliseconds{left} +
                                                      publisher.client().config().io_timeout);
                redis::Reply reply = publisher.client().call(
                    "wait for the result",
                    {"XREAD", "BLOCK", std::to_string(left), "STREAMS", reply_stream, from},
                    patience);
                if (reply.size() == 0)
                    return;
                for (redis::Reply& entry : reply.elements[0].elements.at(1).elements) {
                    from = entry.at(0).text;
                    Message message =
                        message_from_entry(std::move(entry), Kind::result, reply_topic);
                    if (!result && message.correlation_id == command.correlation_id)
                        result = std::move(message);
                }
            });
        }
        return std::move(*result);
    }

    /// How far the command got.
    Error no_answer() {
        std::string hint = "the service may answer later; --timeout waits longer";
        try {
            const auto patience = Deadline::after(std::chrono::seconds{1});
            const auto held = publisher.client().call(
                "look for the command",
                {"XPENDING", stream, service, publisher.last_id(), publisher.last_id(), "1"},
                patience);
            const redis::Reply groups = publisher.client().call(
                "look for the command", {"XINFO", "GROUPS", stream}, patience);
            if (held.size() > 0) {
                hint = "taken by " + base::printable_start(held.at(0).at(1).text, 80) + " " +
                       seconds_text(held.at(0).at(2).integer) + " ago, no answer";
            } else {
                for (const redis::Reply& group : groups.elements)
                    if (group.value_of("name").text == service)
                        hint =
                            id_less(group.value_of("last-delivered-id").text, publisher.last_id())
                                ? "no instance has taken it yet; it stays queued"
                                : "it was handled, but no result came";
            }
        } catch (const Error&) {
            // The time-out is what has to be reported; how far the command got is a courtesy.
        }
        return {ErrorKind::timeout, "command " + base::quoted(command.routing_key),
                "no result within " + seconds_text(options.timeout.count()), hint};
    }

    /// Lets the reply stream die soon, but not at once: who watches must have the time to learn of
    /// it and to read it.
    void forget_reply_stream() noexcept {
        try {
            const auto grace = std::chrono::milliseconds{watch_grace}.count();
            std::string request;
            redis::append_command(request, {"PEXPIRE", reply_stream, std::to_string(grace)});
            redis::append_command(request, {"ZADD", keys.index(Kind::command),
                                            std::to_string(base::unix_ms() + grace), reply_topic});
            publisher.client().ignore_stop();
            publisher.client().exchange(request, 2, Deadline::after(std::chrono::seconds{1}));
        } catch (const std::exception&) {
            // It dies by itself at the time that the index names.
        }
    }
};

Requester::Requester(const BusOptions& bus, redis::Config config)
    : bus_(bus), config_(std::move(config)), keys_(bus.prefix) {}

void Requester::send(Message command, const RequestOptions& options) {
    Call call{*this, std::move(command), options};
    call.require_service();
    call.publisher.publish(call.command);
    call.publisher.flush();
}

Message Requester::request(Message command, const RequestOptions& options) {
    Call call{*this, std::move(command), options};
    call.prepare_reply();
    try {
        call.require_service();
        call.publisher.publish(call.command);
        call.publisher.flush();
        Message result = call.await();
        call.forget_reply_stream();
        return result;
    } catch (...) {
        call.forget_reply_stream();
        throw;
    }
}

} // namespace bus::over_redis
