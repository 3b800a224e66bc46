#include "rpc/call_once.hpp"

#include "base/id.hpp"
#include "base/printable.hpp"
#include "codec/parse_error.hpp"
#include "redis/client.hpp"
#include "redis/command.hpp"
#include "redis/error.hpp"
#include "rpc/address.hpp"
#include "rpc/generation.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace rpc {

using base::Error;
using base::ErrorKind;
using redis::Reply;

namespace {

constexpr std::string_view everybody = "broadcast";

/// A message and where it goes.
struct Letter {
    std::string_view channel;
    std::string text;
};

/// Sends messages to services and hears what comes to a channel of its own.
class Conversation {
public:
    Conversation(const redis::Config& config, const CallOptions& options)
        : options_(options), client_(config, options.stop_fd),
          name_(options.from.empty() ? std::string(one_time_caller) + base::random_id()
                                     : options.from) {
        check_name("caller", name_);
    }

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Gives how many listen to each channel.
    std::vector<std::int64_t> send(const std::vector<Letter>& letters) {
        if (auto receivers = send_in_transaction(letters))
            return std::move(*receivers);
        return send_beside(letters);
    }

    /// The next answer, which is valid until the next call; null at the deadline.
    const Response* next() {
        redis::Session& session = client_.session(options_.deadline);
        while (true) {
            while (std::optional<Reply> reply = session.next())
                if (const Response* const response = read(*reply))
                    return response;
            if (options_.deadline.passed()) // anybody may publish here, without an end
                return nullptr;
            switch (session.stream().wait(false, options_.deadline, options_.stop_fd)) {
            case net::Ready::timed_out:
                return nullptr;
            case net::Ready::stopped:
                throw Error(ErrorKind::interrupted, "call", "interrupted");
            default:
                session.read();
            }
        }
    }

    /// The last message that came and is no JSON-RPC, for people; empty: none did.
    [[nodiscard]] const std::string& strange() const noexcept { return strange_; }

private:
    /// Subscribes and publishes in one round trip over one connection, which is most of the time
    /// that a call takes. Nothing has been sent where a server does not allow that.
    std::optional<std::vector<std::int64_t>>
    send_in_transaction(const std::vector<Letter>& letters) {
        std::string request;
        redis::append_command(request, {"MULTI"});
        redis::append_command(request, {"SUBSCRIBE", name_});
        append_letters(request, letters);
        redis::append_command(request, {"EXEC"});
        const auto replies = client_.exchange(request, letters.size() + 3, options_.deadline);
        const Reply& results = replies.back();
        if (results.size() != letters.size() + 1) {
            client_.disconnect();
            return std::nullopt;
        }
        check(results.at(0), "subscribe");
        return receivers_of(std::span{results.elements}.subspan(1));
    }

    std::vector<std::int64_t> send_beside(const std::vector<Letter>& letters) {
        client_.call("subscribe", {"SUBSCRIBE", name_}, options_.deadline);
        redis::Client sender{client_.config(), options_.stop_fd};
        std::string request;
        append_letters(request, letters);
        return receivers_of(sender.exchange(request, letters.size(), options_.deadline));
    }

    static void append_letters(std::string& request, const std::vector<Letter>& letters) {
        for (const Letter& letter : letters)
            redis::append_command(request, {"PUBLISH", letter.channel, letter.text});
    }

    static void check(const Reply& reply, std::string_view subject) {
        if (reply.is_error())
            throw redis::ReplyError(std::string(subject), reply.text);
    }

    static std::vector<std::int64_t> receivers_of(std::span<const Reply> replies) {
        std::vector<std::int64_t> receivers;
        for (const Reply& reply : replies) {
            check(reply, "publish");
            receivers.push_back(reply.as_integer());
        }
        return receivers;
    }

    const Response* read(const Reply& reply) {
        if (reply.at(0).text != "message")
            return nullptr;
        payload_ = reply.at(2).text;
        try {
            document_ = parse(payload_);
        } catch (const codec::ParseError&) {
            strange_ = base::quoted(payload_); // anybody may publish here
            return nullptr;
        }
        return document_.batch ? nullptr : std::get_if<Response>(&document_.items.front());
    }

