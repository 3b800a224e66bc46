#pragma once

#include <memory>
#include <string>
#include <vector>

struct redisContext;

namespace support {

class RedisServer;

/// A reply as a tree; integers have their text, too.
struct Answer {
    bool error = false;
    bool nil = false;
    std::string text; // of a string, status, error, or integer
    long long integer = 0;
    std::vector<Answer> elements;

    [[nodiscard]] std::size_t size() const { return elements.size(); }
    /// Throws std::out_of_range.
    [[nodiscard]] const Answer& operator[](std::size_t index) const { return elements.at(index); }
    /// In a flat array of keys and values: the value behind `key`. Throws std::out_of_range.
    [[nodiscard]] const Answer& operator[](const std::string& key) const;
    /// The texts of an array's elements.
    [[nodiscard]] std::vector<std::string> texts() const;
};

/// A blocking client for looking into a server from a test, independent of the code under test.
class Redis {
public:
    /// Throws std::runtime_error when nobody listens there.
    explicit Redis(const std::string& socket_path);
    explicit Redis(const RedisServer& server);

    /// Throws std::runtime_error for an error reply, too.
    Answer command(const std::vector<std::string>& arguments);
    /// Gives error replies as they are.
    Answer ask(const std::vector<std::string>& arguments);

    /// Waits for a message to the channels that were subscribed to by a command, and gives its
    /// text. Throws std::runtime_error when none comes for 20 s.
    std::string next_message();

private:
    std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
};

} // namespace support
