#include "tools/monitor/stats.hpp"

#include "base/clock.hpp"
#include "base/printable.hpp"
#include "codec/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sys/ioctl.h>

namespace monitor {

using message::Kind;
using message::Message;

namespace {

// Topics beyond these are counted as one, so that random names cannot fill the memory.
constexpr std::size_t most_topics = 10'000;
constexpr std::string_view other_topics = "(others)";
constexpr std::size_t most_in_object = 1000;

std::size_t rows_of_terminal(int fd) {
    winsize size{};
    return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 4 ? size.ws_row - 4U : 20U;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double rate(std::uint64_t count, double seconds) {
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

} // namespace

StatsView::StatsView(cli::Invocation& in, cli::Format format)
    : in_(in), table_(format == cli::Format::table) {}

void StatsView::show(const Message& message) {
    Key key{message.kind, message.routing_key};
    auto at = topics_.find(key);
    if (at == topics_.end()) {
        if (topics_.size() >= most_topics)
            key.second = other_topics;
        at = topics_.try_emplace(std::move(key)).first;
    }
    for (Count* count : {&at->second, &all_}) {
        ++count->messages;
        ++count->recent;
        count->bytes += message.body.size();
    }
}

void StatsView::tick() {
    if (table_) {
        if (in_.out().terminal())
            print_table(rows_of_terminal(in_.out().fd()), false);
    } else {
        print_object(seconds_since(interval_start_), false);
    }
    start_interval();
}

void StatsView::finish() {
    if (table_)
        print_table(topics_.size(), true);
    else
        print_object(seconds_since(start_), true);
}

void StatsView::start_interval() {
    interval_start_ = std::chrono::steady_clock::now();
    all_.recent = 0;
    for (auto& [key, count] : topics_)
        count.recent = 0;
}

std::vector<StatsView::Row> StatsView::busiest(std::size_t most) const {
    std::vector<Row> rows;
    rows.reserve(topics_.size());
    for (const auto& [key, count] : topics_)
        rows.emplace_back(&key, &count);
    std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
        return std::pair{a.second->recent, a.second->messages} >
               std::pair{b.second->recent, b.second->messages};
    });
    if (rows.size() > most)
        rows.resize(most);
    return rows;
}

void StatsView::print_table(std::size_t most_rows, bool totals) {
    const double seconds = seconds_since(totals ? start_ : interval_start_);
    std::string text;
    if (lines_on_screen_ > 0)
        text = fmt::format("\x1b[{}A\x1b[J", lines_on_screen_);
    const std::size_t width = std::min<std::size_t>(in_.out().width(), 100);
    const std::size_t name_width = std::max<std::size_t>(width, 60) - 50;
    text +=
        fmt::format("{}{:<14} {:<{}} {:>10} {:>10} {:>10}{}\n", in_.style().bold, "KIND",
                    "ROUTING KEY", name_width, "RATE/S", "MESSAGES", "BYTES", in_.style().reset);
    const auto row = [&](std::string_view kind, std::string_view name, const Count& count) {
        text += fmt::format("{:<14} {:<{}} {:>10.1f} {:>10} {:>10}\n", kind,
                            base::printable_start(name, name_width), name_width,
                            rate(totals ? count.messages : count.recent, seconds), count.messages,
                            count.bytes);
    };
    const auto rows = busiest(most_rows);
    for (const auto& [key, count] : rows)
        row(kind_name(key->first), key->second, *count);
    row("all", fmt::format("{} topics", topics_.size()), all_);
    lines_on_screen_ = rows.size() + 2;
    in_.out().write(text);
}

void StatsView::print_object(double seconds, bool totals) {
    std::string text;
    codec::JsonWriter json{text};
    const auto members = [&](const Count& count) {
        const std::uint64_t now = totals ? count.messages : count.recent;
        json.member("rate", rate(now, seconds));
        json.member("messages", now);
        json.member("total", count.messages);
        json.member("total_bytes", count.bytes);
    };
    json.begin_object();
    json.member("time", std::string_view{base::rfc3339(base::unix_ms())});
    json.member("interval_ms", static_cast<std::int64_t>(seconds * 1000));
    members(all_);
    json.key("topics");
    json.begin_array();
    for (const auto& [key, count] : busiest(most_in_object)) {
        if (!totals && count->recent == 0)
            break;
        json.begin_object();
        json.member("kind", kind_name(key->first));
        json.member("routing_key", std::string_view{key->second});
        members(*count);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    in_.out().line(text);
}

} // namespace monitor
