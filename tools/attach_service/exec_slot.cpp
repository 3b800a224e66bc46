#include "tools/attach_service/exec_slot.hpp"

#include "base/duration.hpp"
#include "base/error.hpp"
#include "codec/json_scanner.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "service/outcome.hpp"
#include "tools/attach_service/exec_pool.hpp"
#include "tools/attach_service/journal.hpp"

#include <utility>

namespace attach_service {

using message::Kind;
using message::Message;
using service::Outcome;
using namespace std::chrono_literals;

namespace {

constexpr auto grace = 5s; // between SIGTERM and SIGKILL
constexpr auto close_grace = 2s;

/// The result that a program's output is: the JSON that it wrote, or else its text as a string.
std::string json_of(std::string_view output) {
    const std::size_t start = output.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos)
        return "null";
    const std::size_t end = output.find_last_not_of(" \t\r\n") + 1;
    try {
        codec::validate_json(output);
        return std::string(output.substr(start, end - start));
    } catch (const codec::ParseError&) { // then it is text
        std::string json;
        codec::JsonWriter{json}.value(output.substr(0, output.find_last_not_of("\r\n") + 1));
        return json;
    }
}

} // namespace

std::vector<std::string> envelope_variables(const Work& work) {
    const Message& message = *work.message;
    const std::string& key = message.routing_key;
    const bool command = message.kind == Kind::command;
    return {
        "BAND_KIND=" + std::string(message::kind_name(message.kind)),
        "BAND_ROUTING_KEY=" + key,
        "BAND_EVENT=" + (message.kind == Kind::event ? key : ""),
        "BAND_COMMAND=" + (command ? key.substr(key.rfind('.') + 1) : ""),
        "BAND_STATUS=" + message.status,
        "BAND_CONVERSATION_ID=" + message.conversation_id,
        "BAND_CORRELATION_ID=" + message.correlation_id,
        "BAND_SENDER=" + message.source,
        "BAND_MESSAGE_ID=" + message.id,
        "BAND_ATTEMPT=" + std::to_string(work.attempt),
    };
}

ExecSlot::Run::Run(ExecSlot& slot, Work for_work)
    : work(std::move(for_work)),
      child(slot.surroundings_.loop, slot.surroundings_.settings.program, envelope_variables(work),
            [&slot](Ending how) { slot.on_exit(how); }),
      in(slot.surroundings_.loop, std::move(child.in), [] {}), // it need not read its input
      out(
          slot.surroundings_.loop, std::move(child.out),
          [&slot](std::string_view bytes) { slot.on_output(bytes); }, [] {}),
      err(slot.surroundings_.loop, std::move(child.err), slot.surroundings_.journal) {
    err.set_conversation(work.message->conversation_id);
}

ExecSlot::ExecSlot(Surroundings& surroundings, ExecPool& pool)
    : surroundings_(surroundings), pool_(pool),
      finish_timer_(surroundings.loop, [this] { finish(); }),
      late_timer_(surroundings.loop, [this] {
          break_off("no end within " +
                        base::format_duration(*surroundings_.settings.handler_timeout),
                    grace);
      }) {}

void ExecSlot::start(Work work) {
    const std::uint64_t tag = work.tag;
    try {
        run_ = std::make_unique<Run>(*this, std::move(work));
    } catch (const base::Error& error) {
        if (tag != 0)
            surroundings_.settlement.fail(tag, error.what());
        else
            surroundings_.journal.warn(error.what());
        return;
    }
    const Message& message = *run_->work.message;
    if (message.is_cbor() && !surroundings_.settings.raw)
        message::append_body_as_json(run_->in.buffer(), message);
    else
        run_->in.buffer() = message.body;
    run_->in.finish();
    if (surroundings_.settings.handler_timeout)
        late_timer_.schedule(*surroundings_.settings.handler_timeout);
}

void ExecSlot::on_output(std::string_view bytes) {
    if (!run_->fault.empty())
        return;
    if (run_->output.size() + bytes.size() <= surroundings_.settings.max_size)
        run_->output += bytes;
    else
        break_off("its output is larger than --max-size", grace);
}

void ExecSlot::break_off(std::string why, std::chrono::milliseconds patience) {
    if (!run_->fault.empty())
        return;
    run_->fault = std::move(why);
    run_->output = {};
    run_->child.stop(patience);
}

void ExecSlot::abandon(std::uint64_t tag) {
    if (!run_ || run_->work.tag != tag)
        return;
    run_->abandoned = true;
    run_->work.message = nullptr;
    break_off("abandoned", close_grace);
}

void ExecSlot::close() {
    if (run_)
        break_off("the service stops", close_grace);
}

void ExecSlot::on_exit(Ending ending) {
    late_timer_.cancel();
    run_->out.drain();
    run_->err.finish();
    run_->ending = ending;
    finish_timer_.schedule(0us);
}

void ExecSlot::finish() {
    const std::unique_ptr<Run> run = std::move(run_);
    if (!run->abandoned)
        settle(*run);
    pool_.serve();
}

void ExecSlot::settle(Run& run) {
    const std::string words{run.err.last_words()};
    const std::string name = surroundings_.settings.program.name();
    const Ending ending = *run.ending;
    const Message& message = *run.work.message;
    if (!run.fault.empty() || ending.by_signal()) {
        std::string why = name + ": " + (run.fault.empty() ? ending.text() : run.fault);
        fail(run.work, words.empty() ? why : why + "\n" + words);
        return;
    }
    const bool success = ending.exit_status() == 0;
    if (message.kind != Kind::command) {
        if (!success)
            fail(run.work, name + ": " + ending.text() + (words.empty() ? "" : "\n" + words));
        else if (run.work.tag != 0)
            surroundings_.settlement.succeed(run.work.tag, {});
        return;
    }
    std::vector<Message> effects;
    if (!message.reply_to.empty())
        effects.push_back(service::result_of(message,
                                             success ? Outcome::ok(json_of(run.output))
                                                     : Outcome::error(ending.text(), words),
                                             surroundings_.service));
    surroundings_.settlement.succeed(run.work.tag, std::move(effects));
}

void ExecSlot::fail(const Work& work, const std::string& why) {
    if (work.tag != 0)
        surroundings_.settlement.fail(work.tag, why);
    else
        surroundings_.journal.warn("configuration " + work.message->routing_key + ": " + why);
}

} // namespace attach_service
