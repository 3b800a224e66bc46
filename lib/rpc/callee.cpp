#include "rpc/callee.hpp"

#include "base/clock.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "rpc/address.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace rpc {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view broadcast = "broadcast";
constexpr std::string_view any = "any";
constexpr std::string_view status_method = "__status";

// A director of the second generation forgets who is silent for 30 s. One of the first asks for
// the status at each announcement, and expects them every 600 s; it gets every tenth of ours.
constexpr auto first_announcement = 1s;
constexpr auto announcement_interval = 6s;
constexpr unsigned announcements_to_first_generation = 10;

std::vector<std::string> channels_of(const CalleeOptions& options) {
    std::vector<std::string> channels{options.name};
    for (const std::string& alias : options.aliases)
        if (std::ranges::find(channels, alias) == channels.end())
            channels.push_back(alias);
    for (const std::string& channel : channels)
        check_name("service", channel);
    if (std::ranges::find(channels, broadcast) == channels.end())
        channels.emplace_back(broadcast);
    return channels;
}

} // namespace

/// Shared with answers that are still owed.
struct Answer::Desk {
    Desk(loop::EventLoop& loop, const redis::Config& config, const CalleeOptions& options,
         LineHandler& handler)
        : line(loop, config, channels_of(options), handler), name(options.name),
          generation(options.answers) {}

    [[nodiscard]] AnswerForm form(std::string_view to) const {
        if (generation == Generation::first)
            return {.style = answer_style(generation)};
        return {.style = answer_style(generation), .from = name, .to = to};
    }

    void send(std::string_view to, const std::string& text) {
        if (!line.can_publish()) // then the caller does not listen either
            return;
        ++unconfirmed;
        line.publish(to, text, [this](redis::Reply&&) {
            --unconfirmed;
            check_done();
        });
    }

    /// An answer has been given.
    void close_one() {
        --in_flight;
        check_done();
    }

    void check_done() {
        if (on_done && in_flight == 0 && unconfirmed == 0)
            std::exchange(on_done, {})();
    }

    Line line;
    std::string name;
    Generation generation;
    std::size_t in_flight = 0;
    std::size_t unconfirmed = 0;
    std::function<void()> on_done;
};

Answer::Answer(const std::shared_ptr<Desk>& desk, std::string_view id, std::string_view to)
    : desk_(desk), id_(id), to_(to) {
    ++desk->in_flight;
}

Answer::~Answer() {
    try {
        error(Failure::of(code::server_error));
    } catch (...) { // out of memory: the caller's time-out remains
    }
}

void Answer::result(std::string_view json) {
    give([&](std::string& text, const AnswerForm& form) { append_result(text, json, id_, form); });
}

void Answer::error(const Failure& failure) {
    give(
        [&](std::string& text, const AnswerForm& form) { append_error(text, failure, id_, form); });
}

template <class Write> void Answer::give(const Write& write) {
    const std::shared_ptr<Desk> desk = std::exchange(desk_, {}).lock();
    if (!desk)
        return;
    if (!id_.empty()) {
        std::string text;
        write(text, desk->form(to_));
        desk->send(to_, text);
    }
    desk->close_one();
}

Callee::Callee(loop::EventLoop& loop, const redis::Config& config, CalleeOptions options,
               CalleeObserver& observer)
    : options_(std::move(options)), observer_(observer), started_ms_(base::unix_ms()),
      desk_(
          std::make_shared<Answer::Desk>(loop, config, options_, static_cast<LineHandler&>(*this))),
      announce_timer_(loop, [this] { announce(); }) {}

Callee::~Callee() {
    desk_->line.close();
}

void Callee::expose(ExposedMethod method, Handler handler) {
    check_name("method", method.name);
    const std::string name = method.name;
    if (methods_.insert_or_assign(name, Method{std::move(method), std::move(handler)}).second)
        order_.push_back(name);
}

void Callee::open() {
    desk_->line.open();
}

void Callee::stop(std::function<void()> done) {
    announce_timer_.cancel();
    options_.announce = false;
    desk_->line.stop_listening();
    desk_->on_done = std::move(done);
    desk_->check_done();
}

