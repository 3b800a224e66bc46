#pragma once

#include "base/clock.hpp"
#include "docker/container.hpp"
#include "docker/image.hpp"
#include "http/client.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docker {

/// The newest API version that this client knows; the Engine's own is used where that is older.
inline constexpr std::string_view newest_api = "1.47";

struct Version {
    std::string engine; // "20.10.24"
    std::string api;    // the Engine's newest
};

/// What an operation found.
enum class Change : std::uint8_t {
    done,
    already,    // nothing was to be done (304)
    unknown,    // there is no such container (404)
    port_taken, // start only: somebody else listens on one of its host ports
};

struct LogRequest {
    bool follow = false;
    std::optional<std::int64_t> since_ms; // Unix time
    std::optional<std::size_t> last_lines;
};

/// One line of a log, without its newline; longer ones than 64 KiB are cut. False ends the reading.
using LogSink = std::function<bool(std::string_view line, bool err, std::int64_t time_ms)>;

/// Something that happened to a container.
struct Event {
    std::string action; // start, die, oom, health_status: healthy, …
    std::string id;
    std::int64_t time_ms = 0; // Unix time
    Labels attributes;        // its labels, "name", "exitCode" and more
};

struct BuildRequest {
    std::filesystem::path folder; // holds the Dockerfile
    std::string image;            // the name it gets
    bool no_cache = false;
    bool pull = false; // newer base images
    Labels labels;
};

struct BuildResult {
    bool ok = false;
    std::string image_id;
    std::string failed_step; // "step 3/5: RUN make"; empty: before the first one
    std::string error;
    std::vector<std::string> last_lines; // of the output, 50 at most
};

/// Told what a build or a pull is doing; `line` may be empty.
using Progress = std::function<void(std::string_view phase, std::string_view line)>;

/// A blocking client of the Docker Engine's API, and of Podman's, which is compatible. Paths are
/// those of API version 1.41; the version is negotiated with the first request that needs it.
///
/// All functions throw Error(unavailable) when the Engine is not there or goes away, Error(no) with
/// its own words when it refuses, Error(timeout), Error(interrupted), Error(protocol). `id` is a
/// container's id or name.
class Client {
public:
    /// `stop_fd` (-1: none): once readable, a wait ends with Error(interrupted).
    explicit Client(http::Endpoint engine, int stop_fd = -1);

    /// Another stop_fd for what follows.
    void stop_on(int stop_fd) noexcept { http_.stop_on(stop_fd); }

    /// GET /version
    Version version(base::Deadline deadline);

    /// GET /containers/json, those that do not run as well, with the label ("name" or
    /// "name=value"; empty: all). One request, also when it is the first: it needs no version.
    std::vector<Container> list(std::string_view label, base::Deadline deadline);
    /// GET /containers/{id}/json; as list.
    std::optional<ContainerDetail> inspect(std::string_view id, base::Deadline deadline);
    /// POST /containers/create; gives the id.
    std::string create(std::string_view name, const ContainerSpec& spec, base::Deadline deadline);
    /// POST /containers/{id}/start
    Change start(std::string_view id, base::Deadline deadline);
    /// POST /containers/{id}/stop: its stop signal, SIGKILL after `grace`. `deadline` should leave
    /// time for that.
    Change stop(std::string_view id, std::chrono::seconds grace, base::Deadline deadline);
    /// POST /containers/{id}/restart
    Change restart(std::string_view id, std::chrono::seconds grace, base::Deadline deadline);
    /// POST /containers/{id}/kill; `already`: it does not run.
    Change kill(std::string_view id, std::string_view signal, base::Deadline deadline);
    /// POST /containers/{id}/rename
    Change rename(std::string_view id, std::string_view name, base::Deadline deadline);
    /// DELETE /containers/{id}, killing it first, with its anonymous volumes. `already`: that is
    /// under way.
    Change remove(std::string_view id, base::Deadline deadline);
    /// POST /containers/{id}/wait; gives the exit code once it does not run.
    std::optional<int> wait(std::string_view id, base::Deadline deadline);

    /// GET /containers/{id}/logs. False: no such container.
    bool logs(std::string_view id, const LogRequest& request, const LogSink& sink,
              base::Deadline deadline);
    /// GET /containers/{id}/stats, one sample. Nothing: it does not exist or does not run.
    std::optional<Usage> usage(std::string_view id, base::Deadline deadline);
    /// GET /events of containers with the label, from `since_ms` (Unix time) on, until `sink` gives
    /// false.
    void events(std::string_view label, std::optional<std::int64_t> since_ms,
                const std::function<bool(const Event&)>& sink, base::Deadline deadline);

    /// POST /build. The folder is sent as it is read, so its size costs no memory. What the
    /// Dockerfile does wrong is in the result. Throws Error(no_input) for a folder that cannot be
    /// read, Error(data) for a bad .dockerignore.
    BuildResult build(const BuildRequest& request, const Progress& progress,
                      base::Deadline deadline);
    /// GET /images/json
    std::vector<Image> images(base::Deadline deadline);
    /// GET /images/{name}/json
    std::optional<ImageDetail> inspect_image(std::string_view name, base::Deadline deadline);
    /// POST /images/create. Throws Error(no) when there is no such image, or no way to it.
    void pull(std::string_view name, const Progress& progress, base::Deadline deadline);
    /// DELETE /images/{name}. Throws Error(no) when a container uses it.
    Change remove_image(std::string_view name, base::Deadline deadline);

private:
    http::Response send(std::string_view method, std::string target, std::string body,
                        base::Deadline deadline, const http::Transfer& transfer = {});
    /// The same with the version before the target.
    http::Response call(std::string_view method, std::string_view target, std::string body,
                        base::Deadline deadline, const http::Transfer& transfer = {});
    Change change(std::string_view method, std::string_view target, const std::string& subject,
                  base::Deadline deadline);
    void negotiate(base::Deadline deadline);

    http::Client http_;
    std::string version_; // "/v1.41"; empty: not negotiated yet
};

} // namespace docker
