#pragma once

#include "base/backoff.hpp"
#include "bus/bus.hpp"
#include "bus/over_redis/keys.hpp"
#include "redis/client.hpp"

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace bus::over_redis {

/// Publishes over Redis Streams (DESIGN.md section 3.1). Events travel in batches, each one MULTI
/// together with a bit in this publisher's mark; after a lost connection the bits tell which
/// batches the server had carried out, so nothing is lost and nothing comes twice. A bit for each
/// batch, not a count of all: a batch that the server refused for lack of memory may be followed
/// by one that it took.
class Publisher : public bus::Publisher {
public:
    Publisher(const BusOptions& bus, const redis::Config& config, const PublisherOptions& options);

    void publish(const message::Message& message) override;
    void send() override;
    void flush() override;
    void finish(std::chrono::milliseconds grace) override;
    [[nodiscard]] std::uint64_t confirmed() const noexcept override { return confirmed_; }
    [[nodiscard]] std::uint64_t unconfirmed() const noexcept override;
    [[nodiscard]] const std::string& last_id() const noexcept override { return last_id_; }

    /// For a requester that goes on over the same connection, between two flushes.
    [[nodiscard]] redis::Client& client() noexcept { return client_; }

private:
    struct Topic {
        message::Kind kind;
        std::string name;
        std::string stream;
        std::uint64_t since_check = 0; // events since its length and index were looked after
        bool checked = false;
    };
    struct Batch {
        std::uint64_t number = 0;
        std::size_t events = 0;
        std::string commands;       // XADDs
        std::vector<Topic*> checks; // topics to look after before it
        bool sent = false;
        bool confirmed = false;
    };
    /// What the server's next replies answer.
    struct Due {
        enum class What : std::uint8_t { index, length, queued, exec, ignored } what;
        std::size_t replies = 1;
        Topic* topic = nullptr;
        std::uint64_t batch = 0;
    };

    Topic& topic_for(const message::Message& message);
    void require_subscriber(const Topic& topic);
    void write(Batch& batch);
    void step();
    void take_replies();
    bool take_reply(Due& due);
    bool take_exec(const Due& due);
    void confirm(Batch& batch);
    void drop_confirmed();
    [[nodiscard]] std::size_t held_bytes() const;
    void look_after(const Topic& topic, long long length);
    void recover(const base::Error& error);
    void resume();
    void note_reason(const base::Error& error);
    [[noreturn]] void give_up() const;

    redis::Client client_;
    Keys keys_;
    PublisherOptions options_;
    std::uint64_t keep_entries_;
    std::chrono::milliseconds keep_age_;
    std::string id_;
    std::string mark_key_;
    std::unordered_map<std::string, Topic> topics_;
    Topic* last_topic_ = nullptr;
    std::deque<Batch> batches_; // oldest first; the last one may be still open
    std::deque<Due> due_;
    std::uint64_t next_batch_ = 0;
    std::uint64_t confirmed_ = 0;
    std::size_t in_flight_ = 0; // events given and not confirmed
    std::string last_id_;
    base::Backoff backoff_;
    std::optional<base::Deadline> give_up_at_;
    std::optional<base::Error> reason_; // why it is waiting
};

} // namespace bus::over_redis
