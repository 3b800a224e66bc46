#include "base/service_manager.hpp"

#include "base/unique_fd.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace base {

void tell_service_manager(std::string_view state) noexcept {
    const char* const path = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (path == nullptr || (path[0] != '/' && path[0] != '@'))
        return;
    const std::size_t length = std::strlen(path);
    if (length >= sizeof address.sun_path)
        return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path, length);
    if (path[0] == '@') // an abstract socket's name starts with a zero byte
        address.sun_path[0] = '\0';
    const UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
    [[maybe_unused]] const auto sent = ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL,
                                                reinterpret_cast<const sockaddr*>(&address), size);
}

std::chrono::milliseconds watchdog_interval() noexcept {
    const auto number = [](const char* name) {
        const char* const text = std::getenv(name);
        return text == nullptr ? 0LL : std::strtoll(text, nullptr, 10);
    };
    const long long pid = number("WATCHDOG_PID");
    if (pid != 0 && pid != ::getpid())
        return {};
    return std::chrono::milliseconds{std::max(0LL, number("WATCHDOG_USEC") / 2000)};
}

} // namespace base
