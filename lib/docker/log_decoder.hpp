#pragma once

#include "base/line_splitter.hpp"
#include "docker/client.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace docker {

/// Makes lines of a container's log that was asked for with timestamps. With a terminal a log is
/// plain text; without one it comes in frames: a byte for the stream (1 output, 2 errors), three of
/// zero, four for the size (big endian), and that many of text (Engine API 1.41, ContainerAttach).
/// A frame is a message with its time before it; a long line is several of them.
class LogDecoder {
public:
    explicit LogDecoder(LogSink sink);

    /// False once the sink has had enough. Throws Error(protocol) for what is no such stream.
    bool feed(std::string_view bytes);
    /// The log has ended: what came after the last newline is a line, too.
    void finish();

private:
    enum class Framing : std::uint8_t { unknown, frames, plain };

    class Channel {
    public:
        Channel(const LogSink& sink, bool err, bool& enough);
        /// Text as it came; `first`: a message begins here.
        void text(std::string_view text, bool first);
        void finish();

    private:
        bool take_time(std::string_view& text);
        void give_back();
        void feed(std::string_view text);
        void line(std::string_view line);

        const LogSink& sink_;
        bool& enough_;
        bool err_;
        bool in_time_ = false; // the time before the text is not read to its end
        bool in_line_ = false; // the line began in an earlier message
        std::string time_text_;
        std::int64_t time_ms_ = 0; // of the line that is being put together
        base::LineSplitter lines_;
    };

    void plain(std::string_view bytes);
    std::string_view header(std::string_view bytes);

    LogSink sink_;
    bool enough_ = false;
    Channel out_;
    Channel err_;
    Channel* current_ = nullptr;
    bool first_piece_ = false;
    Framing framing_ = Framing::unknown;
    std::string header_;
    std::uint32_t left_ = 0; // of the frame
};

} // namespace docker
