#include "tools/monitor/save.hpp"

#include "base/error.hpp"
#include "base/id.hpp"
#include "codec/json_to_cbor.hpp"
#include "codec/parse_error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace monitor {

using base::Error;
using base::ErrorKind;
using message::Kind;
using message::Message;

namespace {

constexpr std::size_t longest_part = 90;
constexpr std::size_t most_counters = 10'000;

std::string safe_part(std::string_view text) {
    std::string part{text.substr(0, longest_part)};
    std::ranges::replace_if(
        part,
        [](unsigned char c) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return !letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-';
        },
        '_');
    return part;
}

struct Content {
    std::string bytes;
    const char* extension;
};

/// The payload in the form that was asked for; what does not parse stays as it is.
Content content_of(const Message& message, bool json) {
    try {
        if (json)
            return {message.is_cbor() || message.body.empty() ? body_as_json(message)
                                                              : message.body,
                    ".json"};
        if (!message.is_cbor() || message.body.empty())
            return {codec::json_to_cbor(message.body.empty() ? "null" : message.body), ".cbor"};
    } catch (const codec::ParseError&) {
        return {message.body, message.is_cbor() ? ".cbor" : ".json"};
    }
    return {message.body, ".cbor"};
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR)
            return false;
        bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    return true;
}

/// Gives a file its name only if nobody has it yet; false when it is taken.
bool rename_new(int folder, const std::string& from, const std::string& to) {
    if (::renameat2(folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    // A file system without that flag: a second name, then the first one goes.
    if (::linkat(folder, from.c_str(), folder, to.c_str(), 0) != 0)
        return false;
    ::unlinkat(folder, from.c_str(), 0);
    return true;
}

} // namespace

std::string file_stem(const Message& message) {
    std::string stem = safe_part(message.routing_key);
    if (message.kind == Kind::result)
        stem += "-result";
    stem += '.';
    stem += safe_part(message.conversation_id);
    if (stem.front() == '.' || stem.front() == '-')
        stem.front() = '_';
    return stem;
}

SaveView::SaveView(cli::Invocation& in, const std::string& folder, bool json, bool tell_on_output,
                   std::unique_ptr<tools::FollowView> view)
    : in_(in), folder_(folder),
      folder_fd_(::open(folder.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC)), json_(json),
      tell_on_output_(tell_on_output), view_(std::move(view)) {
    if (folder_fd_.get() < 0)
        throw Error(ErrorKind::cannot_create, "--save-dir \"" + folder + "\"",
                    base::errno_text(errno));
}

void SaveView::show(const Message& message) {
    view_->show(message);
    const std::string text = "Payload saved as " + save(message);
    if (tell_on_output_)
        in_.out().line("  " + text);
    else
        in_.notice().detail(text);
}

std::string SaveView::save(const Message& message) {
    const Content content = content_of(message, json_);
    const std::string stem = file_stem(message);
    const auto fail = [&](const std::string& name) {
        throw Error(ErrorKind::io, "cannot save " + folder_ + "/" + name, base::errno_text(errno));
    };
    const std::string temporary = ".monitor-" + base::random_id();
    const base::UniqueFd fd{::openat(folder_fd_.get(), temporary.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)};
    if (fd.get() < 0)
        fail(stem + content.extension);
    if (!write_all(fd.get(), content.bytes)) {
        const int why = errno;
        ::unlinkat(folder_fd_.get(), temporary.c_str(), 0);
        errno = why;
        fail(stem + content.extension);
    }
    const std::string name = place(temporary, stem, content.extension);
    if (name.empty()) {
        const int why = errno;
        ::unlinkat(folder_fd_.get(), temporary.c_str(), 0);
        errno = why;
        fail(stem + content.extension);
    }
    return name;
}

/// Gives the file the first free name; empty, with errno set, when that fails.
std::string SaveView::place(const std::string& temporary, const std::string& stem,
                            const std::string& extension) {
    if (next_counter_.size() >= most_counters)
        next_counter_.clear();
    std::uint64_t& counter = next_counter_[stem];
    for (;; ++counter) {
        const std::string name =
            stem + (counter < 1 ? "" : "." + std::to_string(counter + 1)) + extension;
        if (rename_new(folder_fd_.get(), temporary, name)) {
            ++counter;
            return name;
        }
        if (errno != EEXIST)
            return {};
    }
}

} // namespace monitor
