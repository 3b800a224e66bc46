#include "redis/config.hpp"

#include "base/error.hpp"

#include <charconv>

namespace redis {

using base::Error;
using base::ErrorKind;

namespace {

Error bad_url(const base::Url& url, std::string why, std::string hint = {}) {
    return {ErrorKind::usage, "URL \"" + url.redacted() + "\"", std::move(why), std::move(hint)};
}

int parse_db(const base::Url& url, std::string_view text) {
    int db = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), db);
    if (error != std::errc{} || end != text.data() + text.size() || db < 0)
        throw bad_url(url, "the database must be a number", "redis://host:6379/0");
    return db;
}

void read_query(Config& config, const base::Url& url) {
    for (const auto& [key, value] : url.query) {
        if (key == "db")
            config.db = parse_db(url, value);
        else if (key == "user")
            config.user = value;
        else if (key == "password")
            config.password = value;
        else
            throw bad_url(url, "unknown parameter \"" + key + "\"",
                          "db, user and password are known");
    }
}

} // namespace

Config config_from_url(const base::Url& url) {
    Config config;
    config.user = url.user;
    config.password = url.password;
    if (url.scheme == "rediss")
        throw bad_url(url, "TLS is not supported yet",
                      "use redis:// through a tunnel or a TLS proxy on this host");
    if (url.scheme == "unix" || url.scheme == "redis+unix") {
        if (!url.host.empty() || url.path.size() < 2)
            throw bad_url(url, "no path of a socket", "unix:///run/redis/redis.sock?db=0");
        config.address.unix_path = url.path;
    } else if (url.scheme == "redis") {
        config.address.host = url.host.empty() ? "127.0.0.1" : url.host;
        config.address.port = url.port == 0 ? 6379 : url.port;
        if (url.path.size() > 1)
            config.db = parse_db(url, std::string_view{url.path}.substr(1));
    } else {
        throw bad_url(url, "unknown scheme \"" + url.scheme + "\"",
                      "redis:// and unix:// are known");
    }
    read_query(config, url);
    return config;
}

} // namespace redis
