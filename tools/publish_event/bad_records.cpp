#include "tools/publish_event/bad_records.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <cerrno>
#include <fcntl.h>
#include <utility>

namespace publish_event {

using base::Error;
using base::ErrorKind;

BadRecords::BadRecords(std::string path)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
    if (!file_)
        throw Error(ErrorKind::cannot_create, "--skip-bad " + base::quoted(path_),
                    base::errno_text(errno));
}

void BadRecords::append(const tools::Record& record) {
    if (record.part != tools::Record::Part::rest && std::exchange(in_line_, true))
        pending_ += '\n';
    pending_ += record.bytes;
    if (pending_.size() > 64 * 1024) {
        const bool in_line = std::exchange(in_line_, false);
        flush();
        in_line_ = in_line;
    }
}

void BadRecords::flush() {
    if (std::exchange(in_line_, false))
        pending_ += '\n';
    std::string_view left = pending_;
    while (!left.empty()) {
        const ssize_t count = ::write(file_.get(), left.data(), left.size());
        if (count < 0 && errno != EINTR)
            throw Error(ErrorKind::io, "--skip-bad " + base::quoted(path_),
                        base::errno_text(errno));
        left.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    pending_.clear();
}

} // namespace publish_event
