#include "base/clock.hpp"
#include "base/printable.hpp"
#include "cli/progress.hpp"
#include "client/client.hpp"
#include "codec/json_writer.hpp"
#include "codec/parse_error.hpp"
#include "tools/publish_event/bad_records.hpp"
#include "tools/publish_event/event_maker.hpp"
#include "tools/publish_event/pace.hpp"
#include "tools/publish_event/publish.hpp"
#include "tools/publish_event/tally.hpp"
#include "tools/record_reader.hpp"

#include <sys/stat.h>

namespace publish_event {

using namespace std::chrono_literals;
using base::Error;
using base::ErrorKind;

namespace {

/// How often, in records, the clock is looked at and statistics may be asked for.
constexpr std::uint64_t records_a_look = 64;

std::uint64_t file_size(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)
               ? static_cast<std::uint64_t>(status.st_size)
               : 0;
}

/// Faults of the input, not of the bus: what was read before them is still published.
bool is_of_input(const Error& error) {
    return error.kind() == ErrorKind::data || error.kind() == ErrorKind::no_input ||
           error.kind() == ErrorKind::io;
}

class Stream {
public:
    Stream(cli::Invocation& in, const std::optional<std::string>& event,
           const std::optional<std::string>& path)
        : in_(in), input_(tools::open_input(path)),
          reader_(input_, reads_lines(in) ? tools::Framing::lines : tools::Framing::cbor_seq,
                  *in.size("max-size")),
          maker_(in, event, reads_lines(in) ? tools::Encoding::json : tools::Encoding::cbor),
          event_(event), skip_(static_cast<std::uint64_t>(in.integer("skip").value_or(0))),
          tally_(skip_), pace_(in.integer("rate")), waiting_(in), progress_(in.notice(), "events"),
          size_(file_size(input_.fd)) {
        if (const auto file = in.text("skip-bad"))
            bad_.emplace(*file);
        open_bus();
    }

    void run() {
        try {
            pump();
            settle();
        } catch (const Error& error) {
            fail(error);
        }
        progress_.erase();
        report();
        in_.notice().say("published " + events_text(publisher_->confirmed()));
        if (tally_.bad() > 0)
            throw Error(ErrorKind::no, input_.name,
                        std::to_string(tally_.bad()) + " malformed lines were left out",
                        "they are in " + bad_->path() + "; " +
                            events_text(publisher_->confirmed()) + " published");
    }

private:
    void open_bus() {
        const auto patience = client::patience_of(in_, 60s);
        bus_ = client::open_bus_to_write(in_, patience);
        waiting_.on_attempt = [this] { answer_statistics(); };
        bus::PublisherOptions options;
        options.retry_for = patience;
        options.mandatory = in_.flag("mandatory");
        options.stop_fd = stop_.fd();
        options.observer = &waiting_;
        publisher_ = bus_->publisher(options);
    }

    void pump() {
        tools::Record record;
        while (true) {
            check_stop();
            switch (reader_.next(record)) {
            case tools::RecordReader::Next::record:
                take(record);
                break;
            case tools::RecordReader::Next::pause:
                settle();
                look();
                reader_.wait(stop_.fd());
                break;
            case tools::RecordReader::Next::end:
                return;
            }
            if (record.number % records_a_look == 0)
                look();
        }
    }

    void take(const tools::Record& record) {
        if (record.number <= skip_)
            return;
        if (record.part == tools::Record::Part::rest) {
            bad_->append(record);
            return;
        }
        try {
            if (record.part == tools::Record::Part::too_long)
                throw Error(ErrorKind::data, "", "the line is longer than --max-size allows");
            const message::Message& event = maker_.make(record.bytes, record.number);
            wait_for_turn();
            publisher_->publish(event);
            tally_.publish();
        } catch (const codec::ParseError& error) {
            refuse(record, error.in(base::printable(input_.name), record.line, record.offset));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::data)
                throw;
            refuse(record, at_record(record, error));
        }
    }

    /// A fault of the record as a whole: too long, or without a usable name.
    [[nodiscard]] Error at_record(const tools::Record& record, const Error& error) const {
        const std::string place = record.line == 0 ? "byte " + std::to_string(record.offset)
                                                   : std::to_string(record.line) + ":1";
        const std::string subject = error.subject().empty() ? "" : error.subject() + ": ";
        return {ErrorKind::data, base::printable(input_.name) + ":" + place, subject + error.why(),
                error.hint()};
    }

