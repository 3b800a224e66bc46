#include "runtime/docker_runtime.hpp"

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/printable.hpp"
#include "runtime/container_spec.hpp"
#include "runtime/container_view.hpp"
#include "runtime/ports.hpp"
#include "runtime/run_lock.hpp"
#include "runtime/service_name.hpp"
#include "runtime/waiting.hpp"

#include <algorithm>
#include <set>

namespace runtime {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds replaced_grace = 10s;
constexpr std::chrono::seconds discarded_grace = 5s;
constexpr int most_tries = 3;
constexpr std::string_view old_mark = ".old.";

std::string old_name(const std::string& service, std::string_view id) {
    return service + std::string{old_mark} + std::string{id.substr(0, 12)};
}

/// Ports of containers that do not run now, but may again: nobody listens on them meanwhile.
std::vector<TakenPort> taken_ports(const std::vector<docker::Container>& all) {
    std::vector<TakenPort> taken;
    const auto add = [&taken](std::string_view digits, const std::string& holder) {
        unsigned port = 0;
        for (const char c : digits)
            port = port * 10 + static_cast<unsigned>(c - '0');
        taken.push_back({static_cast<std::uint16_t>(port), holder});
    };
    for (const docker::Container& container : all) {
        const std::string holder = "container " + container.name;
        for (const docker::Port& port : container.ports)
            if (port.host_port != 0)
                taken.push_back({port.host_port, holder});
        std::string_view ports = container.label(ports_label).value_or("");
        if (container.label("inband") && ports.find_first_not_of("0123456789:") == ports.npos)
            for (; !ports.empty();
                 ports.remove_prefix(std::min(ports.find(':'), ports.size() - 1) + 1))
                add(ports.substr(0, ports.find(':')), holder);
    }
    return taken;
}

/// Found out before anything is started, and not by the renaming that would fail.
[[noreturn]] void foreign_container(const std::string& name) {
    throw Error(ErrorKind::no, "container " + name, "is there, and none of ours",
                "rename it, or call the service something else");
}

[[noreturn]] void unknown_image(const std::string& image) {
    throw Error(ErrorKind::no, "image " + base::quoted(image), "is not here",
                "build it, or name one that is");
}

} // namespace

DockerRuntime::DockerRuntime(http::Endpoint engine, std::filesystem::path port_locks)
    : client_(std::move(engine)), port_locks_(std::move(port_locks)) {}

docker::Client& DockerRuntime::engine(const Wait& wait) {
    client_.stop_on(wait.stop_fd);
    return client_;
}

std::string DockerRuntime::create_on_ports(const ServiceSpec& spec,
                                           const docker::ImageDetail& image, const Wait& wait) {
    const std::string run_id = base::random_id(80);
    const std::string name = spec.name + '.' + run_id.substr(0, 8);
    const std::string owner = "service " + spec.name;
    const PortPool pool{spec.ports, port_locks_};
    std::vector<PortClaim> claims; // those of failed tries as well: the next one is to be another
    std::set<std::uint16_t> exposed{image.tcp_ports.begin(), image.tcp_ports.end()};
    for (int tries = 1;; ++tries) {
        const auto taken = exposed.empty() ? std::vector<TakenPort>{}
                                           : taken_ports(engine(wait).list("", wait.deadline));
        claims.push_back(pool.claim(exposed.size(), owner, taken));
        const auto wanted =
            container_for(spec, image, image.names.front(), run_id, claims.back().ports());
        try {
            const std::string id = engine(wait).create(name, wanted, wait.deadline);
            if (client_.start(id, wait.deadline) != docker::Change::port_taken)
                return id;
        } catch (const Error&) {
            // By its name, since the answer with the id may have been lost.
            client_.stop_on(-1);
            client_.remove(name, base::Deadline::after(20s));
            throw;
        }
        client_.remove(name, wait.deadline);
        if (tries == most_tries)
            throw Error(ErrorKind::unavailable, spec.name,
                        "its host ports were taken by somebody else, three times",
                        "try again, or with another range of ports");
    }
}

