#include "http/curl_abi.hpp"

#include <curl/curl.h>

#include <cstdio>
#include <memory>
#include <new>

namespace {

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t on_read(char* into, std::size_t size, std::size_t count, void* user) {
    auto& call = *static_cast<bandkit_http_call*>(user);
    const long long got = call.read(call.user, into, size * count);
    return got < 0 ? CURL_READFUNC_ABORT : static_cast<std::size_t>(got);
}

std::size_t on_header(char* line, std::size_t size, std::size_t count, void* user) {
    auto& call = *static_cast<bandkit_http_call*>(user);
    return call.header_line(call.user, line, size * count) != 0 ? size * count : 0;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto& call = *static_cast<bandkit_http_call*>(user);
    return call.body(call.user, bytes, size * count) != 0 ? size * count : CURL_WRITEFUNC_ERROR;
}

List headers_of(const bandkit_http_call& call) {
    // libcurl would wait for a "100 Continue" that few servers send.
    List list{curl_slist_append(nullptr, "Expect:"), &curl_slist_free_all};
    const auto add = [&list](const char* header) {
        if (curl_slist* const longer = curl_slist_append(list.get(), header)) {
            static_cast<void>(list.release());
            list.reset(longer);
        }
    };
    for (const char* const* header = call.headers; *header != nullptr; ++header)
        add(*header);
    if (call.has_body != 0 && call.body_size < 0)
        add("Transfer-Encoding: chunked");
    return list;
}

void set_up(CURL* easy, bandkit_http_call& call, curl_slist* headers) {
    curl_easy_setopt(easy, CURLOPT_URL, call.url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, call.connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 15L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 5L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call.error);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &call);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &call);
    if (call.has_body != 0) {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_read);
        curl_easy_setopt(easy, CURLOPT_READDATA, &call);
        if (call.body_size >= 0)
            curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t{call.body_size});
    } else if (call.method[0] == 'H') {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method);
    if (call.ca_file != nullptr)
        curl_easy_setopt(easy, CURLOPT_CAINFO, call.ca_file);
    if (call.certificate_file != nullptr)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, call.certificate_file);
    if (call.key_file != nullptr)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, call.key_file);
}

bandkit_http_outcome outcome_of(CURLcode code) {
    switch (code) {
    case CURLE_OK:
        return bandkit_http_done;
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_WRITE_ERROR:
        return bandkit_http_aborted;
    case CURLE_OPERATION_TIMEDOUT:
        return bandkit_http_timed_out;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ISSUER_ERROR:
        return bandkit_http_not_trusted;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return bandkit_http_config;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return bandkit_http_protocol;
    default:
        return bandkit_http_unavailable;
    }
}

/// Fills the call's error text unless libcurl has.
bandkit_http_outcome result(bandkit_http_call& call, bandkit_http_outcome outcome,
                            const char* why) {
    if (call.error[0] == '\0')
        std::snprintf(call.error, sizeof call.error, "%s", why);
    return outcome;
}

bandkit_http_outcome run(CURLM* multi, bandkit_http_call& call) {
    int running = 1;
    while (true) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return result(call, bandkit_http_unavailable, "libcurl failed");
        if (running == 0)
            break;
        const int left = call.time_left(call.user);
        if (left == 0)
            return result(call, bandkit_http_timed_out, "no answer in time");
        curl_waitfd stop{call.stop_fd, CURL_WAIT_POLLIN, 0};
        // The upper bound only makes up for a timer that libcurl might not know of.
        const int wait = left < 0 || left > 10'000 ? 10'000 : left;
        curl_multi_poll(multi, &stop, call.stop_fd < 0 ? 0 : 1, wait, nullptr);
        if (call.stop_fd >= 0 && stop.revents != 0)
            return result(call, bandkit_http_stopped, "interrupted");
    }
    int queued = 0;
    const CURLMsg* const message = curl_multi_info_read(multi, &queued);
    const CURLcode code = message != nullptr ? message->data.result : CURLE_FAILED_INIT;
    return result(call, outcome_of(code), curl_easy_strerror(code));
}

bandkit_http_outcome perform(void* client, bandkit_http_call* call) {
    CURLM* const multi = client;
    call->error[0] = '\0';
    const Easy easy{curl_easy_init(), &curl_easy_cleanup};
    const List headers = headers_of(*call);
    if (!easy || !headers)
        return result(*call, bandkit_http_unavailable, "out of memory");
    set_up(easy.get(), *call, headers.get());
    if (curl_multi_add_handle(multi, easy.get()) != CURLM_OK)
        return result(*call, bandkit_http_unavailable, "out of memory");
    const auto outcome = run(multi, *call);
    curl_multi_remove_handle(multi, easy.get());
    return outcome;
}

const bandkit_http_api api = {
    .version = bandkit_http_version,
    .create = []() -> void* { return curl_multi_init(); },
    .destroy = [](void* client) { curl_multi_cleanup(client); },
    .perform = &perform,
};

} // namespace

extern "C" [[gnu::visibility("default")]] const bandkit_http_api* BANDKIT_HTTP_ENTRY() {
    // Once in a process, and libcurl wants it to happen before there is a second thread that uses
    // it: the first caller is waited for by the others.
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    return ready == CURLE_OK ? &api : nullptr;
}
