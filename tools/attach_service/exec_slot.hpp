#pragma once

#include "loop/timer.hpp"
#include "message/message.hpp"
#include "tools/attach_service/child.hpp"
#include "tools/attach_service/pipe_reader.hpp"
#include "tools/attach_service/pipe_writer.hpp"
#include "tools/attach_service/stderr_relay.hpp"
#include "tools/attach_service/surroundings.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attach_service {

class ExecPool;

/// A message that a program is to be started for.
struct Work {
    std::uint64_t tag = 0; // 0: a configuration
    int attempt = 1;
    const message::Message* message = nullptr;
    std::unique_ptr<message::Message> owned; // a configuration belongs to us
};

/// A place in which one program at a time is run for one message.
class ExecSlot {
public:
    ExecSlot(Surroundings& surroundings, ExecPool& pool);

    [[nodiscard]] bool free() const noexcept { return !run_; }
    void start(Work work);
    /// Ends the program if it works for `tag`; it is nobody's from then on.
    void abandon(std::uint64_t tag);
    void close();

private:
    struct Run {
        Run(ExecSlot& slot, Work work);
        Work work;
        std::string output;
        Child child;
        PipeWriter in;
        PipeReader out;
        StderrRelay err;
        std::optional<Ending> ending;
        std::string fault; // why it has failed, whatever its status says
        bool abandoned = false;
    };

    void on_output(std::string_view bytes);
    void break_off(std::string why, std::chrono::milliseconds grace);
    void on_exit(Ending ending);
    void finish();
    void settle(Run& run);
    void fail(const Work& work, const std::string& why);

    Surroundings& surroundings_;
    ExecPool& pool_;
    std::unique_ptr<Run> run_;
    loop::Timer finish_timer_; // the run is not destroyed from within its own callbacks
    loop::Timer late_timer_;
};

/// The message's envelope, as variables for the program.
std::vector<std::string> envelope_variables(const Work& work);

} // namespace attach_service
