#pragma once

#include "bus/publisher.hpp"
#include "cli/notice.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace service {

/// What a daemon says on standard error, over spdlog: with the time and a level. info is a normal
/// change of state, warn means that it goes on by itself, error that someone must act. These are
/// for any thread; the functions of bus::Observer are for one.
class Diagnostics final : public bus::Observer {
public:
    /// `name` stands before each line. With -q only errors are shown, with -v also details.
    Diagnostics(const std::string& name, cli::Notice::Level level);
    ~Diagnostics();

    void detail(std::string_view text);
    void info(std::string_view text);
    void warn(std::string_view text);
    void error(std::string_view text);

    void on_waiting(const base::Error& why, std::chrono::milliseconds delay, int attempt) override;
    void on_recovered() override;
    void on_warning(const std::string& text) override { warn(text); }
    /// Shown on a terminal or with -v.
    void on_note(const std::string& text) override;

private:
    std::unique_ptr<spdlog::logger> log_;
    bool chatty_;
    bool away_ = false;
};

} // namespace service
