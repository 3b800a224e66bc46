#include "cli/bus_address.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"
#include "base/unique_fd.hpp"
#include "cli/redact.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace cli {

namespace {

using base::Error;
using base::ErrorKind;

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

BusAddress from_environment() {
    auto redis = variable("REDIS_URL");
    auto amqp = variable("AMQP_URL");
    if (!redis.empty() && !amqp.empty())
        throw Error(ErrorKind::config, "REDIS_URL and AMQP_URL", "both are set",
                    "say which with BAND_BUS or --url");
    if (!redis.empty())
        return {std::move(redis), "REDIS_URL", {}};
    if (!amqp.empty())
        return {std::move(amqp), "AMQP_URL", {}};
    return {"redis://127.0.0.1:6379", "the default", {}};
}

std::string source_of(const Parsed& parsed, const Given& url) {
    switch (url.source) {
    case Source::command_line:
        return "--url";
    case Source::environment:
        return "BAND_BUS";
    case Source::context:
        break;
    }
    return context_origin(parsed, url.place);
}

BusAddress find_url(const Parsed& parsed) {
    if (!parsed.url.empty())
        return {parsed.url, "the argument", {}};
    if (const Given* url = parsed.find("url"))
        return {url->values.front(), source_of(parsed, *url), {}};
    return from_environment();
}

/// The first line of the file; longer than any password that a server takes is an error.
std::string read_password(const std::string& path) {
    const auto fail = [&path](const std::string& why) -> std::string {
        throw Error(ErrorKind::no_input, "--password-file " + base::quoted(path), why);
    };
    const base::UniqueFd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file)
        return fail(base::errno_text(errno));
    std::string text(4096, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto count = ::read(file.get(), text.data() + size, text.size() - size);
        if (count < 0 && errno != EINTR)
            return fail(base::errno_text(errno));
        if (count == 0)
            break;
        size += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    const auto end = std::min(text.find('\n'), size);
    if (end == text.size())
        return fail("its first line is longer than 4095 bytes");
    text.resize(end);
    if (text.ends_with('\r'))
        text.pop_back();
    return text.empty() ? fail("its first line is empty") : text;
}

} // namespace

BusAddress find_bus(const Parsed& parsed) {
    auto address = find_url(parsed);
    if (const Given* file = parsed.find("password-file"))
        address.password = read_password(file->values.front());
    if (address.password || redacted(address.url) != address.url)
        guard_memory();
    return address;
}

} // namespace cli
