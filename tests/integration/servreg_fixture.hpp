#pragma once

#include "base/clock.hpp"
#include "codec/json_path.hpp"
#include "http/client.hpp"
#include "support/process.hpp"
#include "support/temp_directory.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace servreg_test {

using namespace std::chrono_literals;

/// The program itself, on a free port, with a database in a directory of its own.
class Servreg {
public:
    explicit Servreg(std::vector<std::string> more = {},
                     const std::vector<std::string>& environment = {}) {
        start(std::move(more), environment);
    }

    /// Again, on the same database.
    void start(std::vector<std::string> more = {},
               const std::vector<std::string>& environment = {}) {
        std::vector<std::string> command;
        // A mode keeps nothing from root, unless that goes without a part of its power.
        if (geteuid() == 0)
            command = {"setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"};
        command.insert(command.end(), {std::getenv("SERVREG"), "-v", "--port", "0", "--accesslog",
                                       "", "--dburl", "sqlite:///" + database().string()});
        command.insert(command.end(), more.begin(), more.end());
        process_.emplace(command, environment);
        constexpr std::string_view mark = "listening on http://";
        if (!process_->wait_for_err(", database ", 20s))
            throw std::runtime_error("servreg did not start: " + process_->err());
        const std::string& text = process_->err();
        const auto start = text.find(mark) + mark.size();
        const std::string place = text.substr(start, text.find(',', start) - start);
        address_ = http::Endpoint::parse("http://" + place).address;
    }

    void stop() {
        process_->signal(SIGTERM);
        if (process_->wait(10s) != 0)
            throw std::runtime_error("servreg did not stop: " + process_->err());
    }

    [[nodiscard]] std::filesystem::path database() const { return directory_.path() / "r.db"; }
    [[nodiscard]] const net::Address& address() const { return address_; }
    support::Process& process() { return *process_; }

    http::Response send(const http::Request& request) {
        http::Client client{{.address = address_}};
        return client.send(request, base::Deadline::after(30s));
    }

    http::Response get(std::string target) { return send({.target = std::move(target)}); }

    http::Response post(std::string target, std::string body,
                        const std::vector<http::Headers::Field>& fields = {}) {
        http::Request request{
            .method = "POST", .target = std::move(target), .body = std::move(body)};
        request.headers.add("Content-Type", "application/json");
        for (const auto& [name, value] : fields)
            request.headers.add(name, value);
        return send(request);
    }

    /// The body of the answer to one call with id 1.
    std::string call(std::string_view method, std::string_view params,
                     std::string target = "/rpc") {
        return post(std::move(target), R"({"jsonrpc":"2.0","id":1,"method":")" +
                                           std::string{method} + R"(","params":)" +
                                           std::string{params} + "}")
            .body;
    }

    std::string result(std::string_view method, std::string_view params) {
        const std::string body = call(method, params);
        return std::string{codec::find(body, "result").value_or("none in " + body)};
    }

    std::string error_code(std::string_view method, std::string_view params) {
        const std::string body = call(method, params);
        return std::string{codec::find(body, "error.code").value_or("none in " + body)};
    }

private:
    support::TempDirectory directory_;
    std::optional<support::Process> process_;
    net::Address address_;
};

} // namespace servreg_test
