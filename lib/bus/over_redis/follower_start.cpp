// Where a follower begins: behind each stream's last entry, at a time, or with the last messages.
#include "bus/over_redis/entry.hpp"
#include "bus/over_redis/follower.hpp"
#include "redis/error.hpp"

#include <algorithm>

namespace bus::over_redis {

using message::Message;

namespace {

// What one page of entries should bring.
constexpr std::size_t wanted_bytes = 4U << 20;
constexpr std::size_t most_count = 1000;
// Looking for the last messages that are accepted ends after so many others.
constexpr std::size_t most_scanned = 100'000;

bool is_later(const Message& a, const Message& b) {
    return is_earlier(b, a);
}

} // namespace

void Follower::find_start(const std::string& key) {
    Stream& stream = streams_.at(key);
    if (options_.since_ms) {
        // The greatest ID before that time: XREAD gives what comes behind it.
        stream.read_up_to = *options_.since_ms > 0
                                ? std::to_string(*options_.since_ms - 1) + "-18446744073709551615"
                                : "0-0";
        return;
    }
    if (options_.last) {
        ++starts_due_;
        find_last(key, "+");
        return;
    }
    ++starts_due_;
    control_.send({"XINFO", "STREAM", key}, [this, key](redis::Reply&& reply) {
        if (reply.is_error() && reply.text.find("no such key") == std::string::npos)
            throw redis::ReplyError("look at " + key, reply.text);
        const std::string& last = reply.value_of("last-generated-id").text;
        streams_.at(key).read_up_to = last.empty() ? "0-0" : last;
        --starts_due_;
        on_start_known();
    });
}

// Goes backwards page by page, as long as an entry could be among the last ones of all streams.
void Follower::find_last(const std::string& key, std::string before) {
    const std::string count = std::to_string(streams_.at(key).page);
    control_.send(
        {"XREVRANGE", key, before, "-", "COUNT", count}, [this, key](redis::Reply&& reply) {
            if (reply.is_error())
                throw redis::ReplyError("look at " + key, reply.text);
            Stream& stream = streams_.at(key);
            if (stream.read_up_to.empty())
                stream.read_up_to = reply.size() == 0 ? "0-0" : reply.at(0).at(0).text;
            const bool more = reply.size() == stream.page && *options_.last > 0;
            const std::string oldest = more ? reply.elements.back().at(0).text : std::string{};
            stream.scanned += reply.size();
            const std::size_t size = keep_last(stream, reply.elements);
            const auto useful = [&, &kept = kept_of(stream)] {
                return kept.size() < *options_.last || id_less(kept.front().id, oldest);
            };
            if (more && useful() && stream.scanned < most_scanned) {
                stream.page = std::clamp<std::size_t>(wanted_bytes / size, 1,
                                                      std::min(stream.page * 8, most_count));
                find_last(key, "(" + oldest);
                return;
            }
            --starts_due_;
            on_start_known();
        });
}

std::vector<Message>& Follower::kept_of(Stream& stream) {
    return options_.last_of_each_topic ? stream.kept : kept_;
}

/// Keeps those of a page that are among the last ones; gives the size of an entry in bytes.
std::size_t Follower::keep_last(Stream& stream, std::vector<redis::Reply>& entries) {
    std::vector<Message>& kept = kept_of(stream);
    std::size_t bytes = 0;
    for (redis::Reply& entry : entries) {
        Message message = message_from_entry(std::move(entry), stream.kind, stream.topic);
        bytes += message.body.size();
        if (*options_.last == 0 || !wanted(message))
            continue;
        if (kept.size() == *options_.last) {
            if (!id_less(kept.front().id, message.id))
                break; // and all that are older
            std::ranges::pop_heap(kept, is_later);
            kept.pop_back();
        }
        kept.push_back(std::move(message));
        std::ranges::push_heap(kept, is_later);
    }
    return bytes / std::max<std::size_t>(entries.size(), 1) + 100;
}

void Follower::give_last() {
    std::vector<Message> last = std::exchange(kept_, {});
    for (auto& [key, stream] : streams_)
        std::ranges::move(std::exchange(stream.kept, {}), std::back_inserter(last));
    std::ranges::sort(last, is_earlier);
    give(std::move(last));
}

} // namespace bus::over_redis
