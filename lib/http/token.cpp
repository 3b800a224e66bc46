#include "http/token.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>

namespace http {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t shortest_token = 8;

bool equal_in_constant_time(std::string_view secret, std::string_view guess) noexcept {
    unsigned difference = secret.size() != guess.size();
    for (std::size_t i = 0; i < guess.size(); ++i) {
        const char own = secret.empty() ? '\0' : secret[i % secret.size()];
        difference |= static_cast<unsigned char>(own ^ guess[i]);
    }
    return difference == 0;
}

} // namespace

void Tokens::read_file(const std::string& path) {
    std::ifstream file{path};
    if (!file)
        throw Error(ErrorKind::no_input, path, base::errno_text(errno));
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        std::istringstream words{line.substr(0, line.find('#'))};
        std::string first;
        std::string second;
        std::string third;
        words >> first >> second >> third;
        if (first.empty())
            continue;
        const std::string& token = second.empty() ? first : second;
        const bool known = second.empty() || first == "read" || first == "operate";
        // The line itself must not be shown.
        if (!known || !third.empty() || token.size() < shortest_token)
            throw Error(ErrorKind::config, path + ":" + std::to_string(number),
                        "not a token of at least 8 characters",
                        "a line is TOKEN, \"read TOKEN\" or \"operate TOKEN\"");
        add(token, first == "read" && !second.empty() ? Role::read : Role::operate);
    }
    if (empty())
        throw Error(ErrorKind::config, path, "holds no token");
}

Role Tokens::role_of(std::string_view token) const noexcept {
    Role role = Role::none;
    for (const Entry& entry : tokens_)
        if (equal_in_constant_time(entry.token, token))
            role = std::max(role, entry.role);
    return role;
}

} // namespace http
