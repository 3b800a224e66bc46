#pragma once

#include "support/child.hpp"
#include "support/temp_directory.hpp"

#include <optional>
#include <string>
#include <vector>

namespace support {

/// A real database server of this test alone, in its own directory and on a Unix socket there;
/// never as root: then as nobody. Killed and removed with the object.
class DatabaseServer {
public:
    virtual ~DatabaseServer() = default;

    /// The URL of a database that exists from then on.
    virtual std::string make_database(const std::string& name) = 0;

    /// Starts it again after `kill9` or `terminate`.
    void start();
    void kill9();
    void terminate();
    /// A server that hangs, and goes on.
    void pause() { child_->pause(); }
    void resume() { child_->signal(18 /* SIGCONT */); }

protected:
    [[nodiscard]] std::string directory() const { return directory_.path(); }
    /// Runs a program as the server's user, to its end. Throws with what it wrote when it fails.
    void run(const std::vector<std::string>& command) const;
    [[nodiscard]] bool succeeds(const std::vector<std::string>& command) const;
    DatabaseServer();

private:
    [[nodiscard]] virtual std::vector<std::string> command() const = 0;
    [[nodiscard]] virtual bool answers() const = 0;
    [[nodiscard]] std::vector<std::string> as_user(const std::vector<std::string>& command) const;

    TempDirectory directory_;
    std::optional<Child> child_;
};

class PostgresServer : public DatabaseServer {
public:
    PostgresServer();
    std::string make_database(const std::string& name) override;
    /// Ends every other connection, as an administrator does with pg_terminate_backend.
    void terminate_backends();
    /// Runs SQL with psql.
    void execute(const std::string& sql, const std::string& database = "postgres");

private:
    [[nodiscard]] std::vector<std::string> command() const override;
    [[nodiscard]] bool answers() const override;

    std::string programs_; // the folder of this version's programs
};

class MariadbServer : public DatabaseServer {
public:
    MariadbServer();
    std::string make_database(const std::string& name) override;
    /// The URL for a user who may do everything in that database, but only so many statements:
    /// the server refuses the next one.
    std::string make_user(const std::string& database, int statements);

private:
    [[nodiscard]] std::string socket() const { return directory() + "/mariadb.sock"; }
    void execute(const std::string& sql);
    [[nodiscard]] std::vector<std::string> command() const override;
    [[nodiscard]] bool answers() const override;
};

} // namespace support
