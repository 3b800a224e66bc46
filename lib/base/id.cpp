#include "base/id.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <random>
#include <sys/random.h>
#include <unistd.h>

namespace base {

std::string random_id(unsigned bits) {
    static constexpr char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char bytes[25];
    const std::size_t length = bits / 5;
    if (getrandom(bytes, length, 0) != static_cast<ssize_t>(length))
        throw Error(ErrorKind::internal, "cannot make a random id", errno_text(errno));
    std::string id(length, ' ');
    for (std::size_t i = 0; i < length; ++i)
        id[i] = alphabet[bytes[i] & 31];
    return id;
}

std::string host_name() {
    char name[256] = {};
    if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0')
        return "localhost";
    std::string host = name;
    return host.substr(0, host.find('.'));
}

std::string instance_name() {
    return host_name() + "-" + std::to_string(getpid()) + "-" + random_id(30);
}

double random_fraction() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::generate_canonical<double, 32>(generator);
}

} // namespace base
