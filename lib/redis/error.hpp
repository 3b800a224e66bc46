#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace redis {

/// What an error reply asks of the one who gets it. The reply's first word decides.
enum class Remedy {
    none,      // repeating would fail again
    wait,      // the server cannot now, but may soon: LOADING, BUSY, OOM, MISCONF …
    reconnect, // another connection may reach a better server: READONLY
};

/// An error reply of the server. Kinds: no_permission for NOAUTH, WRONGPASS, NOPERM; unavailable
/// for MOVED, ASK and CROSSSLOT, which only a cluster gives; temporary where waiting may help; no
/// for all else. The text is cut to 300 characters with control characters shown.
class ReplyError : public base::Error {
public:
    ReplyError(std::string subject, std::string_view reply);

    /// The first word, e.g. "WRONGTYPE".
    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] Remedy remedy() const noexcept { return remedy_; }

private:
    std::string code_;
    Remedy remedy_;
};

/// True when `error` may go away by itself: a lost or refused connection, silence, or a reply
/// whose remedy is not `none`.
bool is_transient(const base::Error& error) noexcept;

} // namespace redis
