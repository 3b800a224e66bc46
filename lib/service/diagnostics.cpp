#include "service/diagnostics.hpp"

#include "base/duration.hpp"
#include "base/printable.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>

#include <unistd.h>

namespace service {

Diagnostics::Diagnostics(const std::string& name, cli::Notice::Level level)
    : log_(std::make_unique<spdlog::logger>(
          name, std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>())),
      chatty_(level == cli::Notice::Level::verbose || isatty(STDERR_FILENO) == 1) {
    log_->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %n: %v");
    log_->set_level(level == cli::Notice::Level::quiet     ? spdlog::level::err
                    : level == cli::Notice::Level::verbose ? spdlog::level::debug
                                                           : spdlog::level::info);
}

Diagnostics::~Diagnostics() = default;

void Diagnostics::detail(std::string_view text) {
    log_->debug("{}", base::printable(text));
}

void Diagnostics::info(std::string_view text) {
    log_->info("{}", base::printable(text));
}

void Diagnostics::warn(std::string_view text) {
    log_->warn("{}", base::printable(text));
}

void Diagnostics::error(std::string_view text) {
    log_->error("{}", base::printable(text));
}

void Diagnostics::on_note(const std::string& text) {
    if (chatty_)
        info(text);
}

void Diagnostics::on_waiting(const base::Error& why, std::chrono::milliseconds delay, int attempt) {
    if (!away_)
        warn(std::string(why.what()) + "; trying again until it is back");
    else
        detail(std::string(why.what()) + "; next attempt in " + base::format_duration(delay) +
               " (" + std::to_string(attempt) + ")");
    away_ = true;
}

void Diagnostics::on_recovered() {
    away_ = false;
    info("connected again");
}

} // namespace service
