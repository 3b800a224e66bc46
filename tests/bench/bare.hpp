#pragma once

#include "support/redis_server.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

inline double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// A bare connection.
class Bare {
public:
    explicit Bare(const support::RedisServer& server)
        : context_(redisConnectUnix(server.socket_path().c_str()), redisFree) {}

    using Reply = std::unique_ptr<redisReply, void (*)(void*)>;

    void append(const std::vector<std::string>& words) {
        std::vector<const char*> texts;
        std::vector<std::size_t> lengths;
        for (const std::string& word : words) {
            texts.push_back(word.data());
            lengths.push_back(word.size());
        }
        redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(),
                               lengths.data());
    }
    Reply next() {
        void* reply = nullptr;
        if (redisGetReply(context_.get(), &reply) != REDIS_OK)
            std::abort();
        return {static_cast<redisReply*>(reply), freeReplyObject};
    }
    Reply call(const std::vector<std::string>& words) {
        append(words);
        return next();
    }

private:
    std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
};

/// An order of some 180 bytes.
inline std::string body() {
    return R"({"order_id":"A-100042","customer":{"id":42,"name":"Zoe Miller"},"items":[{"sku":"X-1",)"
           R"("qty":2,"price":19.99}],"total":39.98,"currency":"EUR","paid":true,"note":null})";
}

} // namespace bench
