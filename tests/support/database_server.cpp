#include "support/database_server.hpp"

#include "base/unique_fd.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace support {

namespace {

constexpr uid_t nobody = 65534;

std::string postgres_programs() {
    const std::filesystem::path versions = "/usr/lib/postgresql"; // where Debian has them
    std::vector<std::string> found;
    if (std::filesystem::is_directory(versions))
        for (const auto& version : std::filesystem::directory_iterator{versions})
            if (std::filesystem::exists(version.path() / "bin/initdb"))
                found.push_back(version.path() / "bin/");
    return found.empty() ? "" : std::ranges::max(found);
}

} // namespace

DatabaseServer::DatabaseServer() {
    if (geteuid() == 0 && chown(directory().c_str(), nobody, nobody) != 0)
        throw std::runtime_error("cannot give a directory away");
}

std::vector<std::string> DatabaseServer::as_user(const std::vector<std::string>& command) const {
    if (geteuid() != 0)
        return command;
    const std::string id = std::to_string(nobody);
    // Changing the user takes back that the child dies with us.
    std::vector<std::string> result{"setpriv",        "--reuid",     id,     "--regid", id,
                                    "--clear-groups", "--pdeathsig", "KILL", "--"};
    result.insert(result.end(), command.begin(), command.end());
    return result;
}

void DatabaseServer::run(const std::vector<std::string>& command) const {
    const Finished finished = support::run(as_user(command), {}, {"HOME=" + directory()}, 60s);
    if (finished.status != 0)
        throw std::runtime_error(command.front() + " failed: " + finished.out + finished.err);
}

bool DatabaseServer::succeeds(const std::vector<std::string>& command) const {
    return support::run(as_user(command), {}, {"HOME=" + directory()}, 60s).status == 0;
}

void DatabaseServer::start() {
    const base::UniqueFd null{open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const std::string log_file = directory() + "/server.log";
    const base::UniqueFd log{
        open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
    child_.reset();
    child_.emplace(as_user(command()), Streams{null.get(), log.get(), log.get()});
    if (!eventually(60s, [this] { return child_->poll() || answers(); }) || child_->poll())
        throw std::runtime_error("the server does not come up; its log says:\n" +
                                 read_file(log_file));
}

void DatabaseServer::kill9() {
    child_->signal(SIGKILL);
    child_->wait(10s);
}

void DatabaseServer::terminate() {
    child_->signal(SIGINT); // PostgreSQL: without waiting for the clients
    if (!child_->wait(1s))
        child_->signal(SIGTERM);
    if (!child_->wait(30s))
        throw std::runtime_error("the server does not end");
}

PostgresServer::PostgresServer() : programs_(postgres_programs()) {
    run({programs_ + "initdb", "--pgdata", directory() + "/data", "--no-sync", "--auth", "trust",
         "--username", "postgres", "--encoding", "UTF8", "--locale", "C"});
    start();
}

std::vector<std::string> PostgresServer::command() const {
    return {programs_ + "postgres", "-D", directory() + "/data", "-k", directory(),           "-c",
            "listen_addresses=",    "-c", "fsync=off",           "-c", "shared_buffers=16MB", "-c",
            "max_connections=20"};
}

bool PostgresServer::answers() const {
    return std::filesystem::exists(directory() + "/.s.PGSQL.5432") &&
           succeeds({programs_ + "pg_isready", "-q", "-h", directory()});
}

void PostgresServer::execute(const std::string& sql, const std::string& database) {
    run({programs_ + "psql", "-q", "-h", directory(), "-U", "postgres", "-d", database, "-c", sql});
}

std::string PostgresServer::make_database(const std::string& name) {
    execute("CREATE DATABASE " + name);
    return "postgresql+psycopg2://postgres@/" + name + "?host=" + directory();
}

void PostgresServer::terminate_backends() {
    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
}

MariadbServer::MariadbServer() {
    run({"mariadb-install-db", "--no-defaults", "--datadir=" + directory() + "/data",
         "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve",
         "--innodb-log-file-size=8M"});
    start();
}

std::vector<std::string> MariadbServer::command() const {
    return {"mariadbd",
            "--no-defaults",
            "--datadir=" + directory() + "/data",
            "--socket=" + socket(),
            "--pid-file=" + directory() + "/mariadb.pid",
            "--skip-networking",
            "--skip-log-bin",
            "--innodb-buffer-pool-size=16M",
            "--innodb-log-file-size=8M",
            "--innodb-flush-log-at-trx-commit=2"};
}

bool MariadbServer::answers() const {
    return std::filesystem::exists(socket()) &&
           succeeds({"mariadb-admin", "--no-defaults", "--socket=" + socket(), "--user=root",
                     "--silent", "ping"});
}

void MariadbServer::execute(const std::string& sql) {
    run({"mariadb", "--no-defaults", "--socket=" + socket(), "--user=root", "-e", sql});
}

std::string MariadbServer::make_user(const std::string& database, int statements) {
    const std::string user = "'limited" + std::to_string(statements) + "'@'localhost'";
    execute("CREATE OR REPLACE USER " + user + " WITH MAX_QUERIES_PER_HOUR " +
            std::to_string(statements) + "; GRANT ALL ON " + database + ".* TO " + user);
    return "mysql://limited" + std::to_string(statements) + "@localhost/" + database +
           "?unix_socket=" + socket();
}

std::string MariadbServer::make_database(const std::string& name) {
    execute("CREATE DATABASE " + name);
    return "mysql+pymysql://root@localhost/" + name + "?unix_socket=" + socket();
}

} // namespace support
