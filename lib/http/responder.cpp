#include "http/connection.hpp"

#include <utility>

namespace http {

void Responder::State::gone() {
    if (const auto callback = std::exchange(on_gone, nullptr))
        callback();
}

Responder::Responder(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

Responder::Responder(Responder&&) noexcept = default;

Responder& Responder::operator=(Responder&& other) noexcept {
    Responder old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

Responder::~Responder() {
    if (state_ && state_->connection != nullptr)
        state_->connection->abandon();
}

void Responder::send(Response response) {
    if (const auto state = std::exchange(state_, nullptr); state && state->connection != nullptr)
        state->connection->send(response);
}

void Responder::start(int status, Headers headers) {
    if (state_ && state_->connection != nullptr)
        state_->connection->start(status, headers);
}

bool Responder::write(std::string_view piece) {
    return state_ && state_->connection != nullptr && state_->connection->write(piece);
}

std::size_t Responder::unsent() const noexcept {
    return state_ && state_->connection != nullptr ? state_->connection->unsent() : 0;
}

void Responder::on_drained(std::function<void()> callback) {
    if (state_)
        state_->on_drained = std::move(callback);
}

void Responder::end() {
    if (const auto state = std::exchange(state_, nullptr); state && state->connection != nullptr)
        state->connection->end();
}

void Responder::on_gone(std::function<void()> callback) {
    if (state_)
        state_->on_gone = std::move(callback);
}

} // namespace http
