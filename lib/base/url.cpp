#include "base/url.hpp"

#include "base/error.hpp"
#include "base/percent.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace base {

namespace {

/// Tells whether a parameter's value must not be shown: any that is close to being a password, and
/// any whose name is encoded and so could be one.
bool is_secret(std::string_view key) {
    std::string name{key};
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name.find("pass") != std::string::npos || name.find('%') != std::string::npos;
}

class UrlParser {
public:
    explicit UrlParser(std::string_view text) : text_(text) {}

    Url parse() {
        const auto scheme_end = text_.find("://");
        if (scheme_end == std::string_view::npos || scheme_end == 0)
            fail("no scheme", "a URL looks like redis://host:6379/0");
        Url url;
        url.scheme = text_.substr(0, scheme_end);
        std::ranges::transform(url.scheme, url.scheme.begin(),
                               [](unsigned char c) { return std::tolower(c); });
        std::string_view rest = text_.substr(scheme_end + 3);
        if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
            query(rest.substr(mark + 1), url);
            rest = rest.substr(0, mark);
        }
        // A '/' in a password must be written %2F; then the authority ends at the first slash.
        const auto slash = rest.find('/');
        if (slash != std::string_view::npos)
            url.path = decoded(rest.substr(slash));
        authority(rest.substr(0, slash), url);
        return url;
    }

private:
    [[noreturn]] void fail(std::string why, std::string hint = {}) const {
        throw Error(ErrorKind::usage, "URL \"" + redact_url(text_) + "\"", std::move(why),
                    std::move(hint));
    }

    std::string decoded(std::string_view part) const {
        auto out = percent_decoded(part);
        if (!out)
            fail("bad percent-encoding");
        return *std::move(out);
    }

    void authority(std::string_view part, Url& url) const {
        if (const auto at = part.rfind('@'); at != std::string_view::npos) {
            const std::string_view info = part.substr(0, at);
            const auto colon = info.find(':');
            url.user = decoded(info.substr(0, colon));
            if (colon != std::string_view::npos)
                url.password = decoded(info.substr(colon + 1));
            part.remove_prefix(at + 1);
        }
        std::string_view port;
        if (part.starts_with('[')) {
            const auto close = part.find(']');
            if (close == std::string_view::npos)
                fail("no ']' after the IPv6 address");
            url.host = part.substr(1, close - 1);
            part.remove_prefix(close + 1);
            if (!part.empty() && part.front() != ':')
                fail("something other than :port after ']'");
            port = part.empty() ? part : part.substr(1);
        } else {
            const auto colon = part.rfind(':');
            url.host = decoded(part.substr(0, colon));
            if (colon != std::string_view::npos)
                port = part.substr(colon + 1);
        }
        if (port.empty())
            return;
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
        if (error != std::errc{} || end != port.data() + port.size() || url.port == 0)
            fail("port must be a number from 1 to 65535",
                 "a '/', '@', ':' or '#' in a password is written %2F, %40, %3A or %23");
    }

    void query(std::string_view part, Url& url) const {
        while (!part.empty()) {
            const auto amp = part.find('&');
            const std::string_view pair = part.substr(0, amp);
            const auto equals = pair.find('=');
            url.query[decoded(pair.substr(0, equals))] =
                equals == std::string_view::npos ? std::string{} : decoded(pair.substr(equals + 1));
            part = amp == std::string_view::npos ? std::string_view{} : part.substr(amp + 1);
        }
    }

    std::string_view text_;
};

} // namespace

Url Url::parse(std::string_view text) {
    return UrlParser{text}.parse();
}

std::string Url::redacted() const {
    std::string text = scheme + "://";
    if (!user.empty() || !password.empty())
        text += "***@";
    text += host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != 0)
        text += ":" + std::to_string(port);
    text += path;
    char separator = '?';
    for (const auto& [key, value] : query) {
        text += separator + key + "=" + (is_secret(key) ? "***" : value);
        separator = '&';
    }
    return text;
}

std::string redact_url(std::string_view text) {
    const auto scheme = text.find("://");
    const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
    std::string shown{text.substr(0, start)};
    std::string_view rest = text.substr(start);
    // The last '@', wherever it stands: a password may hold a '/' or '?' that is not encoded.
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        shown += "***";
        rest.remove_prefix(at);
    }
    const auto mark = std::min(rest.find('?'), rest.size());
    shown += rest.substr(0, mark);
    for (rest.remove_prefix(mark); !rest.empty();) {
        const std::string_view pair = rest.substr(0, rest.find('&', 1));
        const auto equals = pair.find('=');
        shown += pair.substr(0, equals);
        if (equals != std::string_view::npos)
            shown += is_secret(pair.substr(1, equals - 1)) ? "=***" : pair.substr(equals);
        rest.remove_prefix(pair.size());
    }
    return shown;
}

} // namespace base
