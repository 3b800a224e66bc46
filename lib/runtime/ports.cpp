#include "runtime/ports.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/private_folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <utility>

namespace runtime {

namespace fs = std::filesystem;

using base::Error;
using base::ErrorKind;
using base::UniqueFd;

namespace {

constexpr std::size_t most_named = 5; // holders in an error

/// True where the family is not there: nobody can listen on it, then.
template <class Address> bool can_listen(int family, const Address& address) {
    const UniqueFd fd{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!fd)
        return true;
    const int on = 1;
    // So that connections of the past in TIME_WAIT do not count; a listener still does.
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6)
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return errno == EADDRNOTAVAIL;
    return ::listen(fd.get(), 1) == 0;
}

std::string owner_written_in(int lock) {
    std::array<char, 200> text;
    const auto size = ::pread(lock, text.data(), text.size(), 0);
    return size <= 0 ? "a program that starts"
                     : base::printable({text.data(), static_cast<std::size_t>(size)});
}

} // namespace

std::optional<PortRange> parse_port_range(std::string_view text) noexcept {
    PortRange range;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, range.first);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-')
        return std::nullopt;
    const auto last = std::from_chars(first.ptr + 1, end, range.last);
    if (last.ec != std::errc{} || last.ptr != end || range.first == 0 || range.last < range.first)
        return std::nullopt;
    return range;
}

bool is_free_port(std::uint16_t port) {
    sockaddr_in any4{};
    any4.sin_family = AF_INET;
    any4.sin_port = htons(port);
    sockaddr_in6 any6{};
    any6.sin6_family = AF_INET6;
    any6.sin6_port = htons(port);
    return can_listen(AF_INET, any4) && can_listen(AF_INET6, any6);
}

PortPool::PortPool(PortRange range, fs::path folder) : range_(range), folder_(std::move(folder)) {
    if (range.first == 0 || range.first > range.last)
        throw Error(ErrorKind::usage,
                    "ports " + std::to_string(range.first) + "-" + std::to_string(range.last),
                    "is no range", "give the lower one first, as in 8900-8999");
    if (folder_.empty())
        folder_ = runtime_folder() / "ports";
    require_private_folder(folder_);
}

/// The lock comes first: between looking whether a port is free and taking it nobody else may look.
/// Files stay, so that all processes lock the same one.
bool PortPool::try_claim(std::uint16_t port, std::string_view owner,
                         std::span<const TakenPort> taken, PortClaim& claim,
                         std::vector<std::string>* holders) const {
    const auto held_by = [&](const std::string& who) {
        if (holders != nullptr && holders->size() <= most_named)
            holders->push_back(std::to_string(port) + " by " + who);
        return false;
    };
    const fs::path path = folder_ / std::to_string(port);
    UniqueFd lock{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!lock)
        throw Error(ErrorKind::cannot_create, base::quoted(path.string()), base::errno_text(errno));
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return held_by(owner_written_in(lock.get()));
    if (const auto known = std::ranges::find(taken, port, &TakenPort::port); known != taken.end())
        return held_by(known->holder);
    if (!is_free_port(port))
        return held_by("another program");
    if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), owner.data(), owner.size(), 0) < 0)
        throw Error(ErrorKind::io, base::quoted(path.string()), base::errno_text(errno));
    claim.ports_.push_back(port);
    claim.locks_.push_back(std::move(lock));
    return true;
}

PortClaim PortPool::claim(std::size_t count, std::string_view owner,
                          std::span<const TakenPort> taken,
                          std::span<const std::uint16_t> preferred) const {
    PortClaim claim;
    for (const std::uint16_t port : preferred)
        if (claim.ports_.size() < count && port >= range_.first && port <= range_.last)
            try_claim(port, owner, taken, claim, nullptr);
    std::vector<std::string> holders;
    for (unsigned port = range_.first; port <= range_.last && claim.ports_.size() < count; ++port)
        if (std::ranges::find(claim.ports_, port) == claim.ports_.end())
            try_claim(static_cast<std::uint16_t>(port), owner, taken, claim, &holders);
    if (claim.ports_.size() == count)
        return claim;
    std::string who;
    for (std::size_t i = 0; i < std::min(holders.size(), most_named); ++i)
        who += (i == 0 ? "" : ", ") + holders[i];
    const std::string range = std::to_string(range_.first) + "-" + std::to_string(range_.last);
    const std::string free = claim.ports_.empty()
                                 ? "all are held: "
                                 : std::to_string(count) + " are needed and " +
                                       std::to_string(claim.ports_.size()) + " free: ";
    throw Error(ErrorKind::unavailable, "ports " + range,
                free + who + (holders.size() > most_named ? ", ..." : ""),
                "stop what is not needed, or give another range with --ports");
}

} // namespace runtime
