#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The rules of AMQP topics word for word, exponential and obviously right; what the compiled
/// matcher is compared with.
namespace reference {

inline std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> result(1);
    for (const char c : text) {
        if (c == '.')
            result.emplace_back();
        else
            result.back() += c;
    }
    return result;
}

inline bool matches(const std::vector<std::string>& pattern, std::size_t p,
                    const std::vector<std::string>& key, std::size_t k) {
    if (p == pattern.size())
        return k == key.size();
    if (pattern[p] == "#")
        return matches(pattern, p + 1, key, k) ||
               (k < key.size() && matches(pattern, p, key, k + 1));
    return k < key.size() && (pattern[p] == "*" || pattern[p] == key[k]) &&
           matches(pattern, p + 1, key, k + 1);
}

inline bool matches(std::string_view pattern, std::string_view key) {
    return matches(words(pattern), 0, words(key), 0);
}

} // namespace reference
