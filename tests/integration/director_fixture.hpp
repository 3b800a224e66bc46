#pragma once

#include "codec/json_path.hpp"
#include "http/client.hpp"
#include "runtime/run_folder.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"
#include "support/redis_client.hpp"
#include "support/redis_server.hpp"
#include "support/socket.hpp"
#include "support/temp_directory.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace integration {

using namespace std::chrono_literals;

/// A machine of this test alone: a Redis, folders of services, a tmux server, and a director.
class Directed {
public:
    using Options = std::vector<std::string>;

    explicit Directed(const Options& options = {}, const Options& environment = {})
        : options_(options), environment_(environment) {
        first_port_ = support::free_port();
        start();
    }
    ~Directed() {
        director.reset();
        support::run({"tmux", "-S", tmux_socket(), "kill-server"});
    }
    Directed(const Directed&) = delete;
    Directed& operator=(const Directed&) = delete;

    /// Waits until it listens.
    void start() {
        const std::string ports =
            std::to_string(first_port_) + "-" + std::to_string(std::min(first_port_ + 50, 65535));
        Options arguments{std::getenv("DIRECTOR"), "-v", "--port", "0", "--port-range", ports};
        arguments.insert(arguments.end(), options_.begin(), options_.end());
        Options environment{"BAND_BUS=" + redis.url(),
                            "BAND_IMAGES=" + services().string(),
                            "BAND_TMUX_SOCKET=" + tmux_socket(),
                            "DOCKER_HOST=unix://" + (directory.path() / "docker").string(),
                            "XDG_STATE_HOME=" + (directory.path() / "state").string(),
                            "XDG_RUNTIME_DIR=" + (directory.path() / "run").string()};
        environment.insert(environment.end(), environment_.begin(), environment_.end());
        std::filesystem::create_directories(directory.path() / "run");
        std::filesystem::permissions(directory.path() / "run", std::filesystem::perms::owner_all);
        director = std::make_unique<support::Process>(arguments, environment);
        if (!director->wait_for_err("listening on "))
            throw std::runtime_error("the director does not listen: " + director->err());
        const std::string& text = director->err();
        const std::size_t at = text.find(':', text.find("listening on ")) + 1;
        url = "http://127.0.0.1:" + text.substr(at, text.find_first_not_of("0123456789", at) - at);
        client = std::make_unique<http::Client>(http::Endpoint::parse(url));
    }

    /// A folder with a program `run`.
    void add_service(const std::string& name, const std::string& script) const {
        std::filesystem::create_directories(services() / name);
        std::filesystem::permissions(
            directory.write("services/" + name + "/run", "#!/bin/sh\n" + script),
            std::filesystem::perms::owner_all);
    }

    http::Response ask(http::Request request) const {
        return client->send(request, base::Deadline::after(30s));
    }
    http::Response get(const std::string& target, http::Headers headers = {}) const {
        return ask({.method = "GET", .target = target, .headers = std::move(headers)});
    }
    http::Response post(const std::string& target, const std::string& body = {},
                        const std::string& type = "application/json") const {
        http::Request request{.method = "POST", .target = target, .body = body};
        if (!body.empty())
            request.headers.add("Content-Type", type);
        return ask(std::move(request));
    }
    /// The value at `path` in an answer, as text; "-" where there is none.
    static std::string in(const http::Response& response, const std::string& path) {
        return codec::find_text(response.body, path).value_or("-");
    }
    /// The service's item in the list; empty while it is not there.
    [[nodiscard]] std::string listed(const std::string& name) const {
        const std::string body = get("/list").body;
        for (int i = 0;; ++i) {
            const auto item = codec::find(body, "result." + std::to_string(i));
            if (!item)
                return {};
            if (codec::find_text(*item, "name") == name)
                return std::string(*item);
        }
    }
    [[nodiscard]] bool eventually_listed(const std::string& name, const std::string& path,
                                         const std::string& value) const {
        return support::eventually(
            20s, [&] { return codec::find_text(listed(name), path).value_or("-") == value; });
    }
    /// What the runtime has kept of runs, candidates among them.
    [[nodiscard]] std::size_t runs() const {
        return runtime::all_runs(directory.path() / "state" / "band" / "tmux").size();
    }

    [[nodiscard]] std::filesystem::path services() const { return directory.path() / "services"; }
    [[nodiscard]] std::string tmux_socket() const { return directory.path() / "tmux.sock"; }

    support::TempDirectory directory;
    support::RedisServer redis;
    std::string url;
    std::unique_ptr<support::Process> director;
    std::unique_ptr<http::Client> client;

private:
    Options options_;
    Options environment_;
    int first_port_ = 0;
};

/// A program that answers `__status` and `echo`.
inline const std::string answering = std::string("exec ") + BAND_SERVICE + "\n";

} // namespace integration
