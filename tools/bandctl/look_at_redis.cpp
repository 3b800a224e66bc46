#include "base/error.hpp"
#include "net/address.hpp"
#include "redis/client.hpp"
#include "redis/config.hpp"
#include "redis/error.hpp"
#include "tools/bandctl/finding.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace bandctl {

namespace {

/// XTRIM MINID, which the bus needs, came with this version.
constexpr int oldest_major = 6;
constexpr int oldest_minor = 2;

/// The value of a line "name:value" of INFO.
std::string info_field(std::string_view info, std::string_view name) {
    while (!info.empty()) {
        const auto line = info.substr(0, info.find_first_of("\r\n"));
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':')
            return std::string{line.substr(name.size() + 1, 200)};
        const auto next = info.find('\n');
        info.remove_prefix(next == std::string_view::npos ? info.size() : next + 1);
    }
    return {};
}

bool is_too_old(std::string_view version) {
    int major = 0;
    int minor = 0;
    const auto* const end = version.data() + version.size();
    const auto read = std::from_chars(version.data(), end, major);
    if (read.ptr != end)
        std::from_chars(read.ptr + 1, end, minor);
    return major < oldest_major || (major == oldest_major && minor < oldest_minor);
}

class RedisLook {
public:
    RedisLook(redis::Config config, base::Deadline deadline)
        : config_(config), client_(std::move(config)), deadline_(deadline) {}

    void run(Finding& finding) {
        const auto info = client_.call("INFO", {"INFO", "server"}, deadline_).text;
        finding.version = info_field(info, "redis_version");
        if (is_too_old(finding.version)) {
            finding.health = Health::failed;
            finding.advice.emplace_back("install Redis 6.2 or later");
        }
        look_at_durability(finding);
        look_at_eviction(finding);
        look_at_access(finding);
    }

private:
    /// Nothing where CONFIG is forbidden, renamed or unknown, as with hosted servers.
    std::optional<std::string> setting(std::string_view name) {
        try {
            const auto reply = client_.call("CONFIG GET", {"CONFIG", "GET", name}, deadline_);
            const auto& value = reply.value_of(name);
            return value.is_nil() ? std::nullopt : std::optional{value.text};
        } catch (const redis::ReplyError&) {
            return std::nullopt;
        }
    }

    void warn(Finding& finding, std::string note, std::string advice) {
        if (finding.health == Health::ok)
            finding.health = Health::warning;
        finding.notes.push_back(std::move(note));
        finding.advice.push_back(std::move(advice));
    }

    /// What "the server has it" is worth. https://redis.io/docs/management/persistence/
    void look_at_durability(Finding& finding) {
        const auto log = setting("appendonly");
        const auto sync = setting("appendfsync");
        if (!log || !sync)
            finding.notes.emplace_back("appendonly cannot be read here: ask the server's operator "
                                       "what an acknowledged message survives");
        else if (*log != "yes")
            warn(finding,
                 "appendonly no: what was acknowledged since the last snapshot is gone when the "
                 "server dies",
                 "CONFIG SET appendonly yes, and the same in redis.conf");
        else if (*sync == "always")
            finding.notes.emplace_back(
                "appendfsync always: an acknowledged message is on the disk");
        else if (*sync == "everysec")
            finding.notes.emplace_back("appendfsync everysec: a power failure costs up to 1 s of "
                                       "acknowledged messages; always costs none");
        else
            warn(finding,
                 "appendfsync " + *sync +
                     ": a power failure costs what the system had not written, some 30 s",
                 "CONFIG SET appendfsync everysec, or always");
    }

    void look_at_eviction(Finding& finding) {
        const auto policy = setting("maxmemory-policy");
        const auto limit = setting("maxmemory");
        if (policy && limit && *limit != "0" && policy->starts_with("allkeys"))
            warn(finding, "maxmemory-policy " + *policy + ": full memory silently costs messages",
                 "CONFIG SET maxmemory-policy noeviction");
    }

    /// Who reaches the port may read and write everything.
    void look_at_access(Finding& finding) {
        if (!config_.address.unix_path.empty() || !config_.password.empty())
            return;
        if (net::names_loopback(config_.address.host))
            finding.advice.emplace_back(
                "no password: every user of this machine can read and publish; a Unix socket with "
                "unixsocketperm 660 keeps others out");
        else
            warn(finding, "no password: whoever reaches it over the network can read and publish",
                 "set requirepass, or users with ACL SETUSER");
    }

    redis::Config config_;
    redis::Client client_;
    base::Deadline deadline_;
};

} // namespace

Finding look_at_redis(const BusPlace& place, base::Deadline deadline) {
    auto config = redis::config_from_url(base::Url::parse(place.url));
    if (!place.password.empty())
        config.password = place.password;
    Finding finding;
    RedisLook{std::move(config), deadline}.run(finding);
    return finding;
}

} // namespace bandctl