    void refuse(const tools::Record& record, const Error& error) {
        if (!bad_)
            throw error; // NOLINT: made for this
        bad_->append(record);
        tally_.pass_over_bad();
        in_.notice().detail(std::string{"left out: "} + error.what());
    }

    void wait_for_turn() {
        if (pace_.is_early()) {
            publisher_->flush();
            while (pace_.wait(stop_.fd())) {
                check_stop();
                look();
            }
        }
        pace_.next();
    }

    void check_stop() const {
        if (stop_.requested() != 0)
            throw Error(ErrorKind::interrupted, input_.name, "interrupted");
    }

    void look() {
        if (stop_.statistics_wanted())
            tell_statistics();
        if (size_ > 0 && reader_.consumed() > 0)
            progress_.expect(tally_.published() * size_ / reader_.consumed());
        progress_.update(publisher_->confirmed());
    }

    void answer_statistics() {
        if (stop_.statistics_wanted())
            tell_statistics();
    }

    void tell_statistics() {
        const std::chrono::duration<double> seconds = base::SteadyClock::now() - start_;
        const auto confirmed = publisher_->confirmed();
        in_.notice().warn(
            events_text(confirmed) + " published, " + std::to_string(publisher_->unconfirmed()) +
            " on their way, " +
            std::to_string(static_cast<std::uint64_t>(double(confirmed) / seconds.count())) + "/s");
    }

    void settle() {
        publisher_->flush();
        if (bad_)
            bad_->flush();
    }

    [[noreturn]] void fail(const Error& error) {
        progress_.erase();
        if (error.kind() == ErrorKind::interrupted) {
            publisher_->finish(1s);
            end_with(client::stopped_by(stop_, input_.name, "interrupted"));
        }
        if (is_of_input(error)) {
            try {
                publisher_->flush();
            } catch (const Error& worse) {
                end_with(worse);
            }
        }
        end_with(error);
    }

    /// Throws the error, and says how far the stream got and how to go on.
    [[noreturn]] void end_with(const Error& error) {
        report();
        const std::uint64_t confirmed = publisher_->confirmed();
        std::string hint = error.hint().empty() ? "" : error.hint() + "; ";
        hint += events_text(confirmed) + (confirmed == 1 ? " is" : " are") + " published";
        if (publisher_->unconfirmed() > 0)
            hint += ", " + std::to_string(publisher_->unconfirmed()) + " more may be";
        hint += error.kind() == ErrorKind::data ? "; after mending go on with --skip "
                                                : "; go on with --skip ";
        hint += std::to_string(tally_.resume_at(confirmed));
        throw Error(error.kind(), error.subject(), error.why(), hint);
    }

    void report() {
        if (bad_)
            bad_->flush();
        if (in_.format() != cli::Format::json)
            return;
        const std::uint64_t confirmed = publisher_->confirmed();
        std::string text;
        codec::JsonWriter json{text};
        json.begin_object();
        if (event_)
            json.member("event", *event_);
        json.member("conversation_id", maker_.run());
        json.member("count", confirmed);
        json.member("unconfirmed", publisher_->unconfirmed());
        json.member("bad", tally_.bad());
        json.member("skip", tally_.resume_at(confirmed));
        json.end_object();
        in_.out().line(text);
    }

    cli::Invocation& in_;
    tools::Input input_;
    tools::RecordReader reader_;
    EventMaker maker_;
    std::optional<std::string> event_;
    std::uint64_t skip_;
    Tally tally_;
    Pace pace_;
    std::optional<BadRecords> bad_;
    base::StopSignal stop_;
    client::WaitNotice waiting_;
    cli::Progress progress_;
    std::uint64_t size_; // of a regular file, else 0
    base::SteadyClock::time_point start_ = base::SteadyClock::now();
    std::unique_ptr<bus::Bus> bus_;
    std::unique_ptr<bus::Publisher> publisher_;
};

} // namespace

void publish_stream(cli::Invocation& in, const std::optional<std::string>& event,
                    const std::optional<std::string>& path) {
    Stream{in, event, path}.run();
}

} // namespace publish_event
