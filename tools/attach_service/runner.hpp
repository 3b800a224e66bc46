#pragma once

#include "message/message.hpp"
#include "service/instance.hpp"

#include <cstdint>

namespace attach_service {

/// Has messages handled by programs, in one of two ways: by some that stay up (StreamPool), or by
/// one started for each (ExecPool). Ends each job with the settlement's succeed or fail.
class Runner {
public:
    virtual ~Runner() = default;

    /// Starts what stands ready before the first message. Throws when that cannot be.
    virtual void open() = 0;
    virtual void start(const service::Job& job) = 0;
    virtual void abandon(std::uint64_t tag) = 0;
    virtual void configure(const message::Message& configuration) = 0;

    /// Ends the programs, in an orderly way first; stops the loop when the last one has gone.
    virtual void close() = 0;
    [[nodiscard]] virtual bool closed() const = 0;
};

} // namespace attach_service
