#include "registry/api.hpp"

#include "codec/json_cursor.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "http/browser_rules.hpp"
#include "http/router.hpp"
#include "registry/classic_dialect.hpp"
#include "rpc/json_rpc.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace registry {

namespace {

using rpc::Failure;
namespace code = rpc::code;

constexpr int access_denied = -32001;   // WIRE.md section 5
constexpr std::size_t longest_id = 255; // beyond, it is not sent back

Failure failure_with_reason(int number, std::string_view why) {
    std::string data;
    codec::JsonWriter{data}.value(why);
    return Failure::of(number, std::move(data));
}

/// One HTTP request on its way to its answer. Lives as long as a method still owes a reply.
class Exchange : public std::enable_shared_from_this<Exchange> {
public:
    Exchange(Methods& methods, Dialect dialect, http::Request&& request,
             http::Responder&& responder)
        : methods_(methods), dialect_(dialect), request_(std::move(request)),
          responder_(std::move(responder)) {}

    void serve(const http::AccessRules& rules, RateLimit& limit) {
        if (!http::has_json_type(request_))
            return refuse_type();
        if (!parse() || !may(rules, limit))
            return;
        answers_.resize(document_.items.size());
        responder_.on_gone([weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->cancel();
        });
        go_on();
    }

private:
    [[nodiscard]] bool classic() const { return dialect_ == Dialect::classic; }
    [[nodiscard]] rpc::AnswerForm form() const {
        return classic() ? classic::form() : rpc::AnswerForm{};
    }
    /// The id for a message that could not be read, or whose own is not known.
    [[nodiscard]] std::string_view no_id() const { return classic() ? "" : "null"; }

    void refuse_type() {
        if (classic())
            return fail_all(Failure::of(code::invalid_request));
        finish(http::text_response(415, "the body must be application/json"));
    }

    bool parse() {
        try {
            document_ = rpc::parse(request_.body);
        } catch (const codec::ParseError& error) {
            fail_all(classic() ? Failure::of(code::parse_error)
                               : failure_with_reason(code::parse_error, error.what()));
            return false;
        }
        if (!document_.batch)
            return true;
        if (document_.items.empty()) {
            classic() ? finish_json(200, "[]") : fail_all(Failure::of(code::invalid_request));
            return false;
        }
        if (const auto failure = classic() ? classic::batch_error(text()) : std::nullopt) {
            fail_all(*failure);
            return false;
        }
        return true;
    }

    /// The JSON text without what is around it.
    [[nodiscard]] std::string_view text() const { return codec::JsonCursor{request_.body}.value(); }

    bool may(const http::AccessRules& rules, RateLimit& limit) {
        const auto changes = std::ranges::count_if(document_.items, [](const rpc::Item& item) {
            const auto* call = std::get_if<rpc::Request>(&item);
            const Method* method = call == nullptr ? nullptr : find_method(call->method);
            return method != nullptr && method->kind == Method::Kind::write;
        });
        auto refusal = http::check_access(rules, request_,
                                          changes > 0 ? http::Role::operate : http::Role::read);
        http::Response origin;
        http::allow_origin(request_, rules.origins, origin);
        headers_ = std::move(origin.headers);
        if (!refusal && !limit.allow(request_.peer, static_cast<std::size_t>(changes),
                                     base::SteadyClock::now())) {
            methods_.incidents().note({.kind = Incident::Kind::limited, .peer = request_.peer});
            refusal = http::text_response(429, "too many changes from this address");
            refusal->headers.add("Retry-After", "1");
            responder_.send(*std::move(refusal));
            return false;
        }
        if (!refusal)
            return true;
        if (classic() && refusal->status != 421) {
            refusal->body.clear();
            rpc::append_error(refusal->body, {access_denied, "Access denied", {}}, {}, form());
        }
        responder_.send(*std::move(refusal));
        return false;
    }

    /// Calls what can be called now. A question waits for the changes before it.
    void go_on() {
        const auto self = shared_from_this();
        going_on_ = true;
        for (; next_ < document_.items.size(); ++next_) {
            const auto* call = std::get_if<rpc::Request>(&document_.items[next_]);
            const Method* method = call == nullptr ? nullptr : find_method(call->method);
            if (owed_ > 0 && method != nullptr && method->kind != Method::Kind::write)
                break;
            start(next_, call, method);
        }
        going_on_ = false;
        if (next_ == document_.items.size() && owed_ == 0)
            finish();
    }

