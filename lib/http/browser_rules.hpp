#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What keeps web pages from using a daemon through the browser of somebody who may: pure
/// functions over requests.
namespace http {

/// "localhost" of "localhost:5000", "::1" of "[::1]:5000".
[[nodiscard]] std::string_view host_without_port(std::string_view authority) noexcept;

/// Tells whether the Host of a request, or its absence, names us: localhost, 127.0.0.1, [::1], or
/// one of `names`. A page whose name was made to point at us (DNS rebinding) has another one.
/// "*" in `names` takes all, an IP address of any kind counts where "0.0.0.0" or "::" is in them.
[[nodiscard]] bool is_our_host(const Request& request, const std::vector<std::string>& names);

/// Tells whether a request comes from a page of another site, by what browsers say about it:
/// Sec-Fetch-Site, Origin, Referer. `origins` ("https://board.example") are taken for our own.
/// Programs send none of these and are never cross-site.
[[nodiscard]] bool is_cross_site(const Request& request, const std::vector<std::string>& origins);

/// Lets a page of one of `origins`, and no other, read the answer (CORS); never with credentials.
void allow_origin(const Request& request, const std::vector<std::string>& origins,
                  Response& response);

/// Tells whether this asks, before a request, whether it may be sent (CORS).
[[nodiscard]] bool is_preflight(const Request& request) noexcept;

/// The answer to it: what is allowed to pages of `origins`.
[[nodiscard]] Response preflight_response(const Request& request,
                                          const std::vector<std::string>& origins);

/// What an HTML page of ours is sent with: only our own scripts and styles, in no frame.
void add_page_headers(Response& response);

/// Tells whether the body is declared as JSON; parameters ("; charset=utf-8") do not matter.
[[nodiscard]] bool has_json_type(const Request& request) noexcept;

} // namespace http
