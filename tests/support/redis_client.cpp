#include "support/redis_client.hpp"

#include "support/redis_server.hpp"

#include <hiredis/hiredis.h>

#include <stdexcept>

namespace support {

namespace {

Answer answer_of(const redisReply& reply) {
    Answer answer;
    answer.error = reply.type == REDIS_REPLY_ERROR;
    answer.nil = reply.type == REDIS_REPLY_NIL;
    if (reply.type == REDIS_REPLY_INTEGER) {
        answer.integer = reply.integer;
        answer.text = std::to_string(reply.integer);
    } else if (reply.str != nullptr) {
        answer.text.assign(reply.str, reply.len);
    }
    for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i < reply.elements; ++i)
        answer.elements.push_back(answer_of(*reply.element[i]));
    return answer;
}

} // namespace

const Answer& Answer::operator[](const std::string& key) const {
    for (std::size_t i = 0; i + 1 < elements.size(); i += 2)
        if (elements[i].text == key)
            return elements[i + 1];
    throw std::out_of_range("no \"" + key + "\" in the reply");
}

std::vector<std::string> Answer::texts() const {
    std::vector<std::string> result;
    for (const Answer& element : elements)
        result.push_back(element.text);
    return result;
}

Redis::Redis(const std::string& socket_path)
    : context_(redisConnectUnixWithTimeout(socket_path.c_str(), timeval{10, 0}), redisFree) {
    if (!context_ || context_->err != 0)
        throw std::runtime_error(socket_path + ": " + (context_ ? context_->errstr : "no memory"));
    redisSetTimeout(context_.get(), timeval{20, 0});
}

Redis::Redis(const RedisServer& server) : Redis(server.socket_path()) {}

Answer Redis::ask(const std::vector<std::string>& arguments) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const std::string& argument : arguments) {
        texts.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    const std::unique_ptr<void, void (*)(void*)> reply{
        redisCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(),
                         lengths.data()),
        freeReplyObject};
    if (!reply)
        throw std::runtime_error(arguments[0] + ": " + context_->errstr);
    return answer_of(*static_cast<const redisReply*>(reply.get()));
}

std::string Redis::next_message() {
    while (true) {
        void* raw = nullptr;
        if (redisGetReply(context_.get(), &raw) != REDIS_OK)
            throw std::runtime_error(std::string("no message: ") + context_->errstr);
        const std::unique_ptr<void, void (*)(void*)> reply{raw, freeReplyObject};
        const Answer answer = answer_of(*static_cast<const redisReply*>(raw));
        if (answer.size() == 3 && answer[0].text == "message")
            return answer[2].text;
    }
}

Answer Redis::command(const std::vector<std::string>& arguments) {
    Answer answer = ask(arguments);
    if (answer.error)
        throw std::runtime_error(arguments[0] + ": " + answer.text);
    return answer;
}

} // namespace support
