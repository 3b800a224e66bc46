#include "base/error.hpp"
#include "base/module.hpp"
#include "base/printable.hpp"
#include "http/curl_abi.hpp"
#include "http/response_builder.hpp"
#include "http/transport.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace http {

namespace {

using base::Deadline;
using base::Error;
using base::ErrorKind;

#define TEXT_OF(name) TEXT_OF_EXPANDED(name)
#define TEXT_OF_EXPANDED(name) #name

const bandkit_http_api& module_api() {
    static const bandkit_http_api* const api = [] {
        const auto entry = reinterpret_cast<bandkit_http_entry>(
            base::find_module("bandkit-http.so", "lib/http", TEXT_OF(BANDKIT_HTTP_ENTRY)));
        const bandkit_http_api* const found = entry != nullptr ? entry() : nullptr;
        return found != nullptr && found->version == bandkit_http_version ? found : nullptr;
    }();
    if (api == nullptr)
        throw Error(ErrorKind::unavailable, "module bandkit-http.so", "it cannot be loaded",
                    "HTTP to other machines needs it and libcurl; is bandkit installed whole?");
    return *api;
}

/// One request under way: what the module calls back. Exceptions stop here and are thrown again
/// behind libcurl.
class Call {
public:
    Call(const Request& request, const Transfer& transfer, const ClientLimits& limits,
         const std::string& peer, Deadline deadline)
        : request_(request), transfer_(transfer), builder_(limits, transfer, peer), peer_(peer),
          deadline_(deadline), rest_(transfer.source ? std::string_view{} : request.body) {}

    void fill(bandkit_http_call& call) {
        call.user = this;
        call.read = [](void* user, char* into, std::size_t size) noexcept {
            return self(user).guarded(-1LL, [&](Call& it) { return it.read(into, size); });
        };
        call.header_line = [](void* user, const char* line, std::size_t size) noexcept {
            return self(user).guarded(0, [&](Call& it) { return it.header_line({line, size}); });
        };
        call.body = [](void* user, const char* bytes, std::size_t size) noexcept {
            return self(user).guarded(0, [&](Call& it) { return it.body({bytes, size}); });
        };
        call.time_left = [](void* user) noexcept { return self(user).deadline_.poll_timeout(); };
        call.has_body = transfer_.source || !request_.body.empty() || request_.method == "POST" ||
                        request_.method == "PUT";
        call.body_size = transfer_.source ? -1 : static_cast<long long>(request_.body.size());
    }

    Response finish(bandkit_http_outcome outcome, const char* why) {
        if (failure_)
            std::rethrow_exception(failure_);
        if (outcome == bandkit_http_done && !builder_.head_complete())
            throw Error(ErrorKind::protocol, peer_, "the answer is no HTTP");
        if (outcome == bandkit_http_done || (outcome == bandkit_http_aborted && enough_))
            return builder_.take();
        throw Error(kind_of(outcome), peer_, base::printable_start(why, 200), hint_for(outcome));
    }

private:
    static Call& self(void* user) noexcept { return *static_cast<Call*>(user); }

    template <class Result, class Work> Result guarded(Result failed, Work work) noexcept {
        try {
            return work(*this);
        } catch (...) {
            failure_ = std::current_exception();
            return failed;
        }
    }

    long long read(char* into, std::size_t size) {
        if (rest_.empty() && transfer_.source)
            rest_ = transfer_.source();
        const auto piece = rest_.substr(0, size);
        piece.copy(into, piece.size());
        rest_.remove_prefix(piece.size());
        return static_cast<long long>(piece.size());
    }

    int header_line(std::string_view line) {
        if (builder_.head_complete())
            return 1; // a trailer
        while (line.ends_with('\n') || line.ends_with('\r'))
            line.remove_suffix(1);
        builder_.line(line);
        return 1;
    }

    int body(std::string_view piece) {
        enough_ = !builder_.body(piece);
        return enough_ ? 0 : 1;
    }

    static ErrorKind kind_of(bandkit_http_outcome outcome) {
        switch (outcome) {
        case bandkit_http_timed_out:
            return ErrorKind::timeout;
        case bandkit_http_stopped:
            return ErrorKind::interrupted;
        case bandkit_http_not_trusted:
            return ErrorKind::no_permission;
        case bandkit_http_config:
            return ErrorKind::config;
        case bandkit_http_protocol:
            return ErrorKind::protocol;
        default:
            return ErrorKind::unavailable;
        }
    }

    static const char* hint_for(bandkit_http_outcome outcome) {
        return outcome == bandkit_http_unavailable ? "is a server running there?"
               : outcome == bandkit_http_timed_out ? "--timeout allows more"
                                                   : "";
    }

    const Request& request_;
    const Transfer& transfer_;
    ResponseBuilder builder_;
    const std::string& peer_;
    Deadline deadline_;
    std::string_view rest_;
    std::exception_ptr failure_;
    bool enough_ = false;
};

class CurlTransport : public Transport {
public:
    CurlTransport(const Endpoint& endpoint, const ClientLimits& limits)
        : api_(module_api()), endpoint_(endpoint), limits_(limits), peer_(endpoint.url()),
          client_(api_.create(), api_.destroy) {}

    Response exchange(const Request& request, const Transfer& transfer, Deadline deadline,
                      int stop_fd) override {
        std::vector<std::string> lines;
        for (const auto& [name, value] : request.headers.fields())
            lines.push_back(value.empty() ? name + ";" : name + ": " + value);
        std::vector<const char*> headers;
        for (const std::string& line : lines)
            headers.push_back(line.c_str());
        headers.push_back(nullptr);
        const std::string url = endpoint_.url() + request.target;

        Call state{request, transfer, limits_, peer_, deadline};
        bandkit_http_call call{};
        call.method = request.method.c_str();
        call.url = url.c_str();
        call.headers = headers.data();
        call.ca_file = text_or_null(endpoint_.ca_file);
        call.certificate_file = text_or_null(endpoint_.certificate_file);
        call.key_file = text_or_null(endpoint_.key_file);
        call.connect_timeout_ms = static_cast<long>(limits_.connect_timeout.count());
        call.stop_fd = stop_fd;
        state.fill(call);
        const auto outcome = api_.perform(client_.get(), &call);
        return state.finish(outcome, call.error);
    }

private:
    static const char* text_or_null(const std::string& text) {
        return text.empty() ? nullptr : text.c_str();
    }

    const bandkit_http_api& api_;
    Endpoint endpoint_;
    ClientLimits limits_;
    std::string peer_;
    std::unique_ptr<void, void (*)(void*)> client_;
};

} // namespace

std::unique_ptr<Transport> make_curl_transport(const Endpoint& endpoint,
                                               const ClientLimits& limits) {
    return std::make_unique<CurlTransport>(endpoint, limits);
}

} // namespace http
