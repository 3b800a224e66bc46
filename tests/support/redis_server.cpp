#include "support/redis_server.hpp"

#include "base/unique_fd.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"
#include "support/redis_client.hpp"
#include "support/socket.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>

namespace support {

using namespace std::chrono_literals;

RedisServer::RedisServer(std::vector<std::string> arguments, Listen listen)
    : arguments_(std::move(arguments)) {
    if (listen == Listen::unix_socket) {
        start();
        return;
    }
    // Somebody else may take the free port before the server does; then another one is tried.
    for (int attempt = 0; attempt < 20; ++attempt) {
        port_ = free_port();
        if (launch())
            return;
    }
    throw std::runtime_error("no free port for redis-server; its log says:\n" + log());
}

std::string RedisServer::url() const {
    return port_ == 0 ? unix_url() : "redis://127.0.0.1:" + std::to_string(port_);
}

void RedisServer::start() {
    repair_log();
    if (!launch())
        throw std::runtime_error("redis-server does not come up; its log says:\n" + log());
}

bool RedisServer::launch() {
    const std::string directory = directory_.path();
    std::vector<std::string> command{"redis-server",
                                     "--port",
                                     std::to_string(port_),
                                     "--bind",
                                     "127.0.0.1",
                                     "--dir",
                                     directory,
                                     "--unixsocket",
                                     socket_path(),
                                     "--save",
                                     "",
                                     "--loglevel",
                                     "notice",
                                     "--daemonize",
                                     "no"};
    command.insert(command.end(), arguments_.begin(), arguments_.end());
    const base::UniqueFd null{open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const base::UniqueFd log{
        open((directory + "/redis.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    child_.reset();
    child_.emplace(command, Streams{null.get(), log.get(), log.get()});
    return eventually(20s, [this] { return child_->poll() || answers(); }) && !child_->poll();
}

/// Of a MULTI that kill -9 has torn apart Redis 7.0 cuts off only the torn command; at the start
/// after the next one, the rest comes back as part of what was written behind it
/// (valkey-io/valkey#4342).
void RedisServer::repair_log() {
    const auto manifest = directory_.path() / "appendonlydir" / "appendonly.aof.manifest";
    if (!std::filesystem::exists(manifest))
        return;
    const Finished repair = run({"redis-check-aof", "--fix", manifest}, "y\n");
    if (repair.status != 0)
        throw std::runtime_error("redis-check-aof: " + repair.out + repair.err);
}

/// Any answer will do but that it still loads its data: it may want a password, or be a replica.
bool RedisServer::answers() const {
    try {
        Redis redis{socket_path()};
        const Answer answer = redis.ask({"PING"});
        return !answer.text.starts_with("LOADING");
    } catch (const std::runtime_error&) {
        return false; // not there yet
    }
}

void RedisServer::kill9() {
    child_->signal(SIGKILL);
    child_->wait(10s);
}

void RedisServer::terminate() {
    child_->signal(SIGTERM);
    if (!child_->wait(20s))
        throw std::runtime_error("redis-server does not end");
}

void RedisServer::continue_signal() {
    child_->signal(SIGCONT);
}

} // namespace support
