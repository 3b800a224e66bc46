#include "tools/attach_service/stderr_relay.hpp"

#include "tools/attach_service/journal.hpp"

#include <utility>

namespace attach_service {

namespace {

constexpr std::size_t longest_line = 64UL * 1024;
constexpr std::size_t kept_words = 4096;

} // namespace

StderrRelay::StderrRelay(loop::EventLoop& loop, base::UniqueFd fd, Journal& journal)
    : journal_(journal),
      lines_(longest_line, [this](std::string_view line, bool cut) { on_line(line, cut); }),
      reader_(
          loop, std::move(fd), [this](std::string_view bytes) { lines_.feed(bytes); }, [] {}) {}

void StderrRelay::finish() {
    reader_.drain();
    lines_.finish();
}

std::string_view StderrRelay::last_words() const noexcept {
    std::string_view words = last_words_;
    if (words.ends_with('\n'))
        words.remove_suffix(1);
    return words;
}

void StderrRelay::on_line(std::string_view line, bool cut) {
    journal_.line(line, cut, conversation_id_);
    last_words_ += line.substr(0, kept_words / 2);
    last_words_ += '\n';
    if (last_words_.size() <= kept_words)
        return;
    const std::size_t from = last_words_.find('\n', last_words_.size() - kept_words);
    last_words_.erase(0, from + 1);
}

} // namespace attach_service
