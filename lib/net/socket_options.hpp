#pragma once

namespace net {

/// Makes a TCP socket send at once (no Nagle), probe an idle peer after 15 s, and give up on one
/// that acknowledges nothing for 30 s. Sockets accepted from a listening one inherit it.
void tune_tcp(int fd) noexcept;

} // namespace net
