#include "runtime/service_log.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/printable.hpp"
#include "runtime/waiting.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <utility>

namespace runtime {

namespace fs = std::filesystem;

using base::UniqueFd;

namespace {

constexpr std::size_t time_size = 24; // of RFC 3339 with milliseconds and Z
constexpr std::size_t text_start = time_size + 3;

UniqueFd open_to_read(const fs::path& path) {
    return UniqueFd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
}

bool is_same_file(int fd, const fs::path& path) {
    struct stat ours {};
    struct stat theirs {};
    return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &theirs) == 0 &&
           ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
}

/// Lines as they come; remembers the start of one whose end has not been written yet.
class Lines {
public:
    /// Gives what is there to `on_line`; false when that wants no more.
    template <class OnLine> bool read(int fd, OnLine on_line) {
        std::array<char, 65536> chunk;
        for (ssize_t size = 0; (size = ::read(fd, chunk.data(), chunk.size())) > 0;) {
            buffer_.append(chunk.data(), static_cast<std::size_t>(size));
            std::size_t start = 0;
            for (std::size_t end = 0; (end = buffer_.find('\n', start)) != buffer_.npos;
                 start = end + 1)
                if (!on_line(std::string_view(buffer_).substr(start, end - start)))
                    return false;
            buffer_.erase(0, start);
        }
        return true;
    }

private:
    std::string buffer_;
};

/// Passes records to the sink: those since a time, and of what was there before it is asked to
/// go on, the last ones only.
class Selection {
public:
    Selection(const LogOptions& options, const LogSink& sink)
        : sink_(sink), since_(options.since_ms ? base::rfc3339(*options.since_ms) : ""),
          last_(options.last_lines) {}

    bool take(std::string_view record) {
        if (record.size() < text_start || record.substr(0, time_size) < since_)
            return true;
        if (!last_)
            return pass(record);
        kept_.emplace_back(record);
        if (kept_.size() > *last_)
            kept_.pop_front();
        return true;
    }

    bool pass_kept() {
        last_.reset();
        for (const std::string& record : std::exchange(kept_, {}))
            if (!pass(record))
                return false;
        return true;
    }

private:
    bool pass(std::string_view record) {
        std::int64_t time = 0;
        try {
            time = base::parse_time(record.substr(0, time_size), 0);
        } catch (const base::Error&) {
            return true; // a torn write of a machine that went down
        }
        return sink_(record.substr(text_start), record[time_size + 1] == 'e', time);
    }

    const LogSink& sink_;
    std::string since_; // compared as text: the form has one width
    std::optional<std::size_t> last_;
    std::deque<std::string> kept_;
};

/// The reading of one log: what is there, then what comes.
class Reading {
public:
    Reading(const RunFolder& run, const LogOptions& options, const LogSink& sink)
        : run_(run), path_(run.path() / "log"), selection_(options, sink) {
        if (!options.follow)
            return;
        changes_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
        // The end of a killed supervisor shows as the closing of its files.
        if (changes_ && ::inotify_add_watch(changes_.get(), run.path().c_str(),
                                            IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE |
                                                IN_DELETE_SELF) < 0)
            changes_.reset();
    }

    /// False when the sink wants no more, as in the following ones.
    bool read_what_is_there() {
        if (const UniqueFd older = open_to_read(run_.path() / "log.1"); older && !take(older))
            return false;
        file_ = open_to_read(path_);
        return take(file_) && selection_.pass_kept();
    }

    bool read_more() {
        if (!take(file_))
            return false;
        if (file_ && is_same_file(file_.get(), path_))
            return true;
        UniqueFd next = open_to_read(path_);
        // Between the last look and the change of files more may have been written to the old one.
        if (!take(file_))
            return false;
        file_ = std::move(next);
        return take(file_);
    }

    void wait_for_change(const Wait& wait) const {
        check(wait, run_.service(), "following its log");
        pollfd events[] = {{changes_.get(), POLLIN, 0}, {wait.stop_fd, POLLIN, 0}};
        const int left = wait.deadline.poll_timeout();
        // Where there are too many watches already (inotify(7)), it is looked at now and then.
        ::poll(events, 2, changes_ || (left >= 0 && left < 200) ? left : 200);
        std::array<char, 4096> drained;
        while (::read(changes_.get(), drained.data(), drained.size()) > 0) {
        }
    }

private:
    bool take(const UniqueFd& file) {
        return !file || lines_.read(file.get(), [this](std::string_view record) {
            return selection_.take(record);
        });
    }

    const RunFolder& run_;
    fs::path path_;
    Selection selection_;
    Lines lines_;
    UniqueFd changes_;
    UniqueFd file_;
};

} // namespace

ServiceLog::ServiceLog(fs::path folder, std::uint64_t most_bytes)
    : folder_(std::move(folder)), most_bytes_(most_bytes) {
    open();
    if (!file_)
        throw base::Error(base::ErrorKind::cannot_create, base::quoted((folder_ / "log").string()),
                          base::errno_text(errno));
}

void ServiceLog::open() {
    file_.reset(::open((folder_ / "log").c_str(),
                       O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    struct stat info {};
    size_ =
        file_ && ::fstat(file_.get(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

void ServiceLog::add(std::string_view line, bool err) {
    text_.clear();
    base::append_rfc3339(text_, base::unix_ms());
    text_ += err ? " e " : " o ";
    text_ += line.substr(0, longest_log_line);
    text_ += '\n';
    if (size_ + text_.size() > most_bytes_) {
        ::rename((folder_ / "log").c_str(), (folder_ / "log.1").c_str());
        open();
    }
    if (const auto written = ::write(file_.get(), text_.data(), text_.size()); written > 0)
        size_ += static_cast<std::uint64_t>(written);
}

void read_service_log(const RunFolder& run, const LogOptions& options, const LogSink& sink,
                      const Wait& wait) {
    Reading reading{run, options, sink};
    if (!reading.read_what_is_there())
        return;
    while (options.follow) {
        const bool ended = !run.alive(); // before the look: what it wrote last is seen by it
        if (!reading.read_more() || ended)
            return;
        reading.wait_for_change(wait);
    }
}

} // namespace runtime
