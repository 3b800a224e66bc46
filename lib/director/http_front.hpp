#pragma once

#include "director/api.hpp"
#include "director/event_feed.hpp"
#include "director/log_streams.hpp"
#include "director/metrics.hpp"
#include "http/access.hpp"
#include "http/page_file.hpp"
#include "http/server.hpp"

#include <functional>
#include <span>

namespace director {

struct HttpSettings {
    http::AccessRules access;
    bool strict_methods = false; // what changes something is POST only
    Envelope envelope = Envelope::wrapped;
};

/// The files of the web page.
using Page = std::span<const http::PageFile>;

/// Answers HTTP requests: who may ask, what is asked for, and in which form the answer goes back.
class HttpFront {
public:
    /// All outlive it.
    HttpFront(HttpSettings settings, Api& api, const Overview& overview, EventFeed& feed,
              LogStreams& logs, Page page);

    /// For http::Server.
    void handle(http::Request&& request, http::Responder&& responder);

    /// Texts of /metrics and /healthz.
    std::function<std::string()> metrics;
    std::function<std::string()> health;

    [[nodiscard]] AnswerCounts& counts() noexcept { return counts_; }

private:
    void serve(const http::Request& request, const Target& target, http::Responder&& responder);
    void serve_page(const http::Request& request, const Route& route, http::Responder&& responder);
    void serve_log(const http::Request& request, const Target& target, http::Responder&& responder);
    void serve_call(const http::Request& request, const Target& target,
                    http::Responder&& responder);
    void serve_progress(const http::Request& request, Ask ask, http::Responder&& responder);
    void refuse(const http::Request& request, Envelope envelope, const Answer& answer,
                http::Responder&& responder);
    [[nodiscard]] bool is_allowed(const http::Request& request, const Route& route) const;
    [[nodiscard]] Envelope envelope_for(const http::Request& request, const Target& target) const;
    [[nodiscard]] http::Headers headers_for(const http::Request& request) const;

    HttpSettings settings_;
    Api& api_;
    const Overview& overview_;
    EventFeed& feed_;
    LogStreams& logs_;
    Page page_;
    AnswerCounts counts_;
};

} // namespace director