Instance DockerRuntime::launch(const ServiceSpec& spec, const std::string& image,
                               const Wait& wait) {
    require_service_name(spec.name);
    auto detail = engine(wait).inspect_image(image, wait.deadline);
    if (!detail)
        unknown_image(image);
    const auto holder = client_.inspect(spec.name, wait.deadline);
    if (holder && holder->name == spec.name && !is_ours(*holder))
        foreign_container(spec.name);
    detail->names = {image}; // what it is called in the list of containers
    const std::string id = create_on_ports(spec, *detail, wait);
    const auto made = client_.inspect(id, wait.deadline);
    if (!made)
        throw Error(ErrorKind::no, spec.name, "its container was removed by somebody else");
    return instance_from(*made);
}

/// False: it is gone. The Engine also says 404, of its network's part, about a container that it is
/// just starting again; that one can be renamed a moment later.
bool DockerRuntime::rename(const std::string& id, const std::string& name, const Wait& wait) {
    bool renamed = false;
    wait_until(wait, name, "giving its container that name", [&] {
        renamed = engine(wait).rename(id, name, wait.deadline) == docker::Change::done;
        return renamed || !client_.inspect(id, wait.deadline);
    });
    return renamed;
}

/// The old one goes last, so that at no moment the service is gone from what a crash leaves.
void DockerRuntime::promote(const Instance& candidate, const Wait& wait) {
    const auto old = current(candidate.name, wait);
    if (old && old->id.starts_with(candidate.id))
        return;
    if (old)
        rename(old->id, old_name(candidate.name, old->id), wait);
    if (!rename(candidate.id, candidate.name, wait)) {
        if (old)
            rename(old->id, candidate.name, wait);
        throw Error(ErrorKind::no, candidate.name,
                    "its new container was removed by somebody else");
    }
    if (old) {
        client_.stop(old->id, replaced_grace, wait.deadline);
        client_.remove(old->id, wait.deadline);
    }
}

void DockerRuntime::discard(const Instance& candidate, const Wait& wait) {
    engine(wait).stop(candidate.id, discarded_grace, wait.deadline);
    client_.remove(candidate.id, wait.deadline);
}

void DockerRuntime::reconcile(const Wait& wait) {
    const auto all = engine(wait).list(band_label, wait.deadline);
    std::set<std::string> services;
    for (const docker::Container& container : all)
        if (container.name == service_of(container))
            services.insert(container.name);
    // What a crash between the two renamings has left: the old one is the service again.
    std::set<std::string> restored;
    for (const docker::Container& container : all) {
        const std::string service = service_of(container);
        if (container.name != old_name(service, container.id) || services.contains(service))
            continue;
        if (const auto lock = RunLock::try_take(service)) {
            rename(container.id, service, wait);
            client_.start(container.id, wait.deadline);
            services.insert(service);
            restored.insert(container.id);
        }
    }
    for (const docker::Container& container : all) {
        const std::string service = service_of(container);
        if (container.name == service || restored.contains(container.id))
            continue;
        if (const auto lock = RunLock::try_take(service)) {
            client_.stop(container.id, replaced_grace, wait.deadline);
            client_.remove(container.id, wait.deadline);
        }
    }
}

/// What the list does not tell: how often it was restarted, and whether for want of memory.
Instance DockerRuntime::exact(const docker::Container& row, const Wait& wait) {
    const auto detail = client_.inspect(row.id, wait.deadline);
    return detail ? instance_from(*detail) : instance_from(row, base::unix_ms());
}

std::vector<Instance> DockerRuntime::list(bool candidates, const Wait& wait) {
    std::vector<Instance> found;
    const std::int64_t now = base::unix_ms();
    for (const docker::Container& row : engine(wait).list(band_label, wait.deadline)) {
        Instance instance = instance_from(row, now);
        if (instance.candidate && !candidates)
            continue;
        const bool in_trouble = instance.state == State::restarting ||
                                instance.state == State::failed || instance.exit_code == 137;
        found.push_back(instance.candidate || in_trouble ? exact(row, wait) : std::move(instance));
    }
    return found;
}

