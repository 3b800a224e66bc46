#pragma once

#include "base/line_splitter.hpp"
#include "tools/attach_service/pipe_reader.hpp"

#include <string>
#include <string_view>

namespace attach_service {

class Journal;

/// Hands a program's standard error to the journal, line by line, and remembers its last words.
class StderrRelay {
public:
    StderrRelay(loop::EventLoop& loop, base::UniqueFd fd, Journal& journal);

    /// The conversation that lines belong to from now on; may be empty.
    void set_conversation(std::string_view id) { conversation_id_ = id; }

    /// Reads what is there, the last unfinished line included. For a program that has ended.
    void finish();

    /// The last lines, a few KiB at most, without the final newline.
    [[nodiscard]] std::string_view last_words() const noexcept;

private:
    void on_line(std::string_view line, bool cut);

    Journal& journal_;
    std::string conversation_id_;
    std::string last_words_;
    base::LineSplitter lines_;
    PipeReader reader_;
};

} // namespace attach_service