bool Callee::ready() const noexcept {
    return desk_->line.ready();
}

Status Callee::status() const {
    Status status;
    status.name = options_.name;
    status.started_ms = started_ms_;
    status.uptime_ms = base::unix_ms() - started_ms_;
    for (const std::string& name : order_)
        status.methods.push_back(methods_.find(name)->second.shown);
    return status;
}

// ---- being there

void Callee::on_ready() {
    announcements_ = 0;
    if (options_.announce)
        announce_timer_.schedule(first_announcement);
    observer_.on_ready();
}

void Callee::on_away(const base::Error& error, std::chrono::milliseconds retry_in, int attempt) {
    announce_timer_.cancel();
    if (!desk_->line.can_publish()) {
        desk_->unconfirmed = 0; // nobody will say any more
        desk_->check_done();
    }
    observer_.on_away(error, retry_in, attempt);
}

void Callee::announce() {
    std::string params;
    codec::JsonWriter json{params};
    json.begin_object();
    json.member("name", std::string_view(options_.name));
    json.end_object();
    const auto tell = [&](std::string_view director) {
        std::string text;
        append_notification(text, Address{director, "__iamalive", options_.name}.text(), params,
                            request_style);
        desk_->send(director, text);
    };
    tell("director");
    if (announcements_++ % announcements_to_first_generation == 0)
        tell("band");
    announce_timer_.schedule(announcement_interval);
}

// ---- being called

void Callee::on_message(std::string_view channel, std::string_view payload) {
    try {
        const Document document = parse(payload);
        if (document.batch)
            observer_.on_garbage(channel, "an array of messages");
        else
            on_item(channel, document.items.front());
    } catch (const codec::ParseError& error) {
        observer_.on_garbage(channel, error.in("message").what());
    }
}

void Callee::on_item(std::string_view channel, const Item& item) {
    if (const auto* const request = std::get_if<Request>(&item))
        on_request(channel, *request);
    else if (const auto* const malformed = std::get_if<Malformed>(&item))
        on_malformed(channel, *malformed);
    // Answers come to this name, too: to the one who calls by it.
}

bool Callee::is_ours(std::string_view to, std::string_view method) const {
    if (to == options_.name || to == any ||
        std::ranges::find(options_.aliases, to) != options_.aliases.end())
        return true;
    return to == broadcast && (options_.broadcast || method == status_method);
}

void Callee::on_request(std::string_view channel, const Request& request) {
    const auto address = Address::parse(request.method);
    if (!address) {
        observer_.on_garbage(channel, "the method is not TO:METHOD:FROM");
        return;
    }
    if (!is_ours(address->to, address->method))
        return;
    const IncomingCall call{address->to, address->method, address->from, request.params,
                            request.is_notification()};
    const bool busy = desk_->in_flight >= options_.most_in_flight;
    Answer answer{desk_, request.id, address->from};
    if (busy)
        return answer.error({code::server_error, "Too many calls at once", {}});
    try {
        carry_out(call, std::move(answer));
    } catch (const std::exception& error) {
        observer_.on_fault(call.method, error.what());
    }
}

void Callee::carry_out(const IncomingCall& call, Answer answer) {
    if (!call.method.starts_with("__"))
        ++calls_;
    if (const auto at = methods_.find(call.method); at != methods_.end())
        return at->second.handler(call, std::move(answer));
    if (options_.announce && call.method == status_method) {
        Status shown = status();
        // The originals' documents hold no such thing; those who ask so are our own programs.
        if (call.from.starts_with(one_time_caller))
            shown.calls = calls_;
        return answer.result(status_result(
            shown, call.from.starts_with("director") ? Generation::second : Generation::first));
    }
    answer.error(Failure::of(code::method_not_found));
}

/// As the first generation does it: answered with a null id, where the address can be read.
void Callee::on_malformed(std::string_view channel, const Malformed& malformed) {
    const auto address = Address::parse(malformed.method);
    if (!address || !is_ours(address->to, address->method)) {
        observer_.on_garbage(channel, malformed.why);
        return;
    }
    Answer{desk_, "null", address->from}.error(Failure::of(code::invalid_request));
}

} // namespace rpc
