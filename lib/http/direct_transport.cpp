#include "base/error.hpp"
#include "http/request_writer.hpp"
#include "http/response_reader.hpp"
#include "http/transport.hpp"

#include <optional>
#include <sys/socket.h>

namespace http {

namespace {

using base::Deadline;
using base::Error;
using base::ErrorKind;

/// Tells whether the peer has closed, with nothing before it that is still to be read.
bool at_end(const net::Stream& stream) {
    char byte = 0;
    return ::recv(stream.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

class DirectTransport : public Transport {
public:
    DirectTransport(const Endpoint& endpoint, const ClientLimits& limits)
        : endpoint_(endpoint), limits_(limits), peer_(endpoint.address.text()) {}

    Response exchange(const Request& request, const Transfer& transfer, Deadline deadline,
                      int stop_fd) override {
        stop_fd_ = stop_fd;
        const bool reused = still_open();
        const bool repeatable =
            !transfer.source && (request.method == "GET" || request.method == "HEAD");
        try {
            answer_begun_ = false;
            return attempt(request, transfer, deadline);
        } catch (const Error& error) {
            stream_.reset();
            if (!reused || !repeatable || answer_begun_ || error.kind() != ErrorKind::unavailable)
                throw;
        } catch (...) {
            stream_.reset();
            throw;
        }
        return attempt(request, transfer, deadline);
    }

private:
    /// A kept connection on which something has come has been closed, or has lost its way.
    bool still_open() {
        if (stream_ && stream_->wait(false, Deadline::after({})) != net::Ready::timed_out)
            stream_.reset();
        return stream_.has_value();
    }

    void connect(Deadline deadline) {
        if (!stream_)
            stream_ = net::Stream::connect(
                endpoint_.address,
                Deadline::earlier(deadline, Deadline::after(limits_.connect_timeout)), stop_fd_);
    }

    Response attempt(const Request& request, const Transfer& transfer, Deadline deadline) {
        connect(deadline);
        RequestWriter writer{request, transfer, endpoint_};
        ResponseReader reader{limits_, transfer, peer_, request.method == "HEAD"};
        while (!reader.done()) {
            write(writer);
            if (wait(writer.pending(), deadline))
                read(reader);
            if (reader.head_complete() && reader.status() >= 400)
                writer.give_up();
        }
        if (writer.pending() || writer.broken_off() || !reader.reusable())
            stream_.reset();
        return reader.take();
    }

    void write(RequestWriter& writer) {
        try {
            writer.write_to(*stream_);
        } catch (const Error& error) {
            if (error.subject() != peer_ || error.kind() != ErrorKind::unavailable)
                throw;        // the source's
            writer.give_up(); // a server that refuses a body says why before it closes
        }
    }

    /// True when there is something to read.
    bool wait(bool for_writing, Deadline deadline) {
        // Looked at first: a peer that always has more to say would never be late.
        const auto ready = deadline.passed() ? net::Ready::timed_out
                                             : stream_->wait(for_writing, deadline, stop_fd_);
        switch (ready) {
        case net::Ready::timed_out:
            throw Error(ErrorKind::timeout, peer_, "no answer in time", "--timeout allows more");
        case net::Ready::stopped:
            throw Error(ErrorKind::interrupted, peer_, "interrupted");
        case net::Ready::writable:
            return false;
        default:
            return true;
        }
    }

    void read(ResponseReader& reader) {
        if (reader.until_close() && at_end(*stream_)) {
            reader.end_of_stream();
            return;
        }
        char buffer[64 * 1024];
        const std::size_t count = stream_->read_some(buffer);
        answer_begun_ = answer_begun_ || count > 0;
        reader.feed({buffer, count});
    }

    Endpoint endpoint_;
    ClientLimits limits_;
    std::string peer_;
    std::optional<net::Stream> stream_;
    int stop_fd_ = -1;
    bool answer_begun_ = false;
};

} // namespace

std::unique_ptr<Transport> make_direct_transport(const Endpoint& endpoint,
                                                 const ClientLimits& limits) {
    return std::make_unique<DirectTransport>(endpoint, limits);
}

} // namespace http
