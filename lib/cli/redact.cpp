#include "cli/redact.hpp"

#include <algorithm>
#include <cstring>
#include <sys/prctl.h>

namespace cli {

namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view ends_url = " \t\n\r\"'<>";

struct Range {
    std::size_t begin;
    std::size_t end;
};

/// Where the next password stands at or behind `from`; an empty range at the end if there is none.
/// Reaches to the last @ of the word, since people forget to encode @ and / in passwords.
Range find_password(std::string_view text, std::size_t from, bool whole_word) noexcept {
    while ((from = text.find("://", from)) != std::string_view::npos) {
        from += 3;
        const auto end =
            whole_word ? text.size() : std::min(text.find_first_of(ends_url, from), text.size());
        const auto url = text.substr(from, end - from);
        const auto at = url.rfind('@');
        const auto colon = url.find(':');
        if (at != std::string_view::npos && colon < at && colon + 1 < at)
            return {from + colon + 1, from + at};
    }
    return {text.size(), text.size()};
}

} // namespace

std::string redacted(std::string_view text) {
    std::string out;
    std::size_t done = 0;
    while (done < text.size()) {
        const auto [begin, end] = find_password(text, done, false);
        out += text.substr(done, begin - done);
        if (begin != end)
            out += mask;
        done = end;
    }
    return out;
}

bool blank_passwords(int argc, char** argv) noexcept {
    bool found = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word{argv[i]};
        const auto [begin, end] = find_password(word, 0, true);
        if (begin == end)
            continue;
        // The rest of the word moves up; zeros fill the gap up to the next word.
        const auto stars = std::min(mask.size(), end - begin);
        std::memcpy(argv[i] + begin, mask.data(), stars);
        std::memmove(argv[i] + begin + stars, argv[i] + end, word.size() - end);
        const auto length = begin + stars + word.size() - end;
        std::memset(argv[i] + length, 0, word.size() - length);
        found = true;
    }
    return found;
}

void guard_memory() noexcept {
#ifndef __SANITIZE_ADDRESS__ // the leak check traces its own process, which this forbids
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

} // namespace cli
