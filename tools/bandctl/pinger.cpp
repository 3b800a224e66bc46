#include "tools/bandctl/pinger.hpp"

#include "base/backoff.hpp"
#include "base/error.hpp"
#include "base/id.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>

namespace bandctl {

namespace {

using namespace std::chrono_literals;
using base::Deadline;
using base::Error;
using base::ErrorKind;

base::UniqueFd make_event() {
    base::UniqueFd event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!event)
        throw Error(ErrorKind::cannot_run, "eventfd", base::errno_text(errno));
    return event;
}

} // namespace

Pinger::Pinger(const OpenRegistry& open, registry::Instance instance,
               std::chrono::milliseconds interval, cli::Notice& notice)
    : stopping_(make_event()), client_(open(stopping_.get())), instance_(std::move(instance)),
      interval_(interval), notice_(notice), thread_([this] { run(); }) {}

Pinger::~Pinger() {
    ::eventfd_write(stopping_.get(), 1);
    thread_.join();
}

void Pinger::run() {
    base::Backoff backoff{200ms, std::min<std::chrono::milliseconds>(interval_, 10s)};
    for (;;) {
        std::chrono::milliseconds pause{};
        if (ping()) {
            backoff.reset();
            // Many that were started together do not ping together for ever.
            pause = interval_ -
                    std::chrono::milliseconds{static_cast<long>(
                        base::random_fraction() * static_cast<double>(interval_.count()) / 4)};
        } else {
            pause = backoff.next();
        }
        if (wait(pause))
            break;
    }
    leave();
}

bool Pinger::ping() {
    try {
        client_.ping(instance_, Deadline::after(10s));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted)
            known_ = true; // perhaps
        else if (!std::exchange(trouble_, true))
            notice_.warn(std::string{"not registered: "} + error.what() +
                         "; it is tried again all the time");
        return false;
    }
    known_ = true;
    if (std::exchange(trouble_, false))
        notice_.warn("registered again");
    return true;
}

void Pinger::leave() {
    if (!known_)
        return;
    client_.stop_on(-1);
    try {
        client_.deregister(instance_, Deadline::after(3s));
    } catch (const Error& error) {
        notice_.detail(std::string{"not deregistered: "} + error.what());
    }
}

bool Pinger::wait(std::chrono::milliseconds time) const {
    pollfd watched{stopping_.get(), POLLIN, 0};
    return ::poll(&watched, 1, Deadline::after(time).poll_timeout()) > 0;
}

} // namespace bandctl
