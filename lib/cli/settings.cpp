#include "cli/settings.hpp"

#include <algorithm>
#include <array>

namespace cli {

namespace {

constexpr std::array table{
    Setting{"url", "BAND_BUS", "redis://127.0.0.1:6379", "The bus", Kind::text, true},
    Setting{"password_file", "BAND_PASSWORD_FILE", "", "File with the password of the bus",
            Kind::file, true},
    Setting{"prefix", "BAND_PREFIX", "band:", "What all names in Redis start with", Kind::text,
            true},
    Setting{"connect_timeout", "BAND_CONNECT_TIMEOUT", "5s",
            "How long one attempt to connect may take", Kind::duration, true},
    Setting{"keep_entries", "BAND_KEEP_ENTRIES", "1000000", "Messages kept of each topic",
            Kind::integer, true},
    Setting{"keep_age", "BAND_KEEP_AGE", "7d", "How long messages are kept", Kind::duration, true},
    Setting{"director", "BAND_URL", "", "The director to work through"},
    Setting{"docker", "DOCKER_HOST", "unix:///var/run/docker.sock", "The Docker Engine"},
    Setting{"runtime", "BAND_RUNTIME", "", "docker or tmux; without it docker where it runs"},
    Setting{"images", "BAND_IMAGES", "./services", "Folders of services, split by colons"},
    Setting{"registry", "SERVREG_URL", "http://127.0.0.1:8000", "The service registry"},
};

} // namespace

std::span<const Setting> settings() noexcept {
    return table;
}

const Setting* find_setting(std::string_view key) noexcept {
    const auto* const found = std::ranges::find(table, key, &Setting::key);
    return found == table.end() ? nullptr : found;
}

} // namespace cli
