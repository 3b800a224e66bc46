#include "redis/reply_reader.hpp"

#include "base/error.hpp"
#include "base/printable.hpp"

#include <hiredis/read.h>

#include <algorithm>
#include <charconv>

namespace redis {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t most_string_bytes = 64U << 20;
constexpr std::size_t most_reply_bytes = 512U << 20;
constexpr std::size_t most_values = 400'000;

[[noreturn]] void throw_protocol(std::string why) {
    throw Error(ErrorKind::protocol, "the server's answer", std::move(why),
                "is that a Redis server?");
}

Reply::Type type_of(int hiredis_type) {
    switch (hiredis_type) {
    case REDIS_REPLY_STRING:
        return Reply::Type::string;
    case REDIS_REPLY_ARRAY:
        return Reply::Type::array;
    case REDIS_REPLY_INTEGER:
        return Reply::Type::integer;
    case REDIS_REPLY_STATUS:
        return Reply::Type::status;
    case REDIS_REPLY_ERROR:
        return Reply::Type::error;
    default:
        return Reply::Type::nil;
    }
}

} // namespace

/// hiredis calls back for every value; the task's privdata (handed down from the reader's) leads
/// here. A callback that returns null stops the reader with an out-of-memory error, which is how
/// the bound on values is enforced.
struct ReplyReader::Impl {
    redisReader* reader = nullptr;
    std::size_t values = 0;
    std::size_t unread_bytes = 0; // fed since the last whole reply
    Reply root;
    ReplySummary summary;

    static Impl& of(const redisReadTask* task) { return *static_cast<Impl*>(task->privdata); }

    // The address of a value stays valid while its own children are read: its siblings come later.
    Reply* place(const redisReadTask* task) {
        if (++values > most_values)
            return nullptr;
        if (task->parent == nullptr) {
            root = Reply{};
            return &root;
        }
        return &static_cast<Reply*>(task->parent->obj)->elements.emplace_back();
    }

    static void* create_string(const redisReadTask* task, char* text, std::size_t length) {
        Reply* reply = of(task).place(task);
        if (reply != nullptr) {
            reply->type = type_of(task->type);
            reply->text.assign(text, length);
        }
        return reply;
    }
    static void* create_array(const redisReadTask* task, int elements) {
        Reply* reply = of(task).place(task);
        if (reply != nullptr) {
            reply->type = Reply::Type::array;
            // The declared size is the peer's claim; only a small one is believed in advance.
            reply->elements.reserve(static_cast<std::size_t>(std::clamp(elements, 0, 1000)));
        }
        return reply;
    }
    static void* create_integer(const redisReadTask* task, long long value) {
        Reply* reply = of(task).place(task);
        if (reply != nullptr) {
            reply->type = Reply::Type::integer;
            reply->integer = value;
        }
        return reply;
    }
    static void* create_nil(const redisReadTask* task) { return of(task).place(task); }
    static void free_nothing(void*) {}

    void* count(const redisReadTask* task) {
        if (++values > most_values)
            return nullptr;
        if (task->parent == nullptr)
            summary = ReplySummary{.type = type_of(task->type), .elements = 0, .error = {}};
        return &summary;
    }
    /// Which element of the outermost array a value is in, or is.
    static std::size_t outer_index(const redisReadTask* task) {
        while (task->parent != nullptr && task->parent->parent != nullptr)
            task = task->parent;
        return static_cast<std::size_t>(task->parent != nullptr ? task->idx : 0);
    }
    static void* count_string(const redisReadTask* task, char* text, std::size_t length) {
        Impl& self = of(task);
        void* counted = self.count(task);
        if (task->type == REDIS_REPLY_ERROR && self.summary.error.empty()) {
            self.summary.error.assign(text, length < 1024 ? length : 1024);
            self.summary.error_at = outer_index(task);
        }
        return counted;
    }
    static void* count_array(const redisReadTask* task, int elements) {
        Impl& self = of(task);
        void* counted = self.count(task);
        if (task->parent == nullptr)
            self.summary.elements = static_cast<std::size_t>(elements < 0 ? 0 : elements);
        return counted;
    }
    static void* count_integer(const redisReadTask* task, long long) {
        return of(task).count(task);
    }
    static void* count_nil(const redisReadTask* task) {
        void* counted = of(task).count(task);
        if (task->parent == nullptr)
            of(task).summary.type = Reply::Type::nil;
        return counted;
    }

    static redisReplyObjectFunctions building;
    static redisReplyObjectFunctions counting;

    /// A bulk string's length is checked as soon as it is announced, before its bytes are awaited.
    void check_announced_length() const {
        if (unread_bytes > most_reply_bytes)
            throw_protocol("a reply of more than 512 MiB");
        if (reader->ridx < 0 || reader->rstack[reader->ridx].type != REDIS_REPLY_STRING)
            return;
        const char* at = reader->buf + reader->pos;
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(at, reader->buf + reader->len, length);
        if (error == std::errc::result_out_of_range || length > most_string_bytes)
            throw_protocol("a string of more than 64 MiB");
    }

    bool read(redisReplyObjectFunctions& functions) {
        reader->fn = &functions;
        void* done = nullptr;
        if (redisReaderGetReply(reader, &done) != REDIS_OK) {
            if (values > most_values)
                throw_protocol("a reply of more than 400,000 values");
            throw_protocol(base::printable_start(reader->errstr, 300));
        }
        if (done == nullptr) {
            check_announced_length();
            return false;
        }
        values = 0;
        unread_bytes = reader->len - reader->pos;
        return true;
    }
};

redisReplyObjectFunctions ReplyReader::Impl::building{create_string, create_array, create_integer,
                                                      create_nil, free_nothing};
redisReplyObjectFunctions ReplyReader::Impl::counting{count_string, count_array, count_integer,
                                                      count_nil, free_nothing};

ReplyReader::ReplyReader() : impl_(std::make_unique<Impl>()) {
    impl_->reader = redisReaderCreateWithFunctions(&Impl::building);
    if (impl_->reader == nullptr)
        throw std::bad_alloc();
    impl_->reader->privdata = impl_.get();
    impl_->reader->maxbuf = 0; // keep the buffer: it is used again at once
}

ReplyReader::~ReplyReader() {
    if (impl_)
        redisReaderFree(impl_->reader);
}

ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;

ReplyReader& ReplyReader::operator=(ReplyReader&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

void ReplyReader::feed(std::string_view bytes) {
    impl_->unread_bytes += bytes.size();
    if (redisReaderFeed(impl_->reader, bytes.data(), bytes.size()) != REDIS_OK)
        throw_protocol(base::printable_start(impl_->reader->errstr, 300));
}

std::optional<Reply> ReplyReader::next() {
    if (!impl_->read(Impl::building))
        return std::nullopt;
    return std::move(impl_->root);
}

bool ReplyReader::next_summary(ReplySummary& summary) {
    if (!impl_->read(Impl::counting))
        return false;
    summary = std::move(impl_->summary);
    return true;
}

} // namespace redis
