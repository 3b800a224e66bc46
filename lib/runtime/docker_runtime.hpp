#pragma once

#include "docker/client.hpp"
#include "runtime/runtime.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace runtime {

/// What the names of the images that are built for services start with, as the original's do
/// (WIRE.md 1.5).
inline constexpr std::string_view service_image_prefix = "rst/service-";

/// Runs services as containers, the way the original does (WIRE.md 1.5), with less power for what
/// is in them. The Engine's labels and names are the truth, nothing is remembered: a container that
/// is called as its service is the service, NAME.RUN is a candidate, and NAME.old.RUN one whose
/// place is being taken. Only containers with our label are ever touched.
class DockerRuntime final : public Runtime {
public:
    /// `port_locks` is PortPool's folder; empty: its default.
    explicit DockerRuntime(http::Endpoint engine, std::filesystem::path port_locks = {});

    [[nodiscard]] std::string_view name() const noexcept override { return "docker"; }

    std::string build(const ServiceSpec& spec, const Progress& progress, const Wait& wait) override;
    Instance launch(const ServiceSpec& spec, const std::string& image, const Wait& wait) override;
    void promote(const Instance& candidate, const Wait& wait) override;
    void discard(const Instance& candidate, const Wait& wait) override;
    void reconcile(const Wait& wait) override;

    /// Start times of what was restarted are as rough as the Engine's list has them; `find` is
    /// exact.
    std::vector<Instance> list(bool candidates, const Wait& wait) override;
    std::optional<Instance> find(std::string_view service, const Wait& wait) override;
    std::optional<std::string> inspect(std::string_view service, const Wait& wait) override;

    bool start(std::string_view service, const Wait& wait) override;
    bool stop(std::string_view service, std::chrono::seconds grace, const Wait& wait) override;
    bool restart(std::string_view service, std::chrono::seconds grace, const Wait& wait) override;
    bool remove(std::string_view service, std::chrono::seconds grace, const Wait& wait) override;
    bool logs(std::string_view id, const LogOptions& options, const LogSink& sink,
              const Wait& wait) override;

    std::vector<Usage> usage(const Wait& wait) override;

private:
    struct Sample {
        std::uint64_t cpu_ns;
        std::int64_t at_ms;
    };

    docker::Client& engine(const Wait& wait);
    void build_image(const std::filesystem::path& folder, const std::string& image,
                     const ServiceSpec& spec, bool pull, const Progress& progress,
                     const Wait& wait);
    /// The id of the container that is the service, or nothing.
    std::optional<docker::ContainerDetail> current(std::string_view service, const Wait& wait);
    std::string create_on_ports(const ServiceSpec& spec, const docker::ImageDetail& image,
                                const Wait& wait);
    bool rename(const std::string& id, const std::string& name, const Wait& wait);
    Instance exact(const docker::Container& row, const Wait& wait);

    docker::Client client_;
    std::filesystem::path port_locks_;
    std::map<std::string, Sample, std::less<>> samples_; // by container, of the last usage()
};

} // namespace runtime