    void start(std::size_t index, const rpc::Request* call, const Method* method) {
        if (call == nullptr)
            return put_failure(index, Failure::of(code::invalid_request), malformed_id(index));
        if (call->id.size() > longest_id)
            return put_failure(index, Failure::of(code::invalid_request), no_id());
        const std::string_view id = classic() ? classic::answered_id(call->id) : call->id;
        const bool silent = call->is_notification() || (classic() && call->has_null_id());
        if (method == nullptr) {
            const bool secret = classic() && call->method.starts_with('_');
            return put(index, silent, id,
                       {{},
                        secret ? Failure{access_denied, "Access denied", {}}
                               : Failure::of(code::method_not_found)});
        }
        if (const auto failure =
                classic() ? classic::call_error(*method, call->params) : std::nullopt)
            return put(index, silent, id, {{}, *failure});
        if (method->kind == Method::Kind::wait && document_.batch)
            return put(index, silent, id,
                       {{}, failure_with_reason(code::invalid_params, "watch must stand alone")});
        ++owed_;
        auto cancel =
            methods_.call(*method, call->params, request_.peer,
                          [self = shared_from_this(), index, silent, id](Outcome outcome) {
                              --self->owed_;
                              self->cancel_ = nullptr;
                              self->put(index, silent, id, std::move(outcome));
                              if (!self->going_on_)
                                  self->go_on();
                          });
        if (cancel)
            cancel_ = std::move(cancel);
    }

    [[nodiscard]] std::string_view malformed_id(std::size_t index) const {
        const auto* malformed = std::get_if<rpc::Malformed>(&document_.items[index]);
        if (malformed == nullptr || malformed->id.empty() || malformed->id.size() > longest_id)
            return no_id();
        return classic() ? classic::answered_id(malformed->id) : malformed->id;
    }

    void put(std::size_t index, bool silent, std::string_view id, Outcome outcome) {
        unavailable_ =
            unavailable_ || (outcome.failed() && outcome.failure.code == code::server_error);
        if (silent) {
            if (classic() && !document_.batch)
                answers_[index] = classic::received();
        } else if (outcome.failed()) {
            put_failure(index, outcome.failure, id);
        } else {
            rpc::append_result(answers_[index], outcome.result, id, form());
        }
    }

    void put_failure(std::size_t index, const Failure& failure, std::string_view id) {
        rpc::append_error(answers_[index], failure, id, form());
    }

    void finish() {
        std::erase(answers_, "");
        if (!document_.batch) {
            if (answers_.empty())
                return finish(http::Response{.status = 204});
            return finish_json(unavailable_ ? 503 : 200, std::move(answers_.front()));
        }
        if (answers_.empty() && !classic())
            return finish(http::Response{.status = 204});
        std::string all = "[";
        for (const std::string& answer : answers_)
            all.append(all.size() == 1 ? "" : classic() ? ", " : ",").append(answer);
        finish_json(200, all + "]");
    }

    void fail_all(const Failure& failure) {
        std::string answer;
        rpc::append_error(answer, failure, no_id(), form());
        finish_json(200, std::move(answer));
    }

    void finish_json(int status, std::string body) {
        http::Response response{.status = status, .headers = headers_, .body = std::move(body)};
        response.headers.add("Content-Type", "application/json");
        if (status == 503)
            response.headers.add("Retry-After", "1");
        finish(std::move(response));
    }

    void finish(http::Response response) {
        if (methods_.stale())
            response.headers.add("Registry-Stale", "true");
        responder_.send(std::move(response));
    }

    /// Nobody waits for the answer any more.
    void cancel() {
        if (const auto cancel = std::exchange(cancel_, nullptr))
            cancel();
    }

    Methods& methods_;
    Dialect dialect_;
    http::Request request_;
    http::Responder responder_;
    http::Headers headers_; // of the answer, whatever it is
    rpc::Document document_;
    std::vector<std::string> answers_; // of each item; empty: none
    std::size_t next_ = 0;             // the first item that was not called
    std::size_t owed_ = 0;             // replies
    bool going_on_ = false;
    bool unavailable_ = false; // the storage
    Methods::Cancel cancel_;   // of a wait
};

} // namespace

void Api::serve(Dialect dialect, http::Request&& request, http::Responder&& responder) {
    std::make_shared<Exchange>(methods_, dialect, std::move(request), std::move(responder))
        ->serve(rules_, limit_);
}

} // namespace registry