    CallOptions options_;
    redis::Client client_;
    std::string name_;
    std::string payload_;
    Document document_;
    std::string strange_;
};

/// Makes the messages of some calls, and tells which answer belongs to which.
class Ids {
public:
    [[nodiscard]] std::string json(std::size_t index) const {
        return "\"" + random_ + "-" + std::to_string(index) + "\"";
    }

    Letter letter(const Conversation& talk, const Call& call, std::size_t index) const {
        check_name("service", call.service);
        check_name("method", call.method);
        Letter letter{call.service, {}};
        append_request(letter.text, Address{call.service, call.method, talk.name()}.text(),
                       call.params.empty() ? "{}" : call.params, json(index), request_style);
        return letter;
    }

    /// `count` or more where it belongs to none.
    [[nodiscard]] std::size_t index_of(std::string_view id, std::size_t count) const {
        const std::size_t start = random_.size() + 2; // behind the quote and the dash
        std::size_t index = count;
        if (id.size() > start)
            std::from_chars(id.data() + start, id.data() + id.size(), index);
        return index < count && id == json(index) ? index : count;
    }

private:
    std::string random_ = base::random_id(60);
};

} // namespace

std::vector<Result> call_all(const redis::Config& config, std::span<const Call> calls,
                             const CallOptions& options) {
    std::vector<Result> results(calls.size(), Result{.status = Result::Status::timed_out});
    if (calls.empty())
        return results;
    Conversation talk{config, options};
    const Ids ids;
    std::vector<Letter> letters;
    for (const Call& call : calls)
        letters.push_back(ids.letter(talk, call, letters.size()));
    const auto receivers = talk.send(letters);
    std::size_t due = calls.size();
    std::vector<bool> open(calls.size(), true);
    for (std::size_t i = 0; i < calls.size(); ++i)
        if (receivers[i] == 0) {
            results[i].status = Result::Status::nobody;
            open[i] = false;
            --due;
        }
    while (due > 0) {
        const Response* const response = talk.next();
        if (response == nullptr)
            break;
        const std::size_t index = ids.index_of(response->id, calls.size());
        if (index == calls.size() || !open[index])
            continue;
        results[index] = result_of(*response);
        open[index] = false;
        --due;
    }
    for (Result& result : results)
        if (result.status == Result::Status::timed_out)
            result.why = talk.strange();
    return results;
}

std::string call_once(const redis::Config& config, const Call& call, const CallOptions& options) {
    return take_json(std::move(call_all(config, {&call, 1}, options).front()), call.service,
                     call.method);
}

std::vector<Result> ask_instances(const redis::Config& config, const Call& call,
                                  const CallOptions& options) {
    Conversation talk{config, options};
    const Ids ids;
    const auto receivers = talk.send({ids.letter(talk, call, 0)});
    std::vector<Result> results;
    while (std::cmp_less(results.size(), receivers.front())) {
        const Response* const response = talk.next();
        if (response == nullptr)
            break;
        if (response->id == ids.json(0))
            results.push_back(result_of(*response));
    }
    return results;
}

std::vector<Result> ask_everybody(const redis::Config& config, std::string_view method,
                                  std::string_view params, const CallOptions& options) {
    return ask_instances(config, {std::string(everybody), std::string(method), std::string(params)},
                         options);
}

std::int64_t notify_once(const redis::Config& config, const Call& call,
                         const CallOptions& options) {
    check_name("service", call.service);
    check_name("method", call.method);
    const std::string from =
        options.from.empty() ? std::string(one_time_caller) + base::random_id() : options.from;
    std::string text;
    append_notification(text, Address{call.service, call.method, from}.text(),
                        call.params.empty() ? "{}" : call.params, request_style);
    redis::Client client{config, options.stop_fd};
    return client.call("publish", {"PUBLISH", call.service, text}, options.deadline).as_integer();
}

} // namespace rpc
