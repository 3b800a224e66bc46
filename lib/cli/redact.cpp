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

constexpr std::string_view parameter = "password=";

/// The password before the last @ of a URL: people forget to encode @ and / in passwords.
Range find_user_password(std::string_view text, std::size_t from, bool whole_word) noexcept {
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

/// The value of a parameter "password" in a URL's query, as in unix:///socket?password=….
Range find_query_password(std::string_view text, std::size_t from, bool whole_word) noexcept {
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos)
        return {text.size(), text.size()};
    from = std::max(from, scheme);
    while ((from = text.find(parameter, from)) != std::string_view::npos) {
        const char before = text[from - 1];
        from += parameter.size();
        const auto end = std::min({text.find('&', from), text.size(),
                                   whole_word ? text.size() : text.find_first_of(ends_url, from)});
        if ((before == '?' || before == '&') && end != from &&
            text.substr(from, end - from) != mask)
            return {from, end};
    }
    return {text.size(), text.size()};
}

/// Where the next password stands at or behind `from`; an empty range at the end if there is none.
Range find_password(std::string_view text, std::size_t from, bool whole_word) noexcept {
    const auto user = find_user_password(text, from, whole_word);
    const auto query = find_query_password(text, from, whole_word);
    return query.begin < user.begin ? query : user;
}

/// Blanks the password at `range` of the word; the rest moves up, and zeros fill the gap up to the
/// next word. Gives where the rest now begins.
std::size_t blank(char* word, std::size_t size, Range range) noexcept {
    const auto stars = std::min(mask.size(), range.end - range.begin);
    std::memcpy(word + range.begin, mask.data(), stars);
    const auto rest = range.begin + stars;
    std::memmove(word + rest, word + range.end, size - range.end);
    std::memset(word + rest + size - range.end, 0, range.end - rest);
    return rest;
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
        for (std::size_t from = 0;;) {
            const std::string_view word{argv[i]};
            const auto range = find_password(word, from, true);
            if (range.begin == range.end)
                break;
            from = blank(argv[i], word.size(), range);
            found = true;
        }
    }
    return found;
}

void guard_memory() noexcept {
#ifndef __SANITIZE_ADDRESS__ // the leak check traces its own process, which this forbids
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

} // namespace cli