std::optional<docker::ContainerDetail> DockerRuntime::current(std::string_view service,
                                                              const Wait& wait) {
    require_service_name(service);
    auto detail = engine(wait).inspect(service, wait.deadline);
    // The Engine also finds by the start of an id.
    if (!detail || detail->name != service || !is_ours(*detail))
        return std::nullopt;
    return detail;
}

std::optional<Instance> DockerRuntime::find(std::string_view service, const Wait& wait) {
    const auto detail = current(service, wait);
    return detail ? std::optional{instance_from(*detail)} : std::nullopt;
}

std::optional<std::string> DockerRuntime::inspect(std::string_view service, const Wait& wait) {
    const auto detail = current(service, wait);
    return detail ? std::optional{masked(detail->json)} : std::nullopt;
}

bool DockerRuntime::start(std::string_view service, const Wait& wait) {
    const auto detail = current(service, wait);
    if (!detail)
        return false;
    const auto change = client_.start(detail->id, wait.deadline);
    if (change == docker::Change::port_taken)
        throw Error(ErrorKind::no, std::string{service}, "its host port was taken by somebody else",
                    "\"bandctl run\" gives it another one");
    return change != docker::Change::unknown;
}

bool DockerRuntime::stop(std::string_view service, std::chrono::seconds grace, const Wait& wait) {
    const auto detail = current(service, wait);
    return detail && client_.stop(detail->id, grace, wait.deadline) != docker::Change::unknown;
}

bool DockerRuntime::restart(std::string_view service, std::chrono::seconds grace,
                            const Wait& wait) {
    const auto detail = current(service, wait);
    return detail && client_.restart(detail->id, grace, wait.deadline) != docker::Change::unknown;
}

bool DockerRuntime::remove(std::string_view service, std::chrono::seconds grace, const Wait& wait) {
    const auto detail = current(service, wait);
    if (!detail)
        return false;
    client_.stop(detail->id, grace, wait.deadline);
    return client_.remove(detail->id, wait.deadline) != docker::Change::unknown;
}

bool DockerRuntime::logs(std::string_view id, const LogOptions& options, const LogSink& sink,
                         const Wait& wait) {
    const docker::LogRequest request{options.follow, options.since_ms, options.last_lines};
    const auto detail = engine(wait).inspect(id, wait.deadline);
    return detail && is_ours(*detail) && client_.logs(detail->id, request, sink, wait.deadline);
}

std::vector<Usage> DockerRuntime::usage(const Wait& wait) {
    std::vector<Usage> found;
    std::map<std::string, Sample, std::less<>> samples;
    for (const docker::Container& row : engine(wait).list(band_label, wait.deadline)) {
        const Instance instance = instance_from(row, base::unix_ms());
        if (instance.candidate || instance.state != State::running)
            continue;
        const auto used = client_.usage(row.id, wait.deadline);
        if (!used)
            continue;
        const Sample sample{used->cpu_ns, base::unix_ms()};
        // The first time it is the average since the start, or in the last second, since the list
        // tells the start in seconds.
        const auto last = samples_.find(row.id);
        const Sample since = last != samples_.end()
                                 ? last->second
                                 : Sample{0, std::min(instance.started_ms, sample.at_ms - 1000)};
        Usage usage{instance.name, 0, used->memory_bytes, used->memory_limit};
        if (sample.at_ms > since.at_ms && sample.cpu_ns >= since.cpu_ns)
            usage.cpu_percent = static_cast<double>(sample.cpu_ns - since.cpu_ns) / 1e4 /
                                static_cast<double>(sample.at_ms - since.at_ms);
        samples.emplace(row.id, sample);
        found.push_back(std::move(usage));
    }
    samples_ = std::move(samples);
    return found;
}

} // namespace runtime
