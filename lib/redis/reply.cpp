#include "redis/reply.hpp"

#include <charconv>

namespace redis {

namespace {
const Reply nil_reply;
}

const Reply& Reply::at(std::size_t index) const {
    return index < elements.size() ? elements[index] : nil_reply;
}

const Reply& Reply::value_of(std::string_view key) const {
    for (std::size_t i = 0; i + 1 < elements.size(); i += 2)
        if (elements[i].text == key)
            return elements[i + 1];
    return nil_reply;
}

long long Reply::as_integer() const {
    if (type == Type::integer)
        return integer;
    long long value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace redis
