#include "rpc/line.hpp"

#include "redis/command.hpp"
#include "redis/error.hpp"

#include <utility>

namespace rpc {

Line::Line(loop::EventLoop& loop, const redis::Config& config, std::vector<std::string> channels,
           LineHandler& handler)
    : channels_(std::move(channels)), handler_(handler), in_(loop, config, in_side_),
      out_(loop, config, out_side_) {
    in_.set_push_callback([this](redis::Reply&& reply) { on_push(std::move(reply)); });
}

void Line::open() {
    in_.open();
    out_.open();
}

void Line::close() noexcept {
    listening_ = false;
    in_.close();
    out_.close();
}

void Line::stop_listening() noexcept {
    listening_ = false;
    in_.close();
}

void Line::publish(std::string_view channel, std::string_view payload, Published published) {
    // One message goes at once; what follows before the server has answered travels together.
    const bool idle = out_.idle();
    out_.send({"PUBLISH", channel, payload}, std::move(published));
    if (idle)
        out_.push();
}

void Line::on_connected(const Side& side) {
    if (&side == &out_side_)
        return tell_ready();
    // Each channel is confirmed by a message of its own, and those of other kinds may stand between
    // them; so none of them is waited for as the reply to a command.
    subscribed_ = 0;
    redis::append_header(in_.output(), channels_.size() + 1);
    redis::append_argument(in_.output(), "SUBSCRIBE");
    for (const std::string& channel : channels_)
        redis::append_argument(in_.output(), channel);
    in_.push();
}

void Line::on_disconnected(const Side& side, const base::Error& error,
                           std::chrono::milliseconds retry_in, int attempt) {
    if (&side == &in_side_)
        listening_ = false;
    handler_.on_away(error, retry_in, attempt);
}

void Line::on_push(redis::Reply&& reply) {
    if (reply.is_error())
        throw redis::ReplyError("subscribe", reply.text);
    const std::string& kind = reply.at(0).text;
    if (kind == "message") {
        handler_.on_message(reply.at(1).text, reply.at(2).text);
    } else if (kind == "subscribe" && ++subscribed_ == channels_.size()) {
        listening_ = true;
        tell_ready();
    }
}

void Line::tell_ready() {
    if (ready())
        handler_.on_ready();
}

} // namespace rpc
